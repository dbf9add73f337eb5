package dev.nameplate.bench;

import java.io.IOException;
import java.time.Duration;

/// Waiting for a server, by looking again.
final class Patience {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Patience() {}

    interface Look {
        /// A refused connection counts as "not yet".
        boolean isThere() throws IOException;
    }

    /// @return how long it took
    static Duration until(String what, Duration between, Look look) throws InterruptedException {
        return until(what, LIMIT, between, look);
    }

    /// @return how long it took
    static Duration until(String what, Duration limit, Duration between, Look look)
            throws InterruptedException {
        long start = System.nanoTime();
        IOException last = null;
        while (System.nanoTime() - start < limit.toNanos()) {
            try {
                if (look.isThere()) {
                    return Duration.ofNanos(System.nanoTime() - start);
                }
            } catch (IOException e) {
                last = e;
            }
            Thread.sleep(between);
        }
        throw new IllegalStateException(
                "gave up after %d s waiting for %s".formatted(limit.toSeconds(), what), last);
    }
}
