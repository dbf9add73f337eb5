package dev.nameplate.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that stands until the test moves it.
public final class SettableClock implements InstantSource {
    private final AtomicReference<Instant> now;

    /// Starts at a fixed moment, so that tests are the same every day.
    public SettableClock() {
        this(Instant.parse("2026-01-15T12:00:00Z"));
    }

    public SettableClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    public void set(Instant instant) {
        now.set(instant);
    }

    public void advance(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }
}
