package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.dns.Actor;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCa.Step;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.FaultCaIssuance;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;

/// What authorities do wrong, or refuse.
final class FaultyAuthorityTest {
    private final SettableClock clock = new SettableClock();
    private final TestStore store = TestStore.sqlite();
    private final FaultCa ca = FaultCa.start(clock);
    private final AcmeScene scene =
            new AcmeScene(store.database(), AcmeScene.vault(), ca, clock, Pacing.NONE);
    private final OrderId id = AcmeScene.newId();

    @AfterEach
    void stop() {
        scene.close();
        ca.close();
        store.close();
    }

    private void order(String... names) {
        scene.issue(AcmeScene.order(id, names));
    }

    private Answer work(Duration step, int rounds) {
        return scene.work(id, clock, step, rounds);
    }

    private Answer work() {
        return work(Duration.ofSeconds(20), 40);
    }

    @ParameterizedTest
    @EnumSource(FaultCaIssuance.class)
    void onlyTheCertificateThatWasOrderedCounts(FaultCaIssuance kind) {
        ca.issues(kind);
        order("www.example.com", "example.com");
        Answer answer = work(Duration.ofMinutes(5), 30);
        switch (kind) {
            // A private authority's root may sign leaves itself: a leaf alone is no fault.
            case RIGHT, NO_INTERMEDIATE -> assertThat(answer).isInstanceOf(Answer.Signed.class);
            case OTHER_KEY, OTHER_NAMES, NAME_MISSING, EXPIRED, OTHER_INTERMEDIATE, BAD_SIGNATURE ->
                    assertThat(answer)
                            .isInstanceOfSatisfying(
                                    Answer.Refused.class,
                                    refused ->
                                            assertThat(refused.message())
                                                    .contains("returned another certificate")
                                                    .contains("lies with the authority"));
            case CUT_SHORT, EMPTY -> assertThat(answer).isNotInstanceOf(Answer.Signed.class);
        }
    }

    @Test
    void aRateLimitIsWaitedOutAsLongAsTheAuthoritySays() {
        ca.next(Step.NEW_ORDER, FaultCaAnswer.rateLimited("7200"));
        order("www.example.com");
        Instant began = clock.instant();
        assertThat(work(Duration.ofMinutes(1), 100))
                .isInstanceOfSatisfying(
                        Answer.Unavailable.class,
                        waiting -> assertThat(waiting.message()).contains("too many new orders"));
        assertThat(ca.requests(Step.NEW_ORDER)).isEqualTo(1);
        assertThat(work(Duration.ofMinutes(1), 60)).isInstanceOf(Answer.Signed.class);
        assertThat(Duration.between(began, clock.instant()))
                .isGreaterThanOrEqualTo(Duration.ofHours(2));
    }

    @Test
    void aNameTheAuthorityDoesNotSeeIsTriedThriceThenItsOwnerIsTold() {
        ca.refuse("www.example.com", "dns", "NXDOMAIN looking up TXT");
        order("www.example.com");
        assertThat(work(Duration.ofMinutes(1), 10))
                .isInstanceOfSatisfying(
                        Answer.UnderWay.class,
                        waiting -> {
                            assertThat(waiting.message()).contains("NXDOMAIN");
                            assertThat(waiting.actor()).isEqualTo(Actor.NAME_OWNER);
                        });
        assertThat(work(Duration.ofMinutes(1), 60))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .contains(
                                                "www.example.com",
                                                "NXDOMAIN",
                                                "Whoever runs the DNS"));
        assertThat(ca.orders()).hasSize(3);
        assertThat(scene.shownAt(AcmeScene.target(new DomainName("www.example.com")))).isEmpty();
    }

    @Test
    void anOutageOfHoursIsWaitedOutAndTheOrderGoesOn() {
        order("www.example.com");
        ca.outage(FaultCaAnswer.unavailable());
        assertThat(work(Duration.ofMinutes(1), 180))
                .isInstanceOfSatisfying(
                        Answer.Unavailable.class,
                        away -> assertThat(away.message()).contains("lies with the authority"));
        ca.recover();
        assertThat(work(Duration.ofMinutes(1), 40)).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(1);
        assertThat(ca.requests()).isLessThan(80);
    }

    @Test
    void halfOfAllNoncesMayBeRefused() {
        ca.refuseNonces(50);
        order("www.example.com", "example.com");
        assertThat(work()).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(1);
    }

    @Test
    void anAnswerThatCannotBeReadIsTheAuthoritysFaultAndAskedForAgain() {
        ca.next(Step.AUTHORIZATION, FaultCaAnswer.malformed());
        ca.next(Step.ORDER, FaultCaAnswer.malformed());
        order("www.example.com");
        assertThat(work()).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(1);
    }

    @Test
    void anAccountThatTheAuthorityForgotIsMadeAgain() {
        order("www.example.com");
        scene.issuer.account().register();
        ca.forgetAccounts();
        assertThat(work()).isInstanceOf(Answer.Signed.class);
    }

    @Test
    void anOrderThatTakesItsTimeIsAskedForNoSoonerThanTheAuthorityWants() {
        ca.processing(3, "60");
        order("www.example.com");
        Instant began = clock.instant();
        assertThat(work(Duration.ofSeconds(5), 100)).isInstanceOf(Answer.Signed.class);
        assertThat(Duration.between(began, clock.instant()))
                .isGreaterThanOrEqualTo(Duration.ofMinutes(2));
        assertThat(ca.requests(Step.ORDER)).isLessThan(8);
    }

    /// Who is asked to act is told with each refusal; the words are the authority's.
    private static void isRefused(Answer answer, Actor turn, String... words) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> {
                            assertThat(refused.message()).contains(words);
                            assertThat(refused.actor()).isEqualTo(turn);
                        });
    }

    @Test
    void anAuthorizationThatExpiresBeforeItIsUsedCostsAnotherOrder() {
        ca.authorizationLife(Duration.ofMinutes(10));
        order("www.example.com", "example.com");
        ca.always(Step.CHALLENGE, FaultCaAnswer.unavailable());
        work(Duration.ofMinutes(1), 15);
        ca.recover();
        assertThat(work(Duration.ofMinutes(1), 40)).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(2);
    }

    @Test
    void authorizationsThatAreExpiredAtOnceAreGivenUpAfterThreeOrders() {
        ca.authorizationLife(Duration.ZERO);
        order("www.example.com");
        isRefused(
                work(Duration.ofMinutes(1), 60),
                Actor.ISSUER,
                "www.example.com is expired",
                "lies");
        assertThat(ca.orders()).hasSize(3);
        assertThat(scene.shownAt(AcmeScene.target(new DomainName("www.example.com")))).isEmpty();
    }

    @Test
    void anOrderThatExpiresWhileItWaitsIsOrderedAgain() {
        ca.orderLife(Duration.ofMinutes(30));
        ca.validating(1_000, "60");
        order("www.example.com");
        work(Duration.ofMinutes(1), 25);
        ca.validating(0, "1");
        assertThat(work(Duration.ofMinutes(1), 40)).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(2);
    }

    @Test
    void anOrderThatBecomesInvalidOnceItIsFinalizedIsTriedThriceAndToldInTheAuthoritysWords() {
        ca.spoil("serverInternal", "the signer lost its key");
        order("www.example.com");
        Instant began = clock.instant();
        isRefused(
                work(Duration.ofMinutes(1), 60),
                Actor.ISSUER,
                "the signer lost its key",
                "lies with the authority");
        assertThat(ca.orders()).hasSize(3);
        assertThat(Duration.between(began, clock.instant()))
                .isGreaterThanOrEqualTo(Duration.ofMinutes(22));
    }

    @Test
    void anOrderThatBecomesInvalidLaterForTheOwnersCaaIsTheOwnersToMend() {
        ca.processing(3, "30");
        ca.spoil("caa", "CAA record for www.example.com prevents issuance");
        order("www.example.com");
        isRefused(
                work(Duration.ofMinutes(1), 60),
                Actor.NAME_OWNER,
                "prevents issuance",
                "Whoever runs the DNS");
        assertThat(ca.orders()).hasSize(3);
    }

    @Test
    void anOrderThatIsFinalizedAndNeverEndsIsGivenUpForAnother() {
        ca.processing(100_000, "1");
        order("www.example.com");
        work(Duration.ofSeconds(16), 240);
        assertThat(ca.orders()).hasSize(1);
        ca.processing(0, "1");
        assertThat(work(Duration.ofSeconds(16), 30)).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(2);
    }

    @Test
    void whereNoChallengeIsOfferedThatCanBeMetTheOffersAreTold() {
        ca.offers("http-01", "tls-alpn-01");
        order("www.example.com");
        isRefused(
                work(),
                Actor.SERVER_OPERATOR,
                "no way to prove www.example.com",
                "It offers: http-01, tls-alpn-01",
                "operator of this server");
        assertThat(ca.orders()).hasSize(1);
        assertThat(scene.shownAt(AcmeScene.target(new DomainName("www.example.com")))).isEmpty();
    }

    @Test
    void anAuthorityThatOffersNothingAtAllIsToldSo() {
        ca.offers();
        order("www.example.com");
        isRefused(work(), Actor.SERVER_OPERATOR, "It offers: nothing");
    }

    @Test
    void anAuthorityThatLooksAtCaaBeforeItMakesAnOrderIsAskedThrice() {
        ca.always(Step.NEW_ORDER, FaultCaAnswer.problem(403, "caa", "CAA forbids www.example.com"));
        order("www.example.com");
        isRefused(work(Duration.ofMinutes(1), 60), Actor.NAME_OWNER, "CAA forbids");
        assertThat(ca.requests(Step.NEW_ORDER)).isEqualTo(3);
    }

    @Test
    void anAuthorityThatForgetsItsAccountAtOnceIsNotAskedInACircle() {
        ca.always(
                Step.NEW_ORDER,
                FaultCaAnswer.problem(400, "accountDoesNotExist", "no such account"));
        order("www.example.com");
        assertThat(work(Duration.ofMinutes(1), 90)).isInstanceOf(Answer.Unavailable.class);
        assertThat(ca.requests(Step.NEW_ORDER)).isBetween(5, 40);
        ca.recover();
        assertThat(work(Duration.ofMinutes(1), 40)).isInstanceOf(Answer.Signed.class);
    }

    @Test
    void anOrderThatIsReadyAndIsNotIsNotAskedForInACircle() {
        ca.always(Step.FINALIZE, FaultCaAnswer.problem(403, "orderNotReady", "not ready"));
        order("www.example.com");
        assertThat(work(Duration.ofMinutes(1), 90)).isInstanceOf(Answer.Unavailable.class);
        assertThat(ca.requests(Step.FINALIZE)).isBetween(5, 40);
        ca.recover();
        assertThat(work(Duration.ofMinutes(1), 40)).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(1);
    }

    @Test
    void anAuthorityThatLeavesPendingWhatItDidNotSeeIsUnderstood() {
        ca.leavesPending();
        ca.refuse("www.example.com", "dns", "NXDOMAIN looking up TXT");
        order("www.example.com");
        isRefused(
                work(Duration.ofMinutes(1), 120),
                Actor.NAME_OWNER,
                "www.example.com",
                "NXDOMAIN",
                "Whoever runs the DNS");
        assertThat(ca.orders()).hasSize(3);
    }
}
