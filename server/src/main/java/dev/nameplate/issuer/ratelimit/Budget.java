package dev.nameplate.issuer.ratelimit;

import java.time.Instant;
import java.util.Optional;

/// One limit of an issuer, and how much of it is used.
///
/// @param scope a registered domain, a name, a digest of names; empty where all count together
/// @param waiting how many orders wait for it
/// @param next when one more can be had; empty if now
/// @param fullAt when nothing of it is used any more; empty if now
public record Budget(
        RateKind kind,
        String scope,
        RateLimit limit,
        int used,
        long waiting,
        Optional<Instant> next,
        Optional<Instant> fullAt) {}
