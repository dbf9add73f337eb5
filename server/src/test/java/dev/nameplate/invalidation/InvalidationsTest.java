package dev.nameplate.invalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.feed.Change;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class InvalidationsTest {
    private static final String TARGET = "E0123456789ABC";

    private final List<String> woken = new ArrayList<>();

    private Invalidation create(TestFeatures features, String reference, String... paths) {
        return create(features, TARGET, reference, List.of(paths));
    }

    private static Invalidation create(
            TestFeatures features, String target, String reference, List<String> paths) {
        return features.database.write(
                write -> features.invalidations.create(write, target, paths, reference));
    }

    private static Optional<Invalidation> find(TestFeatures features, String id) {
        return features.database.read(handle -> features.invalidations.find(handle, id));
    }

    private static Optional<Invalidation> latest(TestFeatures features) {
        return features.database.read(handle -> features.invalidations.latest(handle, TARGET));
    }

    private static List<Change> changes(TestFeatures features) {
        return features.database.read(handle -> features.feed.after(handle, 0, 10));
    }

    private static Invalidations.InProgress inProgress(TestFeatures features) {
        return features.database.read(handle -> features.invalidations.inProgress(handle, TARGET));
    }

    @StoreTest
    void anOrderIsKeptAndAnnounced(Database database) {
        TestFeatures features = new TestFeatures(database, woken::add);
        Invalidation created = create(features, "one", "/b", "/a*");
        assertThat(created.id()).matches("I[A-Z0-9]{13}");
        assertThat(created.status()).isEqualTo(Invalidation.Status.IN_PROGRESS);
        assertThat(find(features, created.id())).contains(created);
        assertThat(changes(features))
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.kind()).isEqualTo(Change.Kind.INVALIDATION);
                    assertThat(change.key()).isEqualTo(created.id());
                });
        assertThat(woken).containsExactly(Invalidations.COMPLETE);
    }

    @StoreTest
    void aReferenceStandsForItsPaths(Database database) {
        TestFeatures features = new TestFeatures(database);
        Invalidation first = create(features, "same", "/a", "/b");
        assertThat(create(features, "same", "/b", "/a")).isEqualTo(first);
        assertThatThrownBy(() -> create(features, "same", "/c"))
                .isInstanceOfSatisfying(
                        InvalidationRefused.ReferenceUsed.class,
                        refused -> assertThat(refused.holder()).isEqualTo(first.id()));
        assertThat(create(features, "E9999999999999", "same", List.of("/c")).id())
                .as("of another distribution")
                .isNotEqualTo(first.id());
    }

    @StoreTest
    void theNewestIsListedFirstAndPagesFollowEachOther(Database database) {
        TestFeatures features = new TestFeatures(database);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.addFirst(create(features, "r" + i, "/" + i).id());
            features.clock.advance(Duration.ofMillis(i % 2));
        }
        create(features, "E9999999999999", "other", List.of("/"));
        List<Invalidation> listed = new ArrayList<>();
        Optional<Invalidations.Position> after = Optional.empty();
        while (true) {
            Optional<Invalidations.Position> from = after;
            List<Invalidation> page =
                    features.database.read(
                            handle -> features.invalidations.page(handle, TARGET, from, 3));
            if (page.isEmpty()) {
                break;
            }
            listed.addAll(page);
            after = Optional.of(Invalidations.Position.of(page.getLast()));
        }
        assertThat(listed).extracting(Invalidation::id).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(listed).isSortedAccordingTo((a, b) -> b.createdAt().compareTo(a.createdAt()));
        assertThat(latest(features)).contains(listed.getFirst());
    }

    @StoreTest
    void whatIsInProgressIsBounded(Database database) {
        TestFeatures features = new TestFeatures(database);
        List<String> most = IntStream.range(0, 2_999).mapToObj(i -> "/" + i).toList();
        Invalidation large = create(features, TARGET, "large", most);
        create(features, "last", "/last");
        assertThatThrownBy(() -> create(features, "more", "/more"))
                .isInstanceOf(InvalidationRefused.TooManyInProgress.class)
                .hasMessageContaining("3000 paths");
        create(
                features,
                TARGET,
                "wild",
                IntStream.range(0, 15).mapToObj(i -> "/" + i + "*").toList());
        assertThatThrownBy(() -> create(features, "wilder", "/x*"))
                .isInstanceOf(InvalidationRefused.TooManyInProgress.class)
                .hasMessageContaining("15 paths with a wildcard");
        assertThat(inProgress(features)).isEqualTo(new Invalidations.InProgress(3, 3_000, 15));
        features.database.write(write -> {
            features.invalidations.completed(write, large.id());
            return true;
        });
        create(features, "more", "/more");
    }

    @StoreTest
    void pathsThatMeanNothingAreRefused(Database database) {
        TestFeatures features = new TestFeatures(database);
        for (String path :
                List.of(
                        "a",
                        "",
                        "/a b",
                        "/ä",
                        "/a\n/b",
                        "/*.jpg",
                        "/%",
                        "/a%2",
                        "/%zz",
                        "/%c*",
                        "/" + "x".repeat(4_000))) {
            assertThatThrownBy(() -> create(features, "bad", path))
                    .as(path)
                    .isInstanceOf(InvalidationRefused.InvalidPath.class);
        }
        assertThatThrownBy(() -> create(features, "none"))
                .isInstanceOf(InvalidationRefused.InvalidSize.class);
        assertThatThrownBy(() ->
                        create(
                                features,
                                TARGET,
                                "many",
                                IntStream.range(0, 3_001).mapToObj(i -> "/" + i).toList()))
                .isInstanceOfSatisfying(
                        InvalidationRefused.InvalidSize.class,
                        refused -> assertThat(refused.isTooLarge()).isTrue());
        assertThat(changes(features)).isEmpty();
    }
}
