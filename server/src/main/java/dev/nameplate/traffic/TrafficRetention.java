package dev.nameplate.traffic;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Puts old minutes together into hours, and deletes old hours.
public final class TrafficRetention implements DueWork {
    private static final Duration LOOK = Duration.ofHours(1);
    private static final int BATCH = 500;

    private final Database database;
    private final Duration minutes;
    private final Duration hours;

    /// @param minutes how long minutes are kept as such
    /// @param hours how long anything is kept
    public TrafficRetention(Database database, Duration minutes, Duration hours) {
        this.database = database;
        this.minutes = minutes;
        this.hours = hours;
    }

    @Override
    public String name() {
        return "traffic-retention";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Instant before = now.minus(minutes).truncatedTo(ChronoUnit.HOURS);
        int done =
                database.write(write -> {
                    TrafficTable.forget(write.handle(), now.minus(hours));
                    return TrafficTable.rollUp(write.handle(), before, BATCH);
                });
        return Optional.of(done == BATCH ? now : now.plus(LOOK));
    }
}
