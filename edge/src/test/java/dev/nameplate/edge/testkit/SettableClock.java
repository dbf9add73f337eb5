package dev.nameplate.edge.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until told otherwise.
public final class SettableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }
}
