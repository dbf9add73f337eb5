package dev.nameplate.saas;

import java.util.UUID;
import java.util.random.RandomGenerator;

/// A job's id as the API shows it: a lower-case UUID.
public record JobId(String value) {

    /// A version 4 UUID (RFC 9562 section 5.4).
    static JobId random(RandomGenerator random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        return new JobId(new UUID(high, low).toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
