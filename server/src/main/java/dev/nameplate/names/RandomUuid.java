package dev.nameplate.names;

import java.util.UUID;
import java.util.random.RandomGenerator;

/// Ids of what is made here: version 4 UUIDs (RFC 9562 section 5.4) from a given source of randomness, which
/// [UUID#randomUUID] does not take.
public final class RandomUuid {
    private RandomUuid() {}

    public static UUID from(RandomGenerator random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
