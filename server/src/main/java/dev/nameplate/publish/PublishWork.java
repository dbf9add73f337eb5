package dev.nameplate.publish;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.DueWork;
import dev.nameplate.tenant.ConnectionGroup;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenants;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Says `Deployed` of what every edge node has. What is in progress stays so over a crash, so the next start finds it
/// here again.
public final class PublishWork implements DueWork {
    private static final int BATCH = 200;

    /// Between two looks at how far the other nodes are; they poll every quarter of a second themselves.
    private static final Duration PATIENCE = Duration.ofMillis(100);

    /// Kept behind the newest change for a node that was silent for a while.
    private static final long RETAINED_CHANGES = 100_000;

    private final Database database;
    private final ChangeFeed feed;
    private final Distributions distributions;
    private final Tenants tenants;
    private final ConnectionGroups groups;
    private final ChangeFollower follower;

    public PublishWork(
            Database database,
            ChangeFeed feed,
            Distributions distributions,
            Tenants tenants,
            ConnectionGroups groups,
            ChangeFollower follower) {
        this.database = database;
        this.feed = feed;
        this.distributions = distributions;
        this.tenants = tenants;
        this.groups = groups;
        this.follower = follower;
    }

    @Override
    public String name() {
        return Distributions.PUBLISH;
    }

    /// One snapshot holds the feed's end and who is in progress, so that each of these has its change at or before that end.
    private record Snapshot(
            long latest,
            List<Distribution> inProgress,
            List<Tenant> tenants,
            List<ConnectionGroup> groups) {
        boolean isEmpty() {
            return inProgress.isEmpty() && tenants.isEmpty() && groups.isEmpty();
        }

        boolean isCut() {
            return Math.max(inProgress.size(), Math.max(tenants.size(), groups.size())) == BATCH;
        }
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Snapshot snapshot =
                database.read(handle ->
                        new Snapshot(
                                feed.latest(handle),
                                distributions.inProgress(handle, BATCH),
                                tenants.inProgress(handle, BATCH),
                                groups.inProgress(handle, BATCH)));
        if (snapshot.isEmpty()) {
            return Optional.empty();
        }
        if (follower.appliedEverywhere() < snapshot.latest) {
            return Optional.of(now.plus(PATIENCE));
        }
        database.write(write -> {
            snapshot.inProgress.forEach(
                    one -> distributions.deployed(write, one.id(), one.version()));
            snapshot.tenants.forEach(one -> tenants.deployed(write, one));
            snapshot.groups.forEach(one -> groups.deployed(write, one));
            feed.forget(write, snapshot.latest - RETAINED_CHANGES);
            return snapshot;
        });
        return snapshot.isCut() ? Optional.of(now) : Optional.empty();
    }
}
