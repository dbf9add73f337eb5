package dev.nameplate.distribution;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Deletes old configurations, where the operator set a limit. One that either limit keeps is kept, and the newest and those that a snapshot names always are.
public final class VersionRetention implements DueWork {
    private static final Duration LOOK = Duration.ofHours(6);
    private static final int BATCH = 500;

    private final Database database;
    private final Limits limits;

    /// @param newest kept of each distribution; empty: the number keeps nothing
    /// @param age within which versions are kept; empty: age keeps nothing
    public record Limits(Optional<Integer> newest, Optional<Duration> age) {
        /// Every version is kept.
        public static final Limits NONE = new Limits(Optional.empty(), Optional.empty());
    }

    public VersionRetention(Database database, Limits limits) {
        this.database = database;
        this.limits = limits;
    }

    @Override
    public String name() {
        return "config-version-retention";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        if (limits.newest().isEmpty() && limits.age().isEmpty()) {
            return Optional.empty();
        }
        int forgotten =
                database.write(write ->
                        VersionTable.forget(
                                write.handle(),
                                limits.newest().orElse(1),
                                limits.age().map(now::minus).orElse(now),
                                BATCH));
        return Optional.of(forgotten == BATCH ? now : now.plus(LOOK));
    }
}
