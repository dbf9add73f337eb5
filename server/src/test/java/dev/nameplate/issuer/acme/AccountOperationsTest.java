package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
import dev.nameplate.issuer.acme.AcmeAccount.Status;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCa.Step;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.vault.Vault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What an operator does with an account: other keys, other terms, other contacts, and its end; each also where the process ended
/// before an answer came, or the authority refuses.
final class AccountOperationsTest {
    private final SettableClock clock = new SettableClock();
    private final TestStore store = TestStore.sqlite();
    private final FaultCa ca = FaultCa.start(clock);
    private final Vault vault = AcmeScene.vault();
    private AcmeScene scene = scene(AcmeScene.ca(ca.directory(), ca.tls()));

    private AcmeScene scene(AcmeCa settings) {
        return new AcmeScene(store.database(), vault, settings, clock, (_, _) -> true, Pacing.NONE);
    }

    @AfterEach
    void stop() {
        scene.close();
        ca.close();
        store.close();
    }

    private void restart(AcmeCa settings) {
        scene.close();
        var _ = store.reopen();
        scene = scene(settings);
    }

    private void restart() {
        restart(AcmeScene.ca(ca.directory(), ca.tls()));
    }

    private AcmeAccount account() {
        return scene.issuer.account();
    }

    private AcmeAccount.View view() {
        return account().view().orElseThrow();
    }

    /// All that is due now.
    private Answer work(OrderId id) {
        for (int round = 0; round < 10; round++) {
            for (int shard = 0; shard < scene.work.shards(); shard++) {
                var _ = scene.work.advance(shard, clock.instant());
            }
            clock.advance(Duration.ofSeconds(2));
        }
        return scene.now(id);
    }

    private OrderId ordered() {
        OrderId id = AcmeScene.newId();
        var _ = scene.issue(AcmeScene.order(id, "www.example.com"));
        return id;
    }

    @Test
    void noAccountIsAskedForBeforeTheBudgetAllowsIt() {
        Instant from = clock.instant().plus(Duration.ofHours(1));
        scene.close();
        scene =
                new AcmeScene(
                        store.database(),
                        vault,
                        AcmeScene.ca(ca.directory(), ca.tls()),
                        clock,
                        (_, _) -> true,
                        new Pacing() {
                            @Override
                            public Verdict account(Write write, IssuerName issuer) {
                                return clock.instant().isBefore(from)
                                        ? new Verdict.NotBefore(from, "10 accounts in 3 h")
                                        : new Verdict.Go();
                            }
                        });
        OrderId id = ordered();
        assertThat(work(id)).isInstanceOf(Answer.UnderWay.class);
        assertThat(ca.requests(Step.NEW_ACCOUNT)).isZero();
        assertThat(view().problem().orElseThrow().detail()).isEqualTo("10 accounts in 3 h");
        assertThat(view().retryAt()).isEqualTo(from);

        clock.set(from.plus(Duration.ofMinutes(1)));
        assertThat(work(id)).isInstanceOf(Answer.Signed.class);
        assertThat(view().problem()).isEmpty();
    }

    @Test
    void anotherKeyIsTakenAndOrdersGoOn() {
        String before = account().register().thumbprint();
        AcmeAccount.View after = account().rollKey();
        assertThat(after.thumbprint()).isNotEqualTo(before);
        assertThat(after.keyAt()).contains(clock.instant());
        assertThat(work(ordered())).isInstanceOf(Answer.Signed.class);
        assertThat(ca.accounts()).isEqualTo(1);
    }

    /// A limit of the authority's must not be taken for the new key's being there: the old one would be gone.
    @ParameterizedTest
    @ValueSource(strings = {"rateLimited", "badPublicKey", "malformed", "serverInternal"})
    void aRefusedKeyChangeHoldsNoOrderAndSaysWhy(String type) {
        String before = account().register().thumbprint();
        ca.next(Step.KEY_CHANGE, FaultCaAnswer.problem(400, type, "not now"));
        assertThatThrownBy(() -> account().rollKey())
                .isInstanceOfSatisfying(
                        CallFailed.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(type));
        assertThat(view().thumbprint()).isEqualTo(before);
        assertThat(view().keyProblem().orElseThrow().detail()).isEqualTo("not now");
        assertThat(view().problem()).isEmpty();
        assertThat(work(ordered())).isInstanceOf(Answer.Signed.class);

        assertThat(account().rollKey().keyProblem()).isEmpty();
        assertThat(view().thumbprint()).isNotEqualTo(before);
    }

    /// Killed after the next key was stored: before the authority was asked, or before its answer came.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterARestartTheKeyThatCountsIsFoundOut(boolean done) {
        String before = account().register().thumbprint();
        ca.next(Step.KEY_CHANGE, new FaultCaAnswer.Cut(done));
        assertThatThrownBy(() -> account().rollKey()).isInstanceOf(CallFailed.class);
        assertThat(view().keyChange()).isTrue();
        assertThat(view().thumbprint()).isEqualTo(before);

        restart();
        clock.advance(Duration.ofMinutes(2));
        assertThat(work(ordered())).isInstanceOf(Answer.Signed.class);
        assertThat(view().keyChange()).isFalse();
        assertThat(view().thumbprint()).isNotEqualTo(before);
        assertThat(ca.requests(Step.KEY_CHANGE)).isEqualTo(done ? 1 : 2);
        assertThat(ca.accounts()).isEqualTo(1);
    }

    /// Both nodes find the change that a third one began, and only one of them makes it.
    @Test
    void twoNodesThatEndOneChangeOfKeysAgreeOnTheKey() throws InterruptedException {
        String before = account().register().thumbprint();
        ca.next(Step.KEY_CHANGE, new FaultCaAnswer.Cut(false));
        assertThatThrownBy(() -> account().rollKey()).isInstanceOf(CallFailed.class);
        clock.advance(Duration.ofMinutes(2));
        try (Database door = store.open();
                AcmeScene other = new AcmeScene(door, vault, ca, clock, Pacing.NONE)) {
            Thread one = Thread.ofVirtual().start(() -> account().ready());
            Thread two = Thread.ofVirtual().start(() -> other.issuer.account().ready());
            one.join();
            two.join();
            assertThat(view().keyChange()).isFalse();
            assertThat(view().keyProblem()).isEmpty();
            assertThat(view().thumbprint()).isNotEqualTo(before);
            assertThat(other.issuer.account().rollKey().keyProblem()).isEmpty();
            assertThat(work(ordered())).isInstanceOf(Answer.Signed.class);
            assertThat(ca.accounts()).isEqualTo(1);
        }
    }

    @Test
    void changedTermsAreToldUntilTheyAreAgreedToAndThenOrdersGoOnAtOnce() {
        String first = account().register().terms().orElseThrow();
        URI second = ca.changeTerms();
        OrderId id = ordered();
        assertThat(work(id))
                .isInstanceOfSatisfying(
                        Answer.UnderWay.class,
                        waiting -> assertThat(waiting.actor()).isEqualTo(Actor.SERVER_OPERATOR));
        clock.advance(Duration.ofHours(1));
        // Another issuer may have its turn.
        assertThat(work(id))
                .isInstanceOfSatisfying(
                        Answer.Unavailable.class,
                        waiting -> assertThat(waiting.actor()).isEqualTo(Actor.SERVER_OPERATOR));
        AcmeProblem problem = view().problem().orElseThrow();
        assertThat(problem.type()).isEqualTo("userActionRequired");
        assertThat(problem.page().orElseThrow()).endsWith("/agreement");
        assertThat(scene.issuer.offer().terms()).contains(second.toString());

        assertThatThrownBy(() -> account().agree(first))
                .isInstanceOf(CallFailed.class)
                .hasMessageContaining(second.toString());
        assertThat(view().problem()).isPresent();
        AcmeAccount.View agreed = account().agree(second.toString());
        assertThat(agreed.terms()).contains(second.toString());
        assertThat(agreed.termsAt()).contains(clock.instant());
        assertThat(agreed.problem()).isEmpty();
        assertThat(work(id)).isInstanceOf(Answer.Signed.class);
    }

    /// The operator may have agreed at the authority's own page.
    @Test
    void whatAPersonHadToDoIsOverOnceAnOrderIsTaken() {
        var _ = account().register();
        ca.next(
                Step.NEW_ORDER,
                FaultCaAnswer.problem(403, "userActionRequired", "confirm your address"));
        OrderId id = ordered();
        assertThat(work(id)).isInstanceOf(Answer.UnderWay.class);
        restart();
        assertThat(view().problem()).isPresent();
        clock.advance(Duration.ofMinutes(11));
        assertThat(work(id)).isInstanceOf(Answer.Signed.class);
        assertThat(view().problem()).isEmpty();
    }

    @Test
    void changedContactsOfTheSettingsAreTold() {
        var _ = account().register();
        AcmeCa before = AcmeScene.ca(ca.directory(), ca.tls());
        restart(
                new AcmeCa(
                        before.name(),
                        before.directory(),
                        List.of("new@example.com"),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        before.trust()));
        assertThat(account().register().contacts()).containsExactly("mailto:new@example.com");
        assertThat(ca.contacts()).containsExactly("mailto:new@example.com");
        assertThat(ca.accounts()).isEqualTo(1);
    }

    @Test
    void aDeactivatedAccountOrdersNothingUntilAnotherOneIsMade() {
        var _ = account().register();
        assertThat(account().deactivate().status()).isEqualTo(Status.DEACTIVATED);
        assertThat(account().deactivate().status()).isEqualTo(Status.DEACTIVATED);
        OrderId id = ordered();
        assertThat(work(id))
                .isInstanceOfSatisfying(
                        Answer.UnderWay.class,
                        waiting -> assertThat(waiting.message()).contains("was deactivated"));
        assertThat(ca.requests(Step.NEW_ORDER)).isZero();
        assertThatThrownBy(() -> account().rollKey())
                .isInstanceOf(CallFailed.class)
                .hasMessageContaining("was deactivated");

        assertThat(account().register().status()).isEqualTo(Status.VALID);
        assertThat(work(id)).isInstanceOf(Answer.Signed.class);
        assertThat(ca.accounts()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeactivationWhoseAnswerNeverCameIsEndedAfterTheRestart(boolean done) {
        var _ = account().register();
        ca.next(Step.ACCOUNT, new FaultCaAnswer.Cut(done));
        assertThatThrownBy(() -> account().deactivate()).isInstanceOf(CallFailed.class);
        assertThat(view().status()).isEqualTo(Status.DEACTIVATING);

        restart();
        clock.advance(Duration.ofMinutes(2));
        assertThat(work(ordered())).isInstanceOf(Answer.UnderWay.class);
        assertThat(view().status()).isEqualTo(Status.DEACTIVATED);
        assertThat(ca.requests(Step.NEW_ORDER)).isZero();
    }

    @Test
    void aRefusedDeactivationLeavesTheAccount() {
        var _ = account().register();
        ca.next(Step.ACCOUNT, FaultCaAnswer.rateLimited("60"));
        assertThatThrownBy(() -> account().deactivate()).isInstanceOf(CallFailed.class);
        assertThat(view().status()).isEqualTo(Status.VALID);
        assertThat(work(ordered())).isInstanceOf(Answer.Signed.class);
    }

    @Test
    void nothingIsDoneToAnAccountThatIsNotThere() {
        assertThatThrownBy(() -> account().rollKey()).isInstanceOf(CallFailed.class);
        assertThatThrownBy(() -> account().deactivate()).isInstanceOf(CallFailed.class);
        assertThatThrownBy(() -> account().agree("https://ca.example/terms"))
                .isInstanceOf(CallFailed.class);
        assertThat(account().view()).isEmpty();
        assertThat(ca.requests()).isZero();
    }

    @Test
    void theLastSuccessAndTheLastFailureAreThereAfterARestart() {
        assertThat(work(ordered())).isInstanceOf(Answer.Signed.class);
        ca.next(Step.NEW_ORDER, FaultCaAnswer.problem(400, "rejectedIdentifier", "not that name"));
        OrderId refused = ordered();
        assertThat(work(refused)).isInstanceOf(Answer.Refused.class);
        restart();
        Standing standing = scene.issuer.standing();
        assertThat(standing.open()).isZero();
        assertThat(standing.success().orElseThrow().names()).containsExactly("www.example.com");
        AcmeProblem problem = standing.failure().orElseThrow().problem().orElseThrow();
        assertThat(problem.detail()).isEqualTo("not that name");
        assertThat(problem.actor()).isEqualTo(Actor.NAME_OWNER);
    }
}
