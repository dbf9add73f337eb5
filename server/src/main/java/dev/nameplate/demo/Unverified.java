package dev.nameplate.demo;

/// A step did not do what it must; the message says which and what was seen.
final class Unverified extends RuntimeException {
    Unverified(String message) {
        super(message);
    }

    static void unless(boolean holds, String message) {
        if (!holds) {
            throw new Unverified(message);
        }
    }
}
