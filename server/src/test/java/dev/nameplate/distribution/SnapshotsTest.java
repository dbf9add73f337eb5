package dev.nameplate.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

final class SnapshotsTest {
    private static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);
    private static final SnapshotName GOOD = new SnapshotName("good");

    @StoreTest
    void aSnapshotNamesTheVersionThatWasTheNewest(Database database) {
        Scene scene = new Scene(database);
        scene.snapshots(
                write -> scene.snapshots.create(write, scene.now(write.handle()), GOOD, "n"));
        scene.update();
        Distribution now = database.read(scene::now);
        Optional<Snapshot> found = database.read(handle -> scene.snapshots.find(handle, now, GOOD));
        assertThat(found)
                .contains(new Snapshot(now.id(), GOOD, 1, scene.features.clock.instant(), "n"));
        assertThat(
                        database.read(handle ->
                                        scene.snapshots.find(handle, now, SnapshotName.LATEST))
                                .map(Snapshot::version))
                .contains(2L);
        Map<DistributionId, Integer> own =
                database.read(handle -> scene.snapshots.counts(handle, ACCOUNT));
        assertThat(own).isEqualTo(Map.of(now.id(), 1));
        Map<DistributionId, Integer> others =
                database.read(
                        handle -> scene.snapshots.counts(handle, new AccountId("210987654321")));
        assertThat(others).isEmpty();
    }

    @StoreTest
    void aNameIsThereOnceAndTheReservedOneNever(Database database) {
        Scene scene = new Scene(database);
        scene.create(GOOD);
        for (SnapshotName name : List.of(GOOD, SnapshotName.LATEST)) {
            assertThatThrownBy(() -> scene.create(name)).isInstanceOf(Snapshots.Refused.class);
        }
        assertThat(scene.names()).containsExactly("good", "_LATEST_");
        assertThat(scene.<Boolean>snapshots(write -> scene.snapshots.delete(write, scene.id, GOOD)))
                .isTrue();
        assertThat(scene.<Boolean>snapshots(write -> scene.snapshots.delete(write, scene.id, GOOD)))
                .isFalse();
        assertThatThrownBy(() ->
                        scene.snapshots(write ->
                                scene.snapshots.delete(write, scene.id, SnapshotName.LATEST)))
                .isInstanceOf(Snapshots.Refused.class);
        scene.create(GOOD);
    }

    @StoreTest
    void namesAreInTheOrderOfTheirLettersOnEveryEngine(Database database) {
        Scene scene = new Scene(database);
        for (String name : List.of("b", "B", "a b", "é", "a", "_", "snapshot 10", "snapshot 9")) {
            scene.create(new SnapshotName(name));
        }
        assertThat(scene.names())
                .containsExactly(
                        "é", "snapshot 9", "snapshot 10", "b", "a b", "a", "_LATEST_", "_", "B");
    }

    @StoreTest
    void aDistributionHasSoManyAndNotMore(Database database) {
        Scene scene = new Scene(database);
        database.write(write -> {
            Distribution now = scene.now(write.handle());
            for (int i = 0; i < Snapshots.MOST; i++) {
                SnapshotTable.keep(
                        write.handle(),
                        new Snapshot(now.id(), new SnapshotName("n" + i), 1, now.createdAt(), ""));
            }
            return now;
        });
        assertThatThrownBy(() -> scene.create(GOOD))
                .isInstanceOf(Snapshots.Refused.class)
                .hasMessageContaining("delete those");
        scene.snapshots(write -> scene.snapshots.delete(write, scene.id, new SnapshotName("n7")));
        scene.create(GOOD);
    }

    @StoreTest
    void retentionKeepsWhatASnapshotNames(Database database) {
        Scene scene = new Scene(database);
        scene.update();
        scene.create(GOOD);
        scene.update();
        scene.update();
        scene.features.clock.advance(Duration.ofDays(1));
        VersionRetention newestOnly =
                new VersionRetention(
                        database, new VersionRetention.Limits(Optional.of(1), Optional.empty()));
        newestOnly.advance(0, scene.features.clock.instant());
        assertThat(scene.versions()).containsExactly(4L, 2L);
        scene.snapshots(write -> scene.snapshots.delete(write, scene.id, GOOD));
        newestOnly.advance(0, scene.features.clock.instant());
        assertThat(scene.versions()).containsExactly(4L);
    }

    @StoreTest
    void snapshotsGoWithTheirDistribution(Database database) {
        Scene scene = new Scene(database);
        scene.create(GOOD);
        scene.snapshots(write -> {
            scene.snapshots.applied(write, scene.id, GOOD);
            return true;
        });
        Optional<SnapshotName> applied =
                database.read(handle -> scene.snapshots.lastApplied(handle, scene.id));
        assertThat(applied).contains(GOOD);
        scene.snapshots(write -> {
            scene.features.distributions.delete(write, scene.now(write.handle()));
            return true;
        });
        assertThat(
                        database.<Integer>read(handle ->
                                handle.createQuery("SELECT COUNT(*) FROM distribution_snapshot")
                                        .mapTo(Integer.class)
                                        .one()))
                .isZero();
    }

    /// One distribution, at its first version.
    private static final class Scene {
        final TestFeatures features;
        final Snapshots snapshots;
        final DistributionId id;

        Scene(Database database) {
            features = new TestFeatures(database);
            snapshots = new Snapshots(features.clock);
            id =
                    database.write(write ->
                                    features.distributions.create(
                                            write,
                                            ACCOUNT,
                                            Distribution.Kind.CLOUDFRONT,
                                            "r",
                                            ServedConfigs.withAliases(),
                                            "{}"))
                            .id();
        }

        Distribution now(Handle handle) {
            return features.distributions.find(handle, id).orElseThrow();
        }

        void update() {
            features.database.write(write ->
                    features.distributions.update(
                            write, now(write.handle()), ServedConfigs.withAliases(), "{}"));
        }

        void create(SnapshotName name) {
            snapshots(write -> snapshots.create(write, now(write.handle()), name, ""));
        }

        <T> T snapshots(Function<Write, T> work) {
            return features.database.write(work);
        }

        List<String> names() {
            return features.database.read(handle ->
                    snapshots.list(handle, now(handle)).stream()
                            .map(each -> each.name().value())
                            .toList());
        }

        List<Long> versions() {
            return features.database.read(handle ->
                    VersionTable.below(handle, id, Long.MAX_VALUE, 100).stream()
                            .map(ConfigVersion::number)
                            .toList());
        }
    }
}
