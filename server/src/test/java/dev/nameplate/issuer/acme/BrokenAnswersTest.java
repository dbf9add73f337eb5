package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.dns.Actor;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCa.Step;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Answers that an authority, or a proxy in front of it, cuts, redirects or fills with garbage: each is told with whose turn it is,
/// and waited out at a bounded pace.
@Tag("slow")
final class BrokenAnswersTest {
    /// What an order needs, from the account to the certificate; a nonce comes with each answer.
    private static final Step[] WAY = {
        Step.DIRECTORY,
        Step.NEW_ACCOUNT,
        Step.NEW_ORDER,
        Step.AUTHORIZATION,
        Step.CHALLENGE,
        Step.ORDER,
        Step.FINALIZE,
        Step.CERTIFICATE
    };

    private final SettableClock clock = new SettableClock();
    private final TestStore store = TestStore.sqlite();
    private final FaultCa ca = FaultCa.start(clock);
    private final AcmeScene scene =
            new AcmeScene(store.database(), AcmeScene.vault(), ca, clock, Pacing.NONE);
    private OrderId id = AcmeScene.newId();

    @AfterEach
    void stop() {
        scene.close();
        ca.close();
        store.close();
    }

    private void order() {
        id = AcmeScene.newId();
        scene.issue(AcmeScene.order(id, "www.example.com"));
    }

    private Answer work(Duration step, int rounds) {
        return scene.work(id, clock, step, rounds);
    }

    private Answer work() {
        return work(Duration.ofMinutes(2), 45);
    }

    /// Neither decided nor in silence: what is wrong is told, and that it is not the operator's turn or the owner's.
    private static void waitsForTheAuthority(Answer answer, String... words) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Unavailable.class,
                        away -> {
                            assertThat(away.message()).contains("That lies with the authority");
                            List.of(words)
                                    .forEach(word -> assertThat(away.message()).contains(word));
                            assertThat(away.actor()).isEqualTo(Actor.ISSUER);
                        });
    }

    @Test
    void everyAnswerMayBeCutInTheMiddleOnceAndThereIsStillOneOrder() {
        for (Step step : WAY) {
            ca.next(step, new FaultCaAnswer.Half());
        }
        order();
        assertThat(work()).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(1);
        assertThat(ca.accounts()).isEqualTo(1);
        assertThat(ca.issued()).hasSize(1);
    }

    @Test
    void everyAnswerMayBeGarbageOnce() {
        List<String> all =
                List.of(
                        "",
                        "[]",
                        "{}",
                        "{\"status\":{},\"authorizations\":\"x\",\"finalize\":[],\"certificate\":7,\"challenges\":{}}",
                        "{\"status\":\"pending\",\"authorizations\":[\"\",\"http://[\"],\"finalize\":\"file:///etc/passwd\"}",
                        "{\"status\":\"ready\",\"authorizations\":[\"x\"],\"finalize\":\"x\",\"identifier\":{\"value\":\"other.example\"}}");
        for (String garbage : all) {
            ca.recover();
            for (Step step : WAY) {
                // Who says that it will look, is believed.
                if (step != Step.CHALLENGE || !garbage.contains("\"status\":\"")) {
                    ca.next(step, new FaultCaAnswer.Text(200, "application/json", garbage));
                }
            }
            order();
            assertThat(work()).as(garbage).isInstanceOf(Answer.Signed.class);
        }
        assertThat(ca.issued()).hasSize(all.size());
    }

    @Test
    void aRefusalThatCannotBeReadIsWaitedOut() {
        for (String garbage :
                List.of("", "<html>", "{\"type\":7}", "{\"type\":\"::\",\"detail\":{}}")) {
            ca.always(
                    Step.NEW_ORDER,
                    new FaultCaAnswer.Text(503, "application/problem+json", garbage));
            int before = ca.requests(Step.NEW_ORDER);
            order();
            waitsForTheAuthority(work());
            assertThat(ca.requests(Step.NEW_ORDER) - before).as(garbage).isBetween(5, 40);
            ca.recover();
            assertThat(work()).as(garbage).isInstanceOf(Answer.Signed.class);
        }
    }

    @Test
    void whereEveryNonceIsRefusedItIsToldAndTheAuthorityIsNotFlooded() {
        order();
        scene.issuer.account().register();
        ca.refuseNonces(100);
        int before = ca.requests();
        waitsForTheAuthority(work(), "anti-replay nonce", "badNonce");
        // An hour and a half of pauses that grow to ten minutes, each try of ten requests.
        assertThat(ca.requests() - before).isBetween(50, 300);
        ca.recover();
        assertThat(work()).isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(1);
    }

    @Test
    void whereNotEvenAnAccountCanBeHadForNoncesItIsToldToo() {
        ca.refuseNonces(100);
        order();
        waitsForTheAuthority(work(), "badNonce");
        assertThat(ca.requests()).isBetween(50, 1_500);
        ca.recover();
        assertThat(work()).isInstanceOf(Answer.Signed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://elsewhere.example/help, 3600, 60",
        "https://elsewhere.example/help, DATE, 120",
        "https://elsewhere.example/help, soon, 60",
        "https://elsewhere.example/help, 99999999999, 10080",
        "https://elsewhere.example/help, -5, 60",
        "::::, 7200, 120"
    })
    void aRateLimitIsKeptHoweverItIsToldAndWhateverTheClocksShow(
            String link, String retryAfter, int minutes) {
        // A date stands beside the one that the authority's own clock showed.
        Instant date = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofHours(2));
        FaultCaAnswer.Problem limited =
                retryAfter.equals("DATE")
                        ? FaultCaAnswer.rateLimited(date)
                        : FaultCaAnswer.rateLimited(retryAfter);
        ca.next(Step.NEW_ORDER, limited.link("<" + link + ">;rel=\"help\""));
        order();
        Instant began = clock.instant();
        assertThat(work(Duration.ofMinutes(1), 5))
                .extracting(Answer.UnderWay.class::cast)
                .extracting(Answer.UnderWay::message)
                .asString()
                .contains("too many new orders", "rateLimited");
        assertThat(work(Duration.ofMinutes(minutes / 20), 40)).isInstanceOf(Answer.Signed.class);
        assertThat(Duration.between(began, clock.instant()))
                .isBetween(
                        Duration.ofMinutes(minutes - 5L),
                        Duration.ofMinutes(minutes + minutes / 10L + 10));
        assertThat(ca.requests(Step.NEW_ORDER)).isEqualTo(2);
    }

    @Test
    void whatADirectoryIsMovedToIsFollowedAndACircleIsNot() {
        ca.next(Step.DIRECTORY, new FaultCaAnswer.Redirect(302, ca.directory().toString()));
        order();
        assertThat(work()).isInstanceOf(Answer.Signed.class);

        FaultCaAnswer circle = new FaultCaAnswer.Redirect(302, ca.directory().toString());
        ca.always(Step.DIRECTORY, circle);
        clock.advance(Duration.ofDays(1));
        // What was read before still holds.
        assertThat(scene.issuer.account().register().problem()).isEmpty();
    }

    @Test
    void answersThatSendEveryRequestInACircleAreWaitedOut() {
        for (int status : new int[] {302, 307}) {
            for (Step step : WAY) {
                if (step != Step.DIRECTORY) {
                    ca.always(
                            step,
                            new FaultCaAnswer.Redirect(
                                    status, ca.directory().resolve("/order").toString()));
                }
            }
            int before = ca.requests();
            order();
            waitsForTheAuthority(work());
            assertThat(ca.requests() - before).as("%d", status).isBetween(10, 1_000);
            ca.recover();
            assertThat(work()).as("%d", status).isInstanceOf(Answer.Signed.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/newNonce, '::'",
        "/newAccount, http://plain.example/account",
        "/newOrder, //",
        "/meta/termsOfService, 'these terms'",
        "/meta/externalAccountRequired, perhaps"
    })
    void aDirectoryOfGarbageIsToldAndReadAgain(String member, String garbage) {
        ca.lists(member, garbage);
        order();
        waitsForTheAuthority(work());
        assertThat(ca.requests()).isLessThan(200);
        ca.recover();
        clock.advance(Duration.ofHours(1));
        assertThat(work()).isInstanceOf(Answer.Signed.class);
    }

    @Test
    void whoSaysAtOnceAgainAndAgainIsNotBelieved() {
        for (FaultCaAnswer.Problem each :
                List.of(
                        FaultCaAnswer.problem(503, "serverInternal", "").retryAfter("0"),
                        FaultCaAnswer.rateLimited("0"))) {
            ca.always(Step.NEW_ORDER, each);
            int before = ca.requests(Step.NEW_ORDER);
            order();
            assertThat(work()).as("%s", each).isInstanceOf(Answer.Unavailable.class);
            assertThat(ca.requests(Step.NEW_ORDER) - before).as("%s", each).isBetween(2, 40);
            ca.recover();
            assertThat(work()).as("%s", each).isInstanceOf(Answer.Signed.class);
        }
    }

    @Test
    void aProxysErrorPageIsNotTheAuthoritysRefusal() {
        for (int status : new int[] {403, 429, 502}) {
            ca.always(
                    Step.NEW_ORDER,
                    new FaultCaAnswer.Text(status, "text/html", "<h1>Go away</h1>"));
            int before = ca.requests(Step.NEW_ORDER);
            order();
            waitsForTheAuthority(work(), Integer.toString(status));
            assertThat(ca.requests(Step.NEW_ORDER) - before).as("%d", status).isBetween(2, 40);
            ca.recover();
            assertThat(work()).as("%d", status).isInstanceOf(Answer.Signed.class);
        }
    }

    @Test
    void anOrderWhoseEndIsAlwaysOneSecondAwayIsNotAskedForWithoutAPause() {
        ca.processing(100_000, "0");
        order();
        work(Duration.ofSeconds(1), 60);
        // Ever longer pauses, up to fifteen seconds.
        assertThat(ca.requests(Step.ORDER)).isLessThan(30);
        assertThat(ca.orders()).hasSize(1);
    }
}
