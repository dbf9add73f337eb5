package dev.nameplate.edge.config;

import java.util.concurrent.atomic.AtomicLong;

/// Keeps visitors from filling the log: what a visitor can bring about once it can bring about a million times.
public final class OncePerMinute {
    private static final long PAUSE_NANOS = 60_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong next = new AtomicLong(NEVER);

    /// Whether this time a line may be written.
    ///
    /// @param now nanoseconds of any clock, the same one each time
    public boolean isDue(long now) {
        long due = next.get();
        return (due == NEVER || now - due >= 0) && next.compareAndSet(due, now + PAUSE_NANOS);
    }
}
