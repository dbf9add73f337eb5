package dev.nameplate.edge.config;

import java.util.concurrent.atomic.AtomicLong;

/// Keeps visitors from filling the log: what a visitor can bring about once it can bring about a million times.
public final class OncePerMinute {
    private static final long PAUSE_NANOS = 60_000_000_000L;

    private final AtomicLong next = new AtomicLong(System.nanoTime());

    /// Whether this time a line may be written.
    public boolean isDue() {
        long due = next.get();
        long now = System.nanoTime();
        return now - due >= 0 && next.compareAndSet(due, now + PAUSE_NANOS);
    }
}
