package dev.nameplate.notification;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When a failed attempt is made again. A tenth is added by chance, so that what failed together does not come back together.
///
/// @param pauses after each attempt but the last
public record RetrySchedule(List<Duration> pauses, RandomGenerator jitter) {
    /// What Standard Webhooks recommends: ten attempts in three days.
    public static final List<Duration> STANDARD =
            List.of(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(30),
                    Duration.ofHours(2),
                    Duration.ofHours(5),
                    Duration.ofHours(10),
                    Duration.ofHours(14),
                    Duration.ofHours(20),
                    Duration.ofHours(24));

    private static final Duration LONGEST_ASKED = Duration.ofHours(24);

    public RetrySchedule {
        pauses = List.copyOf(pauses);
    }

    /// @param attempts made so far
    /// @param asked how long the receiver wants to be left alone
    /// @return empty once it is given up
    Optional<Duration> pause(int attempts, Optional<Duration> asked) {
        if (attempts > pauses.size()) {
            return Optional.empty();
        }
        Duration pause = pauses.get(Math.max(0, attempts - 1));
        Duration spread = pause.plusMillis(jitter.nextLong(pause.toMillis() / 10 + 1));
        return Optional.of(
                asked.map(wish -> wish.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : wish)
                        .filter(wish -> wish.compareTo(spread) > 0)
                        .orElse(spread));
    }
}
