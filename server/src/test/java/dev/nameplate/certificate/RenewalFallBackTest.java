package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.IssuerAnswers.Said;
import dev.nameplate.certificate.IssuerAnswers.Word;
import dev.nameplate.db.Database;
import dev.nameplate.dns.Actor;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Whose turn it is when one issuer does not sign a renewal.
final class RenewalFallBackTest {
    private final SettableClock clock = new SettableClock();
    private final StandInIssuer first = new StandInIssuer(clock, "first", ProofForm.ACM_RECORD);
    private final StandInIssuer second = new StandInIssuer(clock, "second", ProofForm.ACM_RECORD);

    private Scene scene(Database database) {
        Scene scene = new Scene(database, clock, TestVault.open(), List.of(first, second));
        scene.lookup.showsEverything = true;
        scene.jobs.add(scene.renewals);
        return scene;
    }

    /// Signed, in use, and about to be renewed.
    private Certificate due(Scene scene) {
        Certificate asked = scene.request("example.com");
        scene.jobs.tick();
        Certificate issued = scene.now(asked);
        scene.use(issued, "distribution/E1");
        clock.set(RenewalTiming.start(issued.id(), (State.Issued) issued.state()));
        scene.jobs.wake(RenewalWork.NAME);
        Stream.of(first, second).forEach(each -> each.asked.clear());
        return issued;
    }

    private void succeeds(Scene scene, Certificate certificate, String authority) {
        clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        Certificate renewed = scene.now(certificate);
        assertThat(renewed.renewal().orElseThrow().status()).isEqualTo(Renewal.Status.SUCCESS);
        assertThat(((State.Issued) renewed.state()).issuer()).isEqualTo(authority);
        assertThat(renewed.issuers().turn()).isZero();
    }

    @StoreTest
    void itBeginsAtTheFirstChoiceAgain(Database database) {
        Scene scene = scene(database);
        first.answer = _ -> new Answer.Refused("not today");
        Certificate issued = due(scene);
        assertThat(((State.Issued) issued.state()).issuer()).isEqualTo("CA second");

        first.answer = first::sign;
        scene.jobs.tick();
        succeeds(scene, issued, "CA first");
        assertThat(second.asked).isEmpty();
        // Who did not sign the current one is not told that it is replaced.
        assertThat(first.asked).singleElement().matches(order -> order.replaces().isEmpty());
        assertThat(said(scene, issued))
                .extracting(Said::issuer, Said::word, Said::past)
                .containsExactlyInAnyOrder(
                        tuple(first.name(), Word.SIGNED, true),
                        tuple(second.name(), Word.SIGNED, true));
    }

    @StoreTest
    void theSecondSignsInTheRoundInWhichTheFirstRefuses(Database database) {
        Scene scene = scene(database);
        first.answer = _ -> new Answer.Refused("not today");
        Certificate issued = due(scene);
        X509Certificate old = scene.chain(issued).getFirst();
        scene.jobs.tick();
        succeeds(scene, issued, "CA second");
        assertThat(first.asked).hasSize(1);
        assertThat(second.asked)
                .singleElement()
                .extracting(Issuer.Order::replaces)
                .isEqualTo(Optional.of(old));
    }

    @StoreTest
    void whenAllRefuseItGoesOnLaterAndTheOldServes(Database database) {
        Scene scene = scene(database);
        Certificate issued = due(scene);
        String old = scene.material(issued).orElseThrow().version();
        first.answer = _ -> new Answer.Refused("not today", Actor.SERVER_OPERATOR);
        second.answer = _ -> new Answer.Refused("nor tomorrow");
        scene.jobs.tick();
        Renewal waiting = scene.now(issued).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_AUTO_RENEWAL);
        assertThat(waiting.reason().orElseThrow())
                .contains("first: not today")
                .contains("second: nor tomorrow")
                .contains("operator");
        assertThat(said(scene, issued))
                .extracting(Said::issuer, Said::word, Said::actor)
                .containsExactlyInAnyOrder(
                        tuple(first.name(), Word.REFUSED, Actor.SERVER_OPERATOR),
                        tuple(second.name(), Word.REFUSED, Actor.ISSUER));
        assertThat(List.of(first.asked.size(), second.asked.size())).containsExactly(1, 1);
        assertThat(scene.now(issued).state()).isEqualTo(issued.state());
        assertThat(scene.material(issued).orElseThrow().version()).isEqualTo(old);
        assertThat(scene.jobs.nextDue()).contains(clock.instant().plus(Duration.ofHours(1)));

        // Nothing is held against anybody in the next attempt.
        second.answer = second::sign;
        clock.advance(Duration.ofHours(1));
        scene.jobs.tick();
        assertThat(first.asked).hasSize(2);
        succeeds(scene, issued, "CA second");
    }

    @StoreTest
    void oneThatIsAwayIsWaitedForUntilPatienceEnds(Database database) {
        Scene scene = scene(database);
        Certificate issued = due(scene);
        first.answer = _ -> new Answer.Unavailable("tea break");
        scene.jobs.tick();
        assertThat(second.asked).isEmpty();
        assertThat(scene.now(issued).renewal().orElseThrow().reason().orElseThrow())
                .contains("tea break");
        clock.advance(Issuers.PATIENCE);
        scene.jobs.tick();
        succeeds(scene, issued, "CA second");
    }

    @StoreTest
    void whereCaaForbidsThemAllTheOwnerMustAct(Database database) {
        Scene scene = scene(database);
        Certificate issued = due(scene);
        scene.lookup.caaPermitsOnly("example.com", "other.test");
        scene.jobs.tick();
        Renewal waiting = scene.now(issued).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_VALIDATION);
        assertThat(waiting.reason().orElseThrow())
                .contains("must permit first.test")
                .contains("must permit second.test");
        assertThat(first.asked).isEmpty();
        assertThat(second.asked).isEmpty();
    }

    @StoreTest
    void whereAllWillBeAwayForLongNoneIsAskedAgainBeforePatienceEnds(Database database) {
        Scene scene = scene(database);
        Certificate issued = due(scene);
        Instant now = clock.instant();
        Answer away =
                new Answer.Unavailable(
                        "limited", Actor.NOBODY, Optional.of(now.plus(Duration.ofHours(10))));
        first.answer = _ -> away;
        second.answer = _ -> away;
        scene.jobs.tick();
        assertThat(List.of(first.asked.size(), second.asked.size())).containsExactly(1, 1);
        assertThat(scene.jobs.nextDue()).contains(now.plus(Issuers.PATIENCE));

        first.answer = first::sign;
        clock.advance(Issuers.PATIENCE);
        scene.jobs.tick();
        succeeds(scene, issued, "CA first");
    }

    private static List<Said> said(Scene scene, Certificate certificate) {
        return scene.database.read(handle -> IssuerAnswers.of(handle, certificate.id()));
    }
}
