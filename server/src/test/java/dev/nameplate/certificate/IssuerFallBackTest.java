package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.IssuerAnswers.Said;
import dev.nameplate.certificate.IssuerAnswers.Word;
import dev.nameplate.db.Database;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Whose turn it is when one issuer does not sign a pending certificate.
final class IssuerFallBackTest {
    private static final DomainName NAME = new DomainName("example.com");

    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();
    private final StandInIssuer first = issuer("first");
    private final StandInIssuer second = issuer("second");
    private final StandInIssuer third = issuer("third");

    private StandInIssuer issuer(String name) {
        return new StandInIssuer(clock, name, ProofForm.ACM_RECORD);
    }

    private Scene scene(Database database, StandInIssuer... issuers) {
        Scene scene = new Scene(database, clock, vault, List.of(issuers));
        scene.lookup.showsEverything = true;
        return scene;
    }

    @StoreTest
    void theSecondSignsInTheRoundInWhichTheFirstRefuses(Database database) {
        Scene scene = scene(database, first, second);
        first.answer = _ -> new Answer.Refused("not this name", Actor.SERVER_OPERATOR);
        Instant asked = clock.instant();
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();

        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(clock.instant()).isEqualTo(asked);
        assertThat(first.asked).hasSize(1);
        assertThat(second.asked).hasSize(1);
        assertThat(said(scene, certificate))
                .extracting(Said::issuer, Said::word, Said::message, Said::actor)
                .containsExactly(
                        tuple(first.name(), Word.REFUSED, "not this name", Actor.SERVER_OPERATOR),
                        tuple(second.name(), Word.SIGNED, "", Actor.NOBODY));
        assertThat(leafIssuers(database, certificate)).containsExactly("second");
        assertThat(scene.decided).extracting(Certificate::id).containsExactly(certificate.id());
        // The next renewal begins at the first choice.
        assertThat(scene.now(certificate).issuers()).isEqualTo(certificate.issuers());
    }

    /// The first choice decides: what the name's owner was told of the key stays true whoever signs.
    @StoreTest
    void aFallBackKeepsTheKeyThatTheFirstChoiceIsSetTo(Database database) {
        first.keyType = Optional.of(KeyAlgorithm.EC_P384);
        second.keyType = Optional.of(KeyAlgorithm.RSA_2048);
        Scene scene = scene(database, first, second);
        first.answer = _ -> new Answer.Refused("not this name", Actor.SERVER_OPERATOR);
        Certificate certificate = scene.request("example.com");
        assertThat(certificate.keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_P384);
        scene.jobs.tick();

        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(KeyPairs.algorithmOf(second.asked.element().keys().getPublic()))
                .contains(KeyAlgorithm.EC_P384);
        assertThat(scene.now(certificate).keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_P384);
    }

    @StoreTest
    void whatWaitsSaysWhichIssuerRefusedAndWhoMustAct(Database database) {
        Scene scene = scene(database, first, second);
        first.answer = _ -> new Answer.Refused("pay your bill", Actor.SERVER_OPERATOR);
        second.answer = _ -> new Answer.Unavailable("tea break");
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();

        assertThat(diagnosis(scene, certificate).actor()).isEqualTo(Actor.ISSUER);
        assertThat(diagnosis(scene, certificate).finding().cause())
                .isEqualTo(Cause.ISSUER_UNAVAILABLE);
        assertThat(diagnosis(scene, certificate).finding().words()).contains("tea break");
        assertThat(said(scene, certificate))
                .extracting(Said::issuer, Said::message, Said::actor)
                .containsExactly(
                        tuple(first.name(), "pay your bill", Actor.SERVER_OPERATOR),
                        tuple(second.name(), "tea break", Actor.ISSUER));
    }

    @StoreTest
    void whomCaaForbidsIsPassedOver(Database database) {
        Scene scene = scene(database, first, second);
        scene.lookup.caaPermitsOnly("example.com", "second.test");
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();

        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(first.asked).isEmpty();
        assertThat(said(scene, certificate).getFirst())
                .satisfies(forbidden -> {
                    assertThat(forbidden.issuer()).isEqualTo(first.name());
                    assertThat(forbidden.word()).isEqualTo(Word.REFUSED);
                    assertThat(forbidden.actor()).isEqualTo(Actor.NAME_OWNER);
                    assertThat(forbidden.message()).contains("second.test");
                });
    }

    @StoreTest
    void oneThatIsAwayIsWaitedForUntilPatienceEnds(Database database) {
        Scene scene = scene(database, first, second);
        first.answer = _ -> new Answer.Unavailable("tea break");
        Instant asked = clock.instant();
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        while (clock.instant().isBefore(asked.plus(Issuers.PATIENCE).minusMillis(1))) {
            Instant next = scene.jobs.nextDue().orElseThrow();
            Instant last = asked.plus(Issuers.PATIENCE).minusMillis(1);
            clock.set(next.isBefore(last) ? next : last);
            database.write(write -> scene.certificates.checkNow(write, certificate));
            scene.jobs.tick();
        }
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(second.asked).isEmpty();
        assertThat(first.asked).hasSizeGreaterThan(10);
        assertThat(said(scene, certificate))
                .singleElement()
                .extracting(Said::word, Said::since, Said::at)
                .containsExactly(Word.UNAVAILABLE, asked, clock.instant());

        clock.set(asked.plus(Issuers.PATIENCE));
        scene.jobs.tick();
        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
    }

    @StoreTest
    void oneWhoseCaaNamesCannotBeHadIsAwayAndTheSecondSignsWhenPatienceEnds(Database database) {
        Scene scene = scene(database, first, second);
        first.away = Optional.of(new Answer.Unavailable("no directory"));
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(diagnosis(scene, certificate).finding().cause())
                .isEqualTo(Cause.ISSUER_UNAVAILABLE);
        assertThat(diagnosis(scene, certificate).finding().words()).contains("no directory");
        assertThat(said(scene, certificate))
                .extracting(Said::issuer, Said::word, Said::actor)
                .containsExactly(tuple(first.name(), Word.UNAVAILABLE, Actor.ISSUER));

        clock.advance(Issuers.PATIENCE);
        database.write(write -> scene.certificates.checkNow(write, certificate));
        scene.jobs.tick();
        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(first.asked).isEmpty();
    }

    @StoreTest
    void oneThatIsBackInTimeSignsAsTheFirstChoice(Database database) {
        Scene scene = scene(database, first, second);
        first.answer = _ -> new Answer.Unavailable("tea break");
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        first.answer = first::sign;
        clock.advance(Duration.ofMinutes(59));
        scene.jobs.tick();

        assertThat(signedBy(scene, certificate)).isEqualTo("CA first");
        assertThat(second.asked).isEmpty();
        assertThat(said(scene, certificate))
                .extracting(Said::issuer, Said::word)
                .containsExactly(tuple(first.name(), Word.SIGNED));
    }

    @StoreTest
    void oneThatSaysItWillBeAwayLongerThanPatienceIsNotWaitedFor(Database database) {
        Scene scene = scene(database, first, second);
        first.answer =
                _ ->
                        new Answer.Unavailable(
                                "limited",
                                Actor.NOBODY,
                                Optional.of(clock.instant().plus(Issuers.PATIENCE).plusMillis(1)));
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(first.asked).hasSize(1);
    }

    @StoreTest
    void oneThatWillBeBackWithinPatienceIsAskedAgainJustThen(Database database) {
        Scene scene = scene(database, first, second);
        Instant back = clock.instant().plus(Issuers.PATIENCE);
        first.answer = _ -> new Answer.Unavailable("limited", Actor.NOBODY, Optional.of(back));
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(scene.jobs.nextDue()).contains(back);

        first.answer = first::sign;
        clock.set(back);
        scene.jobs.tick();
        assertThat(signedBy(scene, certificate)).isEqualTo("CA first");
        assertThat(second.asked).isEmpty();
    }

    @StoreTest
    void afterTheLastComesTheFirstThatHasNotRefused(Database database) {
        Scene scene = scene(database, first, second, third);
        first.answer = _ -> new Answer.Refused("never");
        second.answer = _ -> new Answer.Unavailable("tea break");
        third.answer = _ -> new Answer.Unavailable("siesta");
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(scene.now(certificate).issuers().current()).isEqualTo(second.name());

        clock.advance(Issuers.PATIENCE);
        scene.jobs.tick();
        assertThat(scene.now(certificate).issuers().current()).isEqualTo(third.name());

        second.answer = second::sign;
        clock.advance(Issuers.PATIENCE);
        scene.jobs.tick();
        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(first.asked).hasSize(1);
    }

    @StoreTest
    void whenAllHaveRefusedItFailsWithEveryReason(Database database) {
        Scene scene = scene(database, first, second);
        first.answer = _ -> new Answer.Refused("not this name");
        second.answer = _ -> new Answer.Refused("nor this one", Actor.NAME_OWNER);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();

        assertThat(scene.now(certificate).state())
                .isEqualTo(
                        new State.Failed(
                                State.FailureReason.OTHER,
                                "first: not this name second: nor this one"));
        assertThat(said(scene, certificate))
                .extracting(Said::issuer, Said::word, Said::actor)
                .containsExactly(
                        tuple(first.name(), Word.REFUSED, Actor.ISSUER),
                        tuple(second.name(), Word.REFUSED, Actor.NAME_OWNER));
        assertThat(first.asked).hasSize(1);
        assertThat(second.asked).hasSize(1);
        assertThat(scene.jobs.nextDue()).isEmpty();
    }

    @StoreTest
    void oneThatIsAwayIsNotGivenUpBecauseTheOthersRefuse(Database database) {
        Scene scene = scene(database, first, second);
        first.answer = _ -> new Answer.Refused("never");
        second.answer = _ -> new Answer.Unavailable("tea break");
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        clock.advance(Issuers.PATIENCE.multipliedBy(3));
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(scene.now(certificate).issuers().current()).isEqualTo(second.name());

        second.answer = second::sign;
        clock.advance(Duration.ofMinutes(15));
        scene.jobs.tick();
        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(first.asked).hasSize(1);
    }

    /// Else the work would turn between them without a pause.
    @StoreTest
    void whereAllWillBeAwayForLongNoneIsAskedAgainBeforePatienceEnds(Database database) {
        Scene scene = scene(database, first, second, third);
        for (StandInIssuer issuer : List.of(first, second, third)) {
            issuer.answer =
                    _ ->
                            new Answer.Unavailable(
                                    "limited",
                                    Actor.NOBODY,
                                    Optional.of(clock.instant().plus(Duration.ofHours(10))));
        }
        Instant asked = clock.instant();
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(List.of(first.asked.size(), second.asked.size(), third.asked.size()))
                .containsExactly(1, 1, 1);
        assertThat(scene.jobs.nextDue()).contains(asked.plus(Issuers.PATIENCE));

        second.answer = second::sign;
        clock.set(asked.plus(Issuers.PATIENCE));
        scene.jobs.tick();
        assertThat(signedBy(scene, certificate)).isEqualTo("CA second");
        assertThat(List.of(first.asked.size(), second.asked.size(), third.asked.size()))
                .containsExactly(2, 2, 1);
    }

    @StoreTest
    void oneThatIsGoneFromTheSettingsPassesItsTurn(Database database) {
        first.answer = _ -> new Answer.Unavailable("tea break");
        Scene before = scene(database, first, second);
        Certificate certificate = before.request("example.com");
        before.jobs.tick();
        assertThat(before.now(certificate).issuers().current()).isEqualTo(first.name());

        Scene after = scene(database, second);
        clock.advance(Duration.ofSeconds(1));
        after.jobs.tick();
        assertThat(signedBy(after, certificate)).isEqualTo("CA second");
        assertThat(said(after, certificate).getFirst())
                .satisfies(gone -> {
                    assertThat(gone.issuer()).isEqualTo(first.name());
                    assertThat(gone.actor()).isEqualTo(Actor.SERVER_OPERATOR);
                    assertThat(gone.message()).contains("no issuer 'first' in the settings");
                });
    }

    @StoreTest
    void whereAllAreGoneFromTheSettingsItWaitsForTheOperator(Database database) {
        Scene before = scene(database, first, second);
        Certificate certificate = before.request("example.com");
        Scene after = scene(database, third);
        after.jobs.tick();

        assertThat(after.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(diagnosis(after, certificate).actor()).isEqualTo(Actor.SERVER_OPERATOR);
        assertThat(said(after, certificate)).extracting(Said::issuer).contains(second.name());

        Scene again = scene(database, second);
        clock.advance(Issuers.PATIENCE);
        again.jobs.tick();
        assertThat(signedBy(again, certificate)).isEqualTo("CA second");
    }

    @StoreTest
    void whatIsSaidOfOneThatWasDeletedMeanwhileIsNotKept(Database database) {
        Scene scene = scene(database, first, second);
        Certificate certificate = scene.request("example.com");
        first.answer =
                _ -> {
                    scene.delete(certificate);
                    return new Answer.Unavailable("tea break");
                };
        scene.jobs.tick();
        assertThat(said(scene, certificate)).isEmpty();
    }

    private static String signedBy(Scene scene, Certificate certificate) {
        State state = scene.now(certificate).state();
        assertThat(state).isInstanceOf(State.Issued.class);
        return ((State.Issued) state).issuer();
    }

    private static List<Said> said(Scene scene, Certificate certificate) {
        return scene.database.read(handle -> IssuerAnswers.of(handle, certificate.id()));
    }

    private static List<String> leafIssuers(Database database, Certificate certificate) {
        return database.read(handle ->
                handle.createQuery("SELECT issued_by FROM certificate WHERE id = :id")
                        .bind("id", certificate.id().toString())
                        .mapTo(String.class)
                        .list());
    }

    private static Diagnosis diagnosis(Scene scene, Certificate certificate) {
        return scene.database.read(
                handle -> Objects.requireNonNull(Diagnoses.of(handle, certificate.id()).get(NAME)));
    }
}
