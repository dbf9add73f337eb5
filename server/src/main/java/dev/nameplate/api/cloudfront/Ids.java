package dev.nameplate.api.cloudfront;

import java.util.UUID;
import java.util.random.RandomGenerator;

/// Makes ids and ETags in CloudFront's shapes.
final class Ids {
    private static final String CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int LENGTH = 13;

    private final RandomGenerator random;

    Ids(RandomGenerator random) {
        this.random = random;
    }

    String etag() {
        return prefixed("E");
    }

    /// Such as an origin access control's: the letter and thirteen letters or digits.
    String prefixed(String letter) {
        StringBuilder id = new StringBuilder(letter);
        for (int i = 0; i < LENGTH; i++) {
            id.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return id.toString();
    }

    /// A policy's: a random UUID (RFC 9562 section 5.4).
    String uuid() {
        long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
