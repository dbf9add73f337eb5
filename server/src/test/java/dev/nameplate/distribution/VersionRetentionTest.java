package dev.nameplate.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

final class VersionRetentionTest {
    private static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);

    @StoreTest
    void withoutALimitEverythingStays(Database database) {
        TestFeatures features = new TestFeatures(database);
        DistributionId id = daily(features, 5);
        assertThat(run(features, VersionRetention.Limits.NONE)).isEmpty();
        assertThat(kept(features, id)).containsExactly(5L, 4L, 3L, 2L, 1L);
    }

    @StoreTest
    void theNewestStayByNumber(Database database) {
        TestFeatures features = new TestFeatures(database);
        DistributionId id = daily(features, 5);
        assertThat(run(features, new VersionRetention.Limits(Optional.of(2), Optional.empty())))
                .contains(features.clock.instant().plus(Duration.ofHours(6)));
        assertThat(kept(features, id)).containsExactly(5L, 4L);
    }

    @StoreTest
    void theRecentStayByAgeAndTheCurrentOneWhateverItsAge(Database database) {
        TestFeatures features = new TestFeatures(database);
        DistributionId id = daily(features, 5);
        VersionRetention.Limits days =
                new VersionRetention.Limits(Optional.empty(), Optional.of(Duration.ofDays(3)));
        run(features, days);
        assertThat(kept(features, id)).containsExactly(5L, 4L, 3L);
        features.clock.advance(Duration.ofDays(100));
        run(features, days);
        assertThat(kept(features, id)).containsExactly(5L);
    }

    @StoreTest
    void whatEitherLimitKeepsStays(Database database) {
        TestFeatures features = new TestFeatures(database);
        DistributionId id = daily(features, 5);
        run(features, new VersionRetention.Limits(Optional.of(4), Optional.of(Duration.ofDays(2))));
        assertThat(kept(features, id)).containsExactly(5L, 4L, 3L, 2L);
    }

    /// A version a day; the last is a day old.
    private static DistributionId daily(TestFeatures features, int versions) {
        Distribution current =
                features.database.write(write ->
                        features.distributions.create(
                                write,
                                ACCOUNT,
                                Distribution.Kind.CLOUDFRONT,
                                "r",
                                ServedConfigs.withAliases(),
                                "{}"));
        for (int i = 1; i < versions; i++) {
            features.clock.advance(Duration.ofDays(1));
            Distribution existing = current;
            current =
                    features.database.write(write ->
                            features.distributions.update(
                                    write, existing, ServedConfigs.withAliases(), "{}"));
        }
        features.clock.advance(Duration.ofDays(1));
        return current.id();
    }

    private static Optional<Instant> run(TestFeatures features, VersionRetention.Limits limits) {
        return new VersionRetention(features.database, limits).advance(0, features.clock.instant());
    }

    private static List<Long> kept(TestFeatures features, DistributionId id) {
        return features.database.read(handle ->
                VersionTable.below(handle, id, Long.MAX_VALUE, 100).stream()
                        .map(ConfigVersion::number)
                        .toList());
    }
}
