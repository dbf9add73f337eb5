package dev.nameplate.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution.Kind;
import dev.nameplate.distribution.Distribution.Status;
import dev.nameplate.distribution.Distributions.AliasTaken;
import dev.nameplate.distribution.Distributions.CallerReferenceUsed;
import dev.nameplate.feed.Change;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class DistributionsTest {
    private static final AccountId ALICE = new AccountId("111111111111");
    private static final AccountId BOB = new AccountId("222222222222");

    @StoreTest
    void aNewDistributionHasCloudFrontsShapesAndIsInProgress(Database database) {
        TestFeatures features = new TestFeatures(database);

        Distribution created = create(features, ALICE, "one", "www.example.com");

        assertThat(created.id().value()).matches("E[A-Z0-9]{13}");
        assertThat(created.etag()).matches("E[A-Z0-9]{13}");
        assertThat(created.domainName()).matches("d[a-z0-9]{13}\\.cdn\\.nameplate\\.internal");
        assertThat(created.status()).isEqualTo(Status.IN_PROGRESS);
        assertThat(created.version()).isEqualTo(1);
        assertThat(find(features, created)).contains(created);
    }

    @StoreTest
    void everyAcceptedConfigurationIsKeptAsANumberedVersion(Database database) {
        TestFeatures features = new TestFeatures(database);
        Distribution first = create(features, ALICE, "one", "a.example.com");
        features.clock.advance(Duration.ofSeconds(5));

        Distribution second = update(features, first, "b.example.com");

        assertThat(second.version()).isEqualTo(2);
        assertThat(second.etag()).isNotEqualTo(first.etag());
        assertThat(second.createdAt()).isEqualTo(first.createdAt());
        assertThat(second.modifiedAt()).isAfter(first.modifiedAt());
        assertThat(find(features, first)).contains(second);
        Distributions distributions = features.distributions;
        assertThat(
                        database.<List<String>>read(handle ->
                                List.of(
                                        distributions
                                                .version(handle, first.id(), 1)
                                                .orElseThrow()
                                                .etag(),
                                        distributions
                                                .version(handle, first.id(), 2)
                                                .orElseThrow()
                                                .document())))
                .containsExactly(first.etag(), second.document());
        assertThat(
                        database.<Boolean>read(
                                handle -> distributions.version(handle, first.id(), 3).isEmpty()))
                .isTrue();
    }

    @StoreTest
    void anExactAliasWinsOverTheClosestWildcardAndThatOverAFartherOne(Database database) {
        TestFeatures features = new TestFeatures(database);
        Distribution far = create(features, ALICE, "far", "*.example.com");
        Distribution near = create(features, ALICE, "near", "*.b.example.com");
        Distribution exact = create(features, ALICE, "exact", "a.b.example.com");

        assertThat(serving(features, "a.b.example.com")).contains(exact.id());
        assertThat(serving(features, "x.b.example.com")).contains(near.id());
        assertThat(serving(features, "y.x.b.example.com")).contains(near.id());
        assertThat(serving(features, "b.example.com")).contains(far.id());
        assertThat(serving(features, "deep.in.example.com")).contains(far.id());
        assertThat(serving(features, "example.com")).isEmpty();
        assertThat(serving(features, exact.domainName())).contains(exact.id());
        assertThat(serving(features, "unknown.cdn.nameplate.internal")).isEmpty();
        assertThat(serving(features, "localhost")).isEmpty();
    }

    @StoreTest
    void anAliasHasOneHolderOverAllAccounts(Database database) {
        TestFeatures features = new TestFeatures(database);
        Distribution holder = create(features, ALICE, "one", "www.example.com");

        assertThatThrownBy(() -> create(features, BOB, "two", "x.example.org", "www.example.com"))
                .isInstanceOfSatisfying(
                        AliasTaken.class,
                        taken -> {
                            assertThat(taken.alias()).isEqualTo(new DomainName("www.example.com"));
                            assertThat(taken.holder().distribution()).isEqualTo(holder.id());
                        });
        assertThatThrownBy(() -> create(features, ALICE, "two", "www.example.com"))
                .isInstanceOf(AliasTaken.class);
        assertThat(serving(features, "x.example.org")).as("nothing of the failed write").isEmpty();
    }

    @StoreTest
    void aWildcardMayOverlapOnlyWithinAnAccount(Database database) {
        TestFeatures features = new TestFeatures(database);
        create(features, ALICE, "1", "www.example.com");
        create(features, ALICE, "2", "*.example.com");
        create(features, ALICE, "3", "*.deep.example.com");

        assertThatThrownBy(() -> create(features, BOB, "1", "*.example.com"))
                .isInstanceOf(AliasTaken.class);
        assertThatThrownBy(() -> create(features, BOB, "2", "b.example.com"))
                .isInstanceOf(AliasTaken.class);
        assertThatThrownBy(() -> create(features, BOB, "3", "*.x.y.example.com"))
                .isInstanceOf(AliasTaken.class);
        create(features, BOB, "4", "example.com");
        create(features, BOB, "5", "shop.example.org");
        create(features, ALICE, "6", "blog.example.org");
        assertThatThrownBy(() -> create(features, ALICE, "7", "*.example.org"))
                .as("lies over another account's name, with a larger account number")
                .isInstanceOf(AliasTaken.class);
        assertThatThrownBy(() -> create(features, BOB, "8", "*.example.org"))
                .as("and with a smaller one")
                .isInstanceOf(AliasTaken.class);
    }

    @StoreTest
    void anUpdateFreesWhatItDropsAndADeleteFreesAll(Database database) {
        TestFeatures features = new TestFeatures(database);
        Distribution one = create(features, ALICE, "one", "a.example.com", "b.example.com");

        Distribution changed = update(features, one, "b.example.com", "c.example.com");
        Distribution two = create(features, BOB, "two", "a.example.com");
        features.database.write(write -> {
            features.distributions.delete(write, changed);
            return true;
        });
        create(features, BOB, "three", "b.example.com", "c.example.com");

        assertThat(serving(features, "a.example.com")).contains(two.id());
        assertThat(find(features, one)).isEmpty();
        assertThat(serving(features, one.domainName())).isEmpty();
    }

    @StoreTest
    void ofManyRacingForAnAliasExactlyOneGetsIt(Database database) throws Exception {
        TestFeatures features = new TestFeatures(database);
        List<Callable<Boolean>> racers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String reference = "racer" + i;
            AccountId account = i % 2 == 0 ? ALICE : BOB;
            racers.add(() -> {
                try {
                    create(features, account, reference, "prize.example.com");
                    return true;
                } catch (AliasTaken _) {
                    return false;
                }
            });
        }
        int winners = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> racer : threads.invokeAll(racers)) {
                winners += racer.get() ? 1 : 0;
            }
        }

        assertThat(winners).isEqualTo(1);
        assertThat(list(features, ALICE).size() + list(features, BOB).size()).isEqualTo(1);
    }

    @StoreTest
    void aCallerReferenceIsUsedOncePerAccountAndDoor(Database database) {
        TestFeatures features = new TestFeatures(database);
        Distribution first = create(features, ALICE, "ref");

        assertThatThrownBy(() -> create(features, ALICE, "ref"))
                .isInstanceOfSatisfying(
                        CallerReferenceUsed.class,
                        used -> assertThat(used.holder()).isEqualTo(first.id()));
        create(features, BOB, "ref");
    }

    @StoreTest
    void aCertificateKnowsWhoUsesIt(Database database) {
        TestFeatures features = new TestFeatures(database);
        TestCa ca = new TestCa(features.clock.instant());
        Certificate old =
                features.importCertificate(ALICE, Region.US_EAST_1, ca.issue("a.example.com"));
        Certificate next =
                features.importCertificate(ALICE, Region.US_EAST_1, ca.issue("a.example.com"));
        Distribution one =
                database.write(write ->
                        features.distributions.create(
                                write,
                                ALICE,
                                Kind.CLOUDFRONT,
                                "one",
                                ServedConfigs.of(true, 80, Optional.of(old.id()), "a.example.com"),
                                "{}"));
        assertThat(users(features, old)).containsExactly("distribution/" + one.id());
        assertThat(using(features, old)).containsExactly(one.id());

        Distribution two =
                database.write(write ->
                        features.distributions.update(
                                write,
                                one,
                                ServedConfigs.of(true, 80, Optional.of(next.id()), "a.example.com"),
                                "{}"));
        assertThat(users(features, old)).isEmpty();
        assertThat(users(features, next)).containsExactly("distribution/" + one.id());

        database.write(write -> {
            features.distributions.delete(write, two);
            return true;
        });
        assertThat(users(features, next)).isEmpty();
        assertThat(using(features, next)).isEmpty();
    }

    @StoreTest
    void theFeedNamesWhatWasServedAndWhatWillBe(Database database) {
        List<String> woken = new ArrayList<>();
        TestFeatures features = new TestFeatures(database, woken::add);
        Distribution one = create(features, ALICE, "one", "a.example.com");
        long before = database.<Long>read(features.feed::latest);

        update(features, one, "b.example.com");

        List<Change> changes = database.read(handle -> features.feed.after(handle, before, 10));
        assertThat(changes)
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.kind()).isEqualTo(Change.Kind.DISTRIBUTION);
                    assertThat(change.key()).isEqualTo(one.id().value());
                    assertThat(change.names())
                            .containsExactly("a.example.com", "b.example.com", one.domainName());
                });
        assertThat(woken).containsExactly("publish", "publish");
    }

    @StoreTest
    void deployedIsSaidOfTheNewestVersionOnly(Database database) {
        TestFeatures features = new TestFeatures(database);
        Distribution one = create(features, ALICE, "one");
        Distribution two = update(features, one);

        deployed(features, one, 1);
        assertThat(find(features, one).orElseThrow().status()).isEqualTo(Status.IN_PROGRESS);
        assertThat(inProgress(features)).containsExactly(one.id());

        deployed(features, one, two.version());
        assertThat(find(features, one).orElseThrow().status()).isEqualTo(Status.DEPLOYED);
        assertThat(inProgress(features)).isEmpty();
    }

    @StoreTest
    void pagesFollowEachOtherOldestFirst(Database database) {
        TestFeatures features = new TestFeatures(database);
        List<DistributionId> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            features.clock.advance(Duration.ofSeconds(1));
            made.add(create(features, ALICE, "r" + i).id());
        }
        create(features, BOB, "other");

        List<DistributionId> read = new ArrayList<>();
        Optional<Distributions.Position> position = Optional.empty();
        while (true) {
            Optional<Distributions.Position> after = position;
            List<Distribution> page =
                    database.read(handle ->
                            features.distributions.page(handle, ALICE, Kind.CLOUDFRONT, after, 2));
            if (page.isEmpty()) {
                break;
            }
            page.forEach(one -> read.add(one.id()));
            Distribution last = page.getLast();
            position =
                    Optional.of(
                            new Distributions.Position(
                                    last.createdAt().toEpochMilli(), last.id().value()));
        }
        assertThat(read).isEqualTo(made);
        assertThat(list(features, ALICE)).isEqualTo(made);
    }

    private static Distribution create(
            TestFeatures features, AccountId account, String reference, String... aliases) {
        return features.database.write(write ->
                features.distributions.create(
                        write,
                        account,
                        Kind.CLOUDFRONT,
                        reference,
                        ServedConfigs.withAliases(aliases),
                        "{\"first\":true}"));
    }

    private static Distribution update(
            TestFeatures features, Distribution existing, String... aliases) {
        return features.database.write(write ->
                features.distributions.update(
                        write, existing, ServedConfigs.withAliases(aliases), "{\"changed\":true}"));
    }

    private static void deployed(TestFeatures features, Distribution one, long version) {
        features.database.write(write -> {
            features.distributions.deployed(write, one.id(), version);
            return true;
        });
    }

    private static Optional<Distribution> find(TestFeatures features, Distribution one) {
        return features.database.read(handle -> features.distributions.find(handle, one.id()));
    }

    private static Optional<DistributionId> serving(TestFeatures features, String host) {
        return features.database.read(
                handle -> features.distributions.serving(handle, host).map(Distribution::id));
    }

    private static List<DistributionId> list(TestFeatures features, AccountId account) {
        return features.database.read(handle ->
                features
                        .distributions
                        .page(handle, account, Kind.CLOUDFRONT, Optional.empty(), 100)
                        .stream()
                        .map(Distribution::id)
                        .toList());
    }

    private static List<DistributionId> inProgress(TestFeatures features) {
        return features.database.read(handle ->
                features.distributions.inProgress(handle, 10).stream()
                        .map(Distribution::id)
                        .toList());
    }

    private static List<DistributionId> using(TestFeatures features, Certificate certificate) {
        return features.database.read(handle ->
                features.distributions.using(handle, certificate.id()).stream()
                        .map(Distribution::id)
                        .toList());
    }

    private static List<String> users(TestFeatures features, Certificate certificate) {
        return features.database.read(
                handle -> List.copyOf(features.certificates.usedBy(handle, certificate.id())));
    }
}
