package dev.nameplate.edge.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until told otherwise.
public final class SettableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicLong readings = new AtomicLong();

    @Override
    public Instant instant() {
        readings.incrementAndGet();
        return now;
    }

    /// How often it was looked at; every request that an edge begins to answer looks at it.
    public long readings() {
        return readings.get();
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }
}
