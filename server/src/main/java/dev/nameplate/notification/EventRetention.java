package dev.nameplate.notification;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Deletes events, and what became of them, after a time.
public final class EventRetention implements DueWork {
    private static final Duration LOOK = Duration.ofHours(1);
    private static final int BATCH = 500;

    private final Database database;
    private final Duration kept;

    /// @param kept longer than the attempts to deliver an event go on
    public EventRetention(Database database, Duration kept) {
        this.database = database;
        this.kept = kept;
    }

    @Override
    public String name() {
        return "notification-retention";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        int forgotten =
                database.write(
                        write -> DeliveryRows.forget(write.handle(), now.minus(kept), BATCH));
        return Optional.of(forgotten == BATCH ? now : now.plus(LOOK));
    }
}
