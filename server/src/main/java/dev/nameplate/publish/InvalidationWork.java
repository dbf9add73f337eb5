package dev.nameplate.publish;

import dev.nameplate.db.Database;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Says `COMPLETED` of every invalidation that all edge nodes obey. One in progress stays so over a crash, so the next start
/// finds it here again; that a node obeys it also after a restart is the node's own care.
public final class InvalidationWork implements DueWork {
    private static final int BATCH = 200;

    /// Between two looks at how far the other nodes are; they poll every quarter of a second themselves.
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final Database database;
    private final ChangeFeed feed;
    private final Invalidations invalidations;
    private final ChangeFollower follower;

    public InvalidationWork(
            Database database,
            ChangeFeed feed,
            Invalidations invalidations,
            ChangeFollower follower) {
        this.database = database;
        this.feed = feed;
        this.invalidations = invalidations;
        this.follower = follower;
    }

    @Override
    public String name() {
        return Invalidations.COMPLETE;
    }

    /// One snapshot holds the feed's end and who is in progress, so that each of these has its change at or before that end.
    private record Snapshot(long latest, List<String> inProgress) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Snapshot snapshot =
                database.read(handle ->
                        new Snapshot(
                                feed.latest(handle), invalidations.allInProgress(handle, BATCH)));
        if (snapshot.inProgress.isEmpty()) {
            return Optional.empty();
        }
        if (follower.appliedEverywhere() < snapshot.latest) {
            return Optional.of(now.plus(PATIENCE));
        }
        database.write(write -> {
            snapshot.inProgress.forEach(id -> invalidations.completed(write, id));
            return snapshot.inProgress.size();
        });
        return snapshot.inProgress.size() == BATCH ? Optional.of(now) : Optional.empty();
    }
}
