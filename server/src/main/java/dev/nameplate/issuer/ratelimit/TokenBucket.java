package dev.nameplate.issuer.ratelimit;

import java.time.Instant;

/// One limit's state as a single moment: when it will be full again (the generic cell rate algorithm). Every use moves that moment
/// on by one interval; the bucket is empty while it lies a whole burst of intervals ahead.
///
/// @param fullAt in milliseconds since the epoch; in the past where nothing is used
record TokenBucket(RateLimit limit, long fullAt) {
    int used(Instant now) {
        long ahead = fullAt - now.toEpochMilli();
        return ahead <= 0 ? 0 : (int) Math.ceilDiv(ahead, limit.interval());
    }

    /// When one more can be had, if `before` others have theirs first.
    Instant next(Instant now, long before) {
        long from = Math.max(fullAt, now.toEpochMilli());
        long earliest = from + (before + 1 - limit.burst()) * limit.interval();
        return Instant.ofEpochMilli(Math.max(earliest, now.toEpochMilli()));
    }

    TokenBucket take(Instant now) {
        return new TokenBucket(limit, Math.max(fullAt, now.toEpochMilli()) + limit.interval());
    }

    /// Takes one that is gone whether it was allowed or not.
    TokenBucket takeAnyway(Instant now) {
        return new TokenBucket(
                limit,
                Math.min(
                        take(now).fullAt(), now.toEpochMilli() + limit.burst() * limit.interval()));
    }

    TokenBucket giveBack() {
        return new TokenBucket(limit, fullAt - limit.interval());
    }
}
