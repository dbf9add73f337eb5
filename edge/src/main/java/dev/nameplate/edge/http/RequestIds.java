package dev.nameplate.edge.http;

import io.netty.util.concurrent.FastThreadLocal;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Makes request ids in the shape of `X-Amz-Cf-Id`: 54 URL-safe base64 characters and `==`. Unique, not secret.
final class RequestIds {
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final int RANDOM_CHARACTERS = 54;

    private final FastThreadLocal<SplittableRandom> generators;

    RequestIds(RandomGenerator seeds) {
        generators =
                new FastThreadLocal<>() {
                    @Override
                    protected SplittableRandom initialValue() {
                        synchronized (seeds) {
                            return new SplittableRandom(seeds.nextLong());
                        }
                    }
                };
    }

    String next() {
        SplittableRandom random = generators.get();
        byte[] id = new byte[RANDOM_CHARACTERS + 2];
        long bits = 0;
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            if (i % 10 == 0) {
                bits = random.nextLong();
            }
            id[i] = ALPHABET[(int) (bits & 63)];
            bits >>>= 6;
        }
        id[RANDOM_CHARACTERS] = '=';
        id[RANDOM_CHARACTERS + 1] = '=';
        return new String(id, StandardCharsets.ISO_8859_1);
    }
}
