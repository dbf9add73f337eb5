package dev.nameplate.api.lightsail;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Identifiers and times in the form Lightsail shows them.
final class Ids {
    private Ids() {}

    /// A version 4 UUID (RFC 9562 section 5.4).
    static UUID next(RandomGenerator random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /// What survives the store: whole milliseconds.
    static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
