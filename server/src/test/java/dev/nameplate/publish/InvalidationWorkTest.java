package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.invalidation.Invalidation;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

class InvalidationWorkTest {
    private static final String TARGET = "E0123456789ABC";

    private final List<String> obeyed = new CopyOnWriteArrayList<>();

    private ChangeFollower follow(TestFeatures features, Database database) {
        return ChangeFollower.start(
                database,
                features.feed,
                features.distributions,
                features.invalidations,
                (_, _) -> {},
                (target, paths) -> paths.forEach(path -> obeyed.add(target + path)),
                features.clock);
    }

    private static Invalidation create(TestFeatures features, String path) {
        return features.database.write(write ->
                features.invalidations.create(write, TARGET, List.of(path), "for " + path));
    }

    private static Invalidation.Status status(TestFeatures features, Invalidation created) {
        return features.database
                .read(handle -> features.invalidations.find(handle, created.id()))
                .orElseThrow()
                .status();
    }

    @StoreTest
    void completedMeansThatTheEdgeWasTold(Database database) {
        TestFeatures features = new TestFeatures(database);
        try (ChangeFollower follower = follow(features, database)) {
            Invalidation created = create(features, "/a*");
            assertThat(status(features, created)).isEqualTo(Invalidation.Status.IN_PROGRESS);
            new ManualJobs(
                            features.clock,
                            new InvalidationWork(
                                    database, features.feed, features.invalidations, follower))
                    .tick();
            assertThat(obeyed).containsExactly(TARGET + "/a*");
            assertThat(status(features, created)).isEqualTo(Invalidation.Status.COMPLETED);
        }
    }

    @StoreTest
    void anotherNodeIsWaitedFor(TestStore store) {
        TestFeatures features = new TestFeatures(store.database());
        if (store.database().dialect() == Database.Dialect.SQLITE) {
            return; // has one node
        }
        try (Database second = store.open();
                ChangeFollower here = follow(features, store.database())) {
            second.write(write -> {
                EdgeNodes.seen(write, "slow", 0, features.clock.instant());
                return true;
            });
            Invalidation created = create(features, "/a");
            InvalidationWork work =
                    new InvalidationWork(
                            store.database(), features.feed, features.invalidations, here);
            assertThat(work.advance(0, features.clock.instant())).isPresent();
            assertThat(status(features, created)).isEqualTo(Invalidation.Status.IN_PROGRESS);
            second.write(write -> {
                EdgeNodes.seen(write, "slow", Long.MAX_VALUE, features.clock.instant());
                return true;
            });
            assertThat(work.advance(0, features.clock.instant())).isEmpty();
            assertThat(status(features, created)).isEqualTo(Invalidation.Status.COMPLETED);
        }
    }

    @StoreTest
    void aProcessKilledBeforeCompletionCompletesAfterItsStart(TestStore store) {
        TestFeatures before = new TestFeatures(store.database());
        Invalidation created = create(before, "/a");
        TestFeatures after = new TestFeatures(store.reopen());
        try (ChangeFollower follower = follow(after, after.database)) {
            assertThat(
                            new InvalidationWork(
                                            after.database,
                                            after.feed,
                                            after.invalidations,
                                            follower)
                                    .advance(0, after.clock.instant()))
                    .isEmpty();
            assertThat(status(after, created)).isEqualTo(Invalidation.Status.COMPLETED);
        }
    }

    /// Content on a disk: it knows how far it is.
    private final class Kept implements EdgeContent {
        private OptionalLong position;
        private boolean forgotten;

        Kept(long position) {
            this.position = OptionalLong.of(position);
        }

        @Override
        public void invalidate(String target, List<String> paths) {
            paths.forEach(path -> obeyed.add(target + path));
        }

        @Override
        public OptionalLong position() {
            return position;
        }

        @Override
        public void forgetAll() {
            forgotten = true;
        }

        @Override
        public void told(long newPosition) {
            position = OptionalLong.of(newPosition);
        }
    }

    private ChangeFollower follow(TestFeatures features, EdgeContent kept) {
        return ChangeFollower.start(
                features.database,
                features.feed,
                features.distributions,
                features.invalidations,
                (_, _) -> {},
                kept,
                features.clock);
    }

    @StoreTest
    void contentOnDiskHearsOfWhatItMissed(Database database) {
        TestFeatures features = new TestFeatures(database);
        create(features, "/before");
        long before = features.database.read(handle -> features.feed.latest(handle));
        create(features, "/missed");
        Kept kept = new Kept(before);
        try (ChangeFollower _ = follow(features, kept)) {
            assertThat(obeyed).containsExactly(TARGET + "/missed");
            assertThat(kept.position())
                    .hasValue(features.database.read(handle -> features.feed.latest(handle)));
            assertThat(kept.forgotten).isFalse();
        }
    }

    @StoreTest
    void contentThatMissedMoreThanTheFeedRemembersIsForgotten(Database database) {
        TestFeatures features = new TestFeatures(database);
        create(features, "/1");
        create(features, "/2");
        create(features, "/3");
        long latest = features.database.read(handle -> features.feed.latest(handle));
        features.database.write(write -> {
            features.feed.forget(write, latest - 1);
            return true;
        });
        Kept tooOld = new Kept(0);
        try (ChangeFollower _ = follow(features, tooOld)) {
            assertThat(tooOld.forgotten).isTrue();
        }
        Kept ofAnotherStore = new Kept(latest + 1_000);
        try (ChangeFollower _ = follow(features, ofAnotherStore)) {
            assertThat(ofAnotherStore.forgotten).isTrue();
            assertThat(ofAnotherStore.position()).hasValue(latest);
        }
    }
}
