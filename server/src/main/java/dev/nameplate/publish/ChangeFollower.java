package dev.nameplate.publish;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Follows the change feed on behalf of this process's edge. Each node has one. It looks every [#POLL], and when work that a
/// commit woke wants to know that the edge has been told.
///
/// It starts at the newest change, because an edge that starts with it has cached nothing yet, but for content on disk: of that
/// it first tells what was invalidated while nobody followed.
public final class ChangeFollower implements AutoCloseable {
    /// Well under the second within which a change is to be served; one indexed read each time.
    static final Duration POLL = Duration.ofMillis(250);

    /// A third of [EdgeNodes#SILENCE], so that one late heartbeat does no harm.
    private static final Duration HEARTBEAT = EdgeNodes.SILENCE.dividedBy(3);

    private static final int BATCH = 500;
    private static final Logger LOG = LoggerFactory.getLogger(ChangeFollower.class);

    private final Database database;
    private final ChangeFeed feed;
    private final Distributions distributions;
    private final Invalidations invalidations;
    private final EdgeCache edge;
    private final EdgeContent content;
    private final InstantSource clock;
    private final String node = UUID.randomUUID().toString();
    private final boolean shared;

    private final ReentrantLock following = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Guarded by `following`.
    private long applied;

    /// Guarded by `following`.
    private Instant seen = Instant.MIN;

    private final Thread thread;

    private ChangeFollower(
            Database database,
            ChangeFeed feed,
            Distributions distributions,
            Invalidations invalidations,
            EdgeCache edge,
            EdgeContent content,
            InstantSource clock) {
        this.database = database;
        this.feed = feed;
        this.distributions = distributions;
        this.invalidations = invalidations;
        this.edge = edge;
        this.content = content;
        this.clock = clock;
        this.shared = database.dialect() == Database.Dialect.POSTGRESQL;
        this.applied = catchUpContent();
        this.thread = Thread.ofVirtual().name("change-follower").unstarted(this::follow);
    }

    /// Call it before the edge takes its first connection.
    public static ChangeFollower start(
            Database database,
            ChangeFeed feed,
            Distributions distributions,
            Invalidations invalidations,
            EdgeCache edge,
            EdgeContent content,
            InstantSource clock) {
        ChangeFollower follower =
                new ChangeFollower(
                        database, feed, distributions, invalidations, edge, content, clock);
        follower.catchUp();
        follower.thread.start();
        return follower;
    }

    /// Tells what was invalidated since an earlier process stopped. Of everything else an edge that starts has kept nothing.
    ///
    /// @return the newest sequence, which is the place to go on from
    private long catchUpContent() {
        OptionalLong kept = content.position();
        Missed missed =
                database.read(handle -> {
                    long latest = feed.latest(handle);
                    long from = kept.orElse(latest);
                    boolean known = from <= latest && feed.oldest(handle) <= from + 1;
                    return new Missed(
                            latest,
                            known,
                            known
                                    ? feed.ofKindAfter(handle, Change.Kind.INVALIDATION, from)
                                    : List.of());
                });
        if (!missed.known && kept.isPresent()) {
            LOG.info(
                    "content kept on disk is forgotten: the change feed does not reach back to it");
            content.forgetAll();
        }
        missed.invalidations.forEach(change -> invalidate(change.key()));
        content.told(missed.latest);
        return missed.latest;
    }

    /// @param known whether the feed reaches back far enough
    private record Missed(long latest, boolean known, List<Change> invalidations) {}

    /// Brings the edge up to date with everything committed before the call.
    ///
    /// @return the sequence the edge has now
    long catchUp() {
        following.lock();
        try {
            long before = applied;
            List<Stale> batch = staleAfter(applied);
            while (!batch.isEmpty()) {
                for (Stale stale : batch) {
                    stale.effects.forEach(this::apply);
                    applied = stale.sequence;
                }
                batch = staleAfter(applied);
            }
            if (applied != before) {
                content.told(applied);
            }
            heartbeat(applied != before);
            return applied;
        } finally {
            following.unlock();
        }
    }

    /// How far every live node is, this one included.
    long appliedEverywhere() {
        long here = catchUp();
        return shared
                ? Math.min(
                        here,
                        database.read(
                                handle -> EdgeNodes.appliedByOthers(handle, node, clock.instant())))
                : here;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (shared) {
            database.write(write -> {
                EdgeNodes.gone(write, node);
                return node;
            });
        }
    }

    private void follow() {
        while (awaitWork()) {
            try {
                catchUp();
            } catch (RuntimeException e) {
                LOG.error(
                        "the edge may serve an old configuration until the change feed is read again, in {} ms",
                        POLL.toMillis(),
                        e);
            }
        }
    }

    /// @return false once closed
    private boolean awaitWork() {
        try {
            return !closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void heartbeat(boolean progress) {
        Instant now = clock.instant();
        if (!shared || (!progress && now.isBefore(seen.plus(HEARTBEAT)))) {
            return;
        }
        database.write(write -> {
            EdgeNodes.seen(write, node, applied, now);
            return node;
        });
        seen = now;
    }

    private void apply(Effect effect) {
        switch (effect) {
            case Effect.Changed(String id, Set<String> names) -> edge.changed(id, names);
            case Effect.Invalidated(String id) -> invalidate(id);
        }
    }

    /// Nothing is to be done when the distribution was deleted meanwhile, and its invalidations with it: nothing of it is
    /// served. The paths are read one order at a time, since each may have megabytes of them.
    private void invalidate(String id) {
        database.read(handle -> invalidations.find(handle, id))
                .ifPresent(found -> content.invalidate(found.target(), found.paths()));
    }

    /// What the edge must be told.
    private sealed interface Effect {
        record Changed(String id, Set<String> names) implements Effect {}

        record Invalidated(String id) implements Effect {}
    }

    private record Stale(long sequence, List<Effect> effects) {}

    private List<Stale> staleAfter(long sequence) {
        return database.read(handle ->
                feed.after(handle, sequence, BATCH).stream()
                        .map(change -> stale(handle, change))
                        .toList());
    }

    private Stale stale(Handle handle, Change change) {
        List<Effect> effects =
                switch (change.kind()) {
                    case DISTRIBUTION ->
                            List.of(
                                    new Effect.Changed(
                                            change.key(), new LinkedHashSet<>(change.names())));
                    case CERTIFICATE -> users(handle, change);
                    case INVALIDATION -> List.of(new Effect.Invalidated(change.key()));
                };
        return new Stale(change.sequence(), effects);
    }

    /// A certificate is served under the aliases of who uses it, which need not be the certificate's own names.
    private List<Effect> users(Handle handle, Change change) {
        CertificateId certificate = new CertificateId(UUID.fromString(change.key()));
        List<Effect> users = new ArrayList<>();
        // Tenants are not listed: what they show with it is among its own names.
        users.add(new Effect.Changed(change.key(), new LinkedHashSet<>(change.names())));
        distributions
                .using(handle, certificate)
                .forEach(user -> {
                    Set<String> names = new LinkedHashSet<>();
                    user.config().aliases().stream().map(DomainName::ascii).forEach(names::add);
                    users.add(new Effect.Changed(user.id().value(), names));
                });
        return users;
    }
}
