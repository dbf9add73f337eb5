package dev.nameplate.saas;

import java.time.Instant;

/// A platform did not let a call go out, to keep its pace: it had no effect, nothing is wrong, and it is to be made again at `at`.
public final class NotYet extends RuntimeException {
    private final Instant at;

    public NotYet(String call, Instant at) {
        super(call + " has its turn at " + at, null, false, false);
        this.at = at;
    }

    public Instant at() {
        return at;
    }
}
