package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.db.Database;
import dev.nameplate.dns.Actor;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The time for proofs stands still while nothing but a rate limit of the issuer is waited for.
final class HeldByLimitTest {
    private static final Duration ALL = CertificateSettings.DEFAULT_VALIDATION_TIME;

    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();
    private final StandInIssuer limited = new StandInIssuer(clock, "limited", ProofForm.ACM_RECORD);

    private Scene scene(Database database) {
        Scene scene = new Scene(database, clock, vault, List.of(limited));
        scene.lookup.showsEverything = true;
        return scene;
    }

    private static Answer held(Instant until) {
        return new Answer.UnderWay("a limit holds it", until, Actor.NOBODY);
    }

    /// The issuer goes on by the order it was given.
    private void holdsUntil(Instant until) {
        limited.answer = _ -> held(until);
        limited.known =
                _ ->
                        limited.asked.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        clock.instant().isBefore(until)
                                                ? held(until)
                                                : limited.sign(limited.asked.element()));
    }

    private static Instant deadline(Scene scene, Certificate certificate) {
        State state = scene.now(certificate).state();
        assertThat(state).isInstanceOf(State.Pending.class);
        return ((State.Pending) state).deadline();
    }

    @StoreTest
    void aHoldOfAWeekEndsInACertificate(Database database) {
        Scene scene = scene(database);
        Instant asked = clock.instant();
        Instant free = asked.plus(Duration.ofDays(7));
        holdsUntil(free);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(deadline(scene, certificate)).isEqualTo(free.plus(ALL));
        assertThat(scene.jobs.nextDue()).contains(free);
        assertThat(standing(scene, certificate).heldUntil()).contains(free);

        clock.set(asked.plus(ALL).plusSeconds(1));
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);

        clock.set(free);
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Issued.class);
    }

    @StoreTest
    void looksInBetweenAddNothing(Database database) {
        Scene scene = scene(database);
        Instant asked = clock.instant();
        Instant free = asked.plus(Duration.ofDays(7));
        holdsUntil(free);
        Certificate certificate = scene.request("example.com");
        for (int look = 0; look < 20; look++) {
            scene.jobs.tick();
            assertThat(deadline(scene, certificate)).isEqualTo(free.plus(ALL));
            clock.advance(Duration.ofHours(5));
            database.write(write -> scene.certificates.checkNow(write, certificate));
        }
    }

    @StoreTest
    void afterTheHoldTheRestOfTheTimeRuns(Database database) {
        Scene scene = scene(database);
        Instant asked = clock.instant();
        limited.answer = _ -> new Answer.UnderWay("working", asked.plus(Duration.ofHours(10)));
        limited.known =
                _ -> {
                    if (limited.asked.isEmpty()) {
                        return Optional.empty();
                    }
                    Instant now = clock.instant();
                    Duration age = Duration.between(asked, now);
                    return Optional.of(
                            age.toHours() >= 10 && age.toHours() < 110
                                    ? held(asked.plus(Duration.ofHours(110)))
                                    : new Answer.UnderWay(
                                            "working", now.plus(Duration.ofHours(1))));
                };
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(deadline(scene, certificate)).isEqualTo(asked.plus(ALL));

        clock.set(asked.plus(Duration.ofHours(10)));
        scene.jobs.tick();
        Instant end = asked.plus(ALL).plus(Duration.ofHours(100));
        assertThat(deadline(scene, certificate)).isEqualTo(end);

        clock.set(asked.plus(Duration.ofHours(110)));
        scene.jobs.tick();
        assertThat(deadline(scene, certificate)).isEqualTo(end);
        assertThat(standing(scene, certificate).heldUntil()).isEmpty();

        clock.set(end.minusMillis(1));
        scene.jobs.tick();
        assertThat(deadline(scene, certificate)).isEqualTo(end);
        assertThat(scene.jobs.nextDue()).contains(end);
        clock.set(end);
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isEqualTo(new State.TimedOut(end));
    }

    /// Nothing runs out while nobody could have looked.
    @StoreTest
    void aNodeThatWasAwayLongerThanTheHoldAsksFirst(Database database) {
        Scene scene = scene(database);
        Instant free = clock.instant().plus(Duration.ofDays(7));
        holdsUntil(free);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();

        clock.set(free.plus(ALL).plus(Duration.ofDays(1)));
        Scene back = scene(database);
        back.jobs.tick();
        assertThat(back.now(certificate).state()).isInstanceOf(State.Issued.class);
    }

    @StoreTest
    void whatLiesWithTheIssuerDoesNotStopTheTime(Database database) {
        Scene scene = scene(database);
        limited.answer = _ -> new Answer.Unavailable("tea break");
        Instant end = clock.instant().plus(ALL);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        clock.set(end);
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isEqualTo(new State.TimedOut(end));
    }

    private static IssuerStanding standing(Scene scene, Certificate certificate) {
        return scene.database
                .read(handle -> IssuerStanding.of(handle, scene.now(certificate)))
                .orElseThrow();
    }
}
