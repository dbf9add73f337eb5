package dev.nameplate.issuer.ratelimit;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Forgets limits that are full again, pauses that are over, and who was never heard of again.
public final class BudgetRetention implements DueWork {
    static final Duration EVERY = Duration.ofHours(1);

    private final Database database;

    public BudgetRetention(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "rate-limit-retention";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        database.write(write ->
                BudgetRows.forget(
                        write.handle(),
                        now,
                        now.minus(IssuerBudgets.STALE),
                        now.minus(IssuerBudgets.GRACE)));
        return Optional.of(now.plus(EVERY));
    }
}
