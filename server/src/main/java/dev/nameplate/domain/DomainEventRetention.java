package dev.nameplate.domain;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Deletes what happened to names, after a year.
public final class DomainEventRetention implements DueWork {
    static final Duration KEPT = Duration.ofDays(365);

    private static final Duration LOOK = Duration.ofDays(1);
    private static final int BATCH = 500;

    private final Database database;

    public DomainEventRetention(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "domain-event-retention";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        int forgotten =
                database.write(write -> DomainRows.forget(write.handle(), now.minus(KEPT), BATCH));
        return Optional.of(forgotten == BATCH ? now : now.plus(LOOK));
    }
}
