package dev.nameplate.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/// Looks again and again, up to a limit.
final class Patience {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final InstantSource clock;
    private final Demo.Pause pause;

    Patience(InstantSource clock, Demo.Pause pause) {
        this.clock = clock;
        this.pause = pause;
    }

    /// @throws Unverified if `look` stays empty for a minute
    <T> T until(String what, Supplier<Optional<T>> look) throws InterruptedException {
        Instant deadline = clock.instant().plus(LIMIT);
        while (true) {
            Optional<T> seen = look.get();
            if (seen.isPresent()) {
                return seen.get();
            }
            if (clock.instant().isAfter(deadline)) {
                throw new Unverified(
                        "gave up after " + LIMIT.toSeconds() + " s waiting for " + what);
            }
            pause.of(BETWEEN);
        }
    }
}
