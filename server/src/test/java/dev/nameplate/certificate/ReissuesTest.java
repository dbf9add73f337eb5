package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Reissues.Estimate;
import dev.nameplate.certificate.Reissues.Run;
import dev.nameplate.certificate.Reissues.Scope;
import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

final class ReissuesTest {

    @StoreTest
    void everythingIsReissuedAtItsPaceAndTheRunSaysHowFarItIs(Database database) {
        Scene scene = new Scene(database);
        Reissues reissues = reissues(scene, 4);
        List<Certificate> all = issued(scene, 10);
        Certificate imported = scene.imported("imported.example.com");
        Run started = start(scene, reissues, Scope.EVERYTHING);
        assertThat(started.total()).isEqualTo(10);

        scene.jobs.tick();
        assertThat(run(scene, reissues))
                .isEqualTo(
                        new Run(
                                started.id(),
                                started.startedAt(),
                                10,
                                6,
                                Map.of(Renewal.Status.SUCCESS, 4L),
                                false));
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        Run done = run(scene, reissues);
        assertThat(done.finished()).isTrue();
        assertThat(done.renewals()).isEqualTo(Map.of(Renewal.Status.SUCCESS, 10L));
        assertThat(all)
                .allSatisfy(each -> assertThat(serial(scene.now(each))).isNotEqualTo(serial(each)));
        assertThat(scene.now(imported)).isEqualTo(imported);
    }

    @StoreTest
    void aScopeLeavesTheOthersAlone(Database database) {
        Scene scene = new Scene(database);
        Reissues reissues = reissues(scene, 100);
        List<Certificate> before = issued(scene, 3);
        scene.clock.advance(Duration.ofHours(1));
        Instant from = scene.clock.instant();
        List<Certificate> after = issued(scene, 2);
        scene.clock.advance(Duration.ofHours(1));
        Scope scope =
                new Scope(
                        Optional.of(KeyAlgorithm.EC_P256),
                        Optional.of("Stand-in CA"),
                        Optional.empty(),
                        Optional.of(from),
                        Optional.of(from.plusSeconds(1)));
        assertThat(estimate(scene, reissues, scope).certificates()).isEqualTo(2);
        assertThat(
                        estimate(
                                        scene,
                                        reissues,
                                        new Scope(
                                                Optional.of(KeyAlgorithm.RSA_2048),
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty()))
                                .certificates())
                .isZero();
        start(scene, reissues, scope);
        scene.jobs.tick();
        assertThat(before).allSatisfy(each -> assertThat(scene.now(each)).isEqualTo(each));
        assertThat(after)
                .allSatisfy(each -> assertThat(serial(scene.now(each))).isNotEqualTo(serial(each)));
    }

    @StoreTest
    void fewIssuedSayNothingOfHowManyCouldBe(Database database) {
        Scene scene = new Scene(database);
        assertThat(estimate(scene, reissues(scene, 2), Scope.EVERYTHING))
                .isEqualTo(new Estimate(0, 2, Optional.empty(), Duration.ZERO, Optional.empty()));
        issued(scene, 30);
        assertThat(estimate(scene, reissues(scene, 2), Scope.EVERYTHING))
                .isEqualTo(
                        new Estimate(
                                30, 2, Optional.empty(), Duration.ofSeconds(15), Optional.empty()));
        assertThat(estimate(scene, reissues(scene, 200), Scope.EVERYTHING).takes())
                .isEqualTo(Duration.ofMillis(150));
    }

    @StoreTest
    void theFinishingTimeFollowsABusyStoreThatIsSlowerThanThePace(Database database) {
        Scene scene = new Scene(database);
        List<Certificate> all = issued(scene, Reissues.BUSY);
        // A hundred within five seconds: twenty a second.
        long start = scene.clock.instant().toEpochMilli() / 10_000 * 10_000;
        scene.database.write(write -> {
            for (int i = 0; i < all.size(); i++) {
                write.handle()
                        .execute(
                                "UPDATE certificate SET decided_at = ? WHERE id = ?",
                                start - 10_000 + Math.min(i * 51L, 5_000),
                                all.get(i).id().toString());
            }
            return all;
        });
        assertThat(estimate(scene, reissues(scene, 200), Scope.EVERYTHING))
                .isEqualTo(
                        new Estimate(
                                100,
                                200,
                                Optional.of(20.0),
                                Duration.ofSeconds(5),
                                Optional.empty()));
        assertThat(estimate(scene, reissues(scene, 10), Scope.EVERYTHING))
                .isEqualTo(
                        new Estimate(
                                100,
                                10,
                                Optional.empty(),
                                Duration.ofSeconds(10),
                                Optional.empty()));
    }

    @StoreTest
    void aRunIsUnfinishedForItsOwnScopeAlone(Database database) {
        Scene scene = new Scene(database);
        Reissues reissues = reissues(scene, 4);
        issued(scene, 2);
        Scope scope =
                new Scope(
                        Optional.of(KeyAlgorithm.EC_P256),
                        Optional.of("Stand-in CA"),
                        Optional.empty(),
                        Optional.of(scene.clock.instant().minusSeconds(9)),
                        Optional.of(scene.clock.instant().plusSeconds(9)));
        Run run = start(scene, reissues, scope);
        assertThat(unfinished(scene, reissues, scope)).contains(run);
        assertThat(unfinished(scene, reissues, Scope.EVERYTHING)).isEmpty();
        scene.jobs.tick();
        assertThat(unfinished(scene, reissues, scope)).isEmpty();
    }

    @StoreTest
    void aCutAtAnyWriteSkipsNoneAndBeginsNoneTwice(TestStore store) {
        Scene scene = new Scene(store.database());
        Reissues reissues = reissues(scene, 2);
        List<Certificate> all = issued(scene, 5);
        start(scene, reissues, Scope.EVERYTHING);
        for (boolean committed : List.of(false, true)) {
            ReissueWork work =
                    new ReissueWork(
                            new InterruptedDatabase(store.database(), 1, committed), scene.jobs);
            try {
                var _ = work.advance(0, scene.clock.instant());
            } catch (InterruptedDatabase.PowerCut _) {
                // What is left is looked at below.
            }
            scene.clock.advance(Duration.ofSeconds(1));
        }
        for (int i = 0; i < 3; i++) {
            scene.jobs.wake(RenewalWork.NAME);
            scene.jobs.tick();
            scene.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(run(scene, reissues).finished()).isTrue();
        assertThat(run(scene, reissues).renewals()).isEqualTo(Map.of(Renewal.Status.SUCCESS, 5L));
        assertThat(all)
                .allSatisfy(each -> assertThat(serial(scene.now(each))).isNotEqualTo(serial(each)));
        int orders = scene.issuer.signed.get();
        assertThat(orders).isEqualTo(10);
    }

    @StoreTest
    void theCalendarCountsWhatIsRenewedAndWhatEnds(Database database) {
        Scene scene = new Scene(database);
        List<Certificate> all = issued(scene, 4);
        scene.use(all.get(0), "distribution/E1");
        scene.use(all.get(1), "distribution/E1");
        scene.use(all.get(1), "distribution/E2");
        scene.imported("imported.example.com");
        RenewalCalendar calendar =
                database.read(handle ->
                        RenewalCalendar.read(
                                handle,
                                Scene.ALICE,
                                scene.clock.instant(),
                                Duration.ofDays(1),
                                91,
                                IssuanceForecast.UNLIMITED));
        assertThat(calendar.slots()).hasSize(91);
        assertThat(calendar.slots().stream().mapToLong(RenewalCalendar.Slot::renewals).sum())
                .isEqualTo(2);
        Instant first = RenewalTiming.start(all.get(0).id(), state(all.get(0)));
        assertThat(
                        calendar.slots().stream()
                                .filter(slot -> !first.isBefore(slot.from()))
                                .filter(slot ->
                                        first.isBefore(slot.from().plus(Duration.ofDays(1))))
                                .mapToLong(RenewalCalendar.Slot::renewals)
                                .sum())
                .isPositive();
        assertThat(calendar.slots().stream().mapToLong(RenewalCalendar.Slot::ends).sum())
                .isEqualTo(3);
        assertThat(calendar.soonestEnd()).contains(state(all.get(0)).notAfter());
    }

    private static Reissues reissues(Scene scene, int perSecond) {
        scene.jobs.add(scene.renewals);
        scene.jobs.add(new ReissueWork(scene.database, scene.jobs));
        return new Reissues(
                scene.clock, new Random(1), scene.jobs, perSecond, IssuanceForecast.UNLIMITED);
    }

    private static Run start(Scene scene, Reissues reissues, Scope scope) {
        return scene.database.write(write -> reissues.start(write, Scene.ALICE, scope));
    }

    private static Estimate estimate(Scene scene, Reissues reissues, Scope scope) {
        return scene.database.read(handle -> reissues.estimate(handle, Scene.ALICE, scope));
    }

    private static Optional<Run> unfinished(Scene scene, Reissues reissues, Scope scope) {
        return scene.database.read(handle -> reissues.unfinished(handle, Scene.ALICE, scope));
    }

    private static Run run(Scene scene, Reissues reissues) {
        return scene.database.read(handle -> reissues.runs(handle, Scene.ALICE)).getFirst();
    }

    private static List<Certificate> issued(Scene scene, int count) {
        scene.lookup.showsEverything = true;
        List<Certificate> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(scene.request("n" + i + ".example.com"));
        }
        scene.jobs.tick();
        return asked.stream().map(scene::now).toList();
    }

    private static State.Issued state(Certificate certificate) {
        return (State.Issued) certificate.state();
    }

    private static String serial(Certificate certificate) {
        return state(certificate).serial();
    }
}
