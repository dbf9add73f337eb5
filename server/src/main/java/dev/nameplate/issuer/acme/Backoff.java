package dev.nameplate.issuer.acme;

import java.time.Duration;

/// Pauses between calls that ask the same again: each twice as long as the one before it, up to the longest.
record Backoff(Duration first, Duration longest) {
    /// Looks at an order that the authority works on.
    static final Backoff POLLING = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(15));

    /// Calls that do not succeed.
    static final Backoff RETRYING = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(10));

    /// @param times how often it was asked before
    Duration after(int times) {
        Duration pause = first.multipliedBy(1L << Math.min(times, 16));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
