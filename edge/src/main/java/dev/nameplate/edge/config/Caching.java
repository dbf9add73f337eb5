package dev.nameplate.edge.config;

import java.time.Duration;
import java.util.Set;

/// Whether, how long and under which key answers are kept.
///
/// With a `minimum` above zero, an origin's no-cache, no-store and private are overridden, as CloudFront does.
///
/// @param key what, besides distribution and path, tells two answers apart; all of it is forwarded to the origin.
///     A key of *all* headers means that nothing is cached.
/// @param codings which content codings are told apart in the key; the visitor's `Accept-Encoding`, reduced to them, is
///     forwarded to the origin
public record Caching(
        boolean enabled,
        Duration minimum,
        Duration byDefault,
        Duration maximum,
        RequestParts key,
        Set<ContentCoding> codings) {
    public Caching {
        if (minimum.isNegative() || maximum.compareTo(minimum) < 0) {
            throw new IllegalArgumentException(
                    "TTLs must satisfy 0 <= minimum <= maximum, not %s and %s"
                            .formatted(minimum, maximum));
        }
        codings = Set.copyOf(codings);
    }

    /// Nothing is kept; `forwarded` still goes to the origin.
    public static Caching off(RequestParts forwarded) {
        return new Caching(false, Duration.ZERO, Duration.ZERO, Duration.ZERO, forwarded, Set.of());
    }

    /// CloudFront's own defaults: a day when the origin says nothing, a year at most.
    public static Caching standard(RequestParts key) {
        return new Caching(
                true, Duration.ZERO, Duration.ofDays(1), Duration.ofDays(365), key, Set.of());
    }
}
