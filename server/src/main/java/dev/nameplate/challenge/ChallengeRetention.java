package dev.nameplate.challenge;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Deletes what is shown for orders that never came back. It counts no more before that.
public final class ChallengeRetention implements DueWork {
    private static final Duration LOOK = Duration.ofHours(6);
    private static final int BATCH = 500;

    private final Database database;

    public ChallengeRetention(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "challenge-retention";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        int gone =
                database.write(write ->
                        write.handle()
                                .createUpdate(
                                        """
                                        DELETE FROM challenge WHERE owner IN (
                                            SELECT owner FROM challenge WHERE shown_at <= :oldest ORDER BY shown_at LIMIT :batch)
                                        AND shown_at <= :oldest
                                        """)
                                .bind("oldest", Challenges.oldest(now).toEpochMilli())
                                .bind("batch", BATCH)
                                .execute());
        return Optional.of(gone >= BATCH ? now : now.plus(LOOK));
    }
}
