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
            new AcmeScene(
                    store.database(),
                    AcmeScene.vault(),
                    AcmeScene.ca(ca.directory(), ca.tls()),
                    clock,
                    (_, _) -> true,
                    Pacing.NONE);
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
        for (int round = 0; round < rounds; round++) {
            for (int shard = 0; shard < scene.work.shards(); shard++) {
                scene.work.advance(shard, clock.instant());
            }
            Answer answer = now();
            if (answer instanceof Answer.Signed || answer instanceof Answer.Refused) {
                return answer;
            }
            clock.advance(step);
        }
        return now();
    }

    private Answer now() {
        return scene.now(id);
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
}
