package dev.nameplate.notification;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/// What a webhook's messages are signed with: 32 random bytes, written as Standard Webhooks has it. Never in a log.
public record Secret(byte[] key) {
    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;

    public Secret {
        key = key.clone();
    }

    static Secret random(SecureRandom random) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        return new Secret(key);
    }

    @Override
    public byte[] key() {
        return key.clone();
    }

    /// As its receiver keeps it.
    public String text() {
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && Arrays.equals(key, secret.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
