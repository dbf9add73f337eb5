package dev.nameplate.saas.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The pace of one operation. Calls are spread evenly rather than let go in bursts, because how large a burst AWS takes is not
/// published. Who comes too early is told when to come again, each a turn later than the one before, so that many who wait are
/// not all there for every call.
///
/// A call refused for its pace halves the rate, which then recovers within half a minute: others may share the account's.
final class Pace {
    private static final double LEAST_SHARE = 1.0 / 32;
    private static final double RECOVERED_A_SECOND = 1.0 / 30;

    /// Refusals of calls that were under way together are one.
    private static final Duration ONE_REFUSAL = Duration.ofSeconds(1);

    /// Turns are told in milliseconds.
    private static final double NEARLY_ONE = 0.999;

    private final double standard;

    /// Guarded by this, as are those that follow.
    private double rate;

    private double allowance = 1;
    private Instant counted = Instant.MIN;
    private Instant lastTurn = Instant.MIN;
    private Instant refused = Instant.MIN;

    /// @param perSecond calls, in the long run
    Pace(double perSecond) {
        this.standard = perSecond;
        this.rate = perSecond;
    }

    /// Lets a call go, or tells when it has its turn.
    synchronized Optional<Instant> turn(Instant now) {
        count(now);
        if (allowance >= NEARLY_ONE) {
            allowance = Math.max(0, allowance - 1);
            return Optional.empty();
        }
        Instant free = now.plus(untilFree());
        Instant behind = lastTurn.isAfter(now) ? lastTurn.plus(seconds(1 / rate)) : now;
        lastTurn = free.isAfter(behind) ? free : behind;
        return Optional.of(lastTurn);
    }

    /// Takes the next turn, whenever it is.
    ///
    /// @return how long the caller waits before its call
    synchronized Duration reserve(Instant now) {
        count(now);
        Duration wait = allowance >= NEARLY_ONE ? Duration.ZERO : untilFree();
        allowance -= 1;
        return wait;
    }

    /// AWS refused a call for its pace.
    synchronized void refused(Instant now) {
        count(now);
        allowance = Math.min(allowance, 0);
        if (refused.equals(Instant.MIN) || refused.plus(ONE_REFUSAL).isBefore(now)) {
            refused = now;
            rate = Math.max(rate / 2, standard * LEAST_SHARE);
        }
    }

    /// Calls a second, at present.
    synchronized double rate() {
        return rate;
    }

    private Duration untilFree() {
        return seconds((1 - allowance) / rate).plusMillis(1);
    }

    private void count(Instant now) {
        if (counted.equals(Instant.MIN)) {
            counted = now;
        }
        double passed = Math.max(0, Duration.between(counted, now).toNanos() / 1e9);
        allowance = Math.min(1, allowance + passed * rate);
        rate = Math.min(standard, rate + passed * standard * RECOVERED_A_SECOND);
        counted = now.isAfter(counted) ? now : counted;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) Math.ceil(seconds * 1e9));
    }
}
