package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCa.Step;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.vault.Vault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The account's key through a crash, renewals that say what they replace, and which challenge is met.
final class AccountAndRenewalTest {
    private final SettableClock clock = new SettableClock();
    private final TestStore store = TestStore.sqlite();
    private final FaultCa ca = FaultCa.start(clock);
    private final Vault vault = AcmeScene.vault();
    private AcmeScene scene = scene(store.database());

    private AcmeScene scene(Database database) {
        return new AcmeScene(database, vault, ca, clock, Pacing.NONE);
    }

    @AfterEach
    void stop() {
        scene.close();
        ca.close();
        store.close();
    }

    private void restart() {
        scene.close();
        scene = scene(store.reopen());
        clock.advance(Duration.ofMinutes(20));
    }

    private Answer work(OrderId id) {
        Answer answer = new Answer.Unavailable("");
        for (int round = 0; round < 40 && !decided(answer); round++) {
            for (int shard = 0; shard < scene.work.shards(); shard++) {
                scene.work.advance(shard, clock.instant());
            }
            answer = scene.now(id);
            clock.advance(Duration.ofSeconds(20));
        }
        return answer;
    }

    private static boolean decided(Answer answer) {
        return answer instanceof Answer.Signed || answer instanceof Answer.Refused;
    }

    private X509Certificate issued(Optional<X509Certificate> replaces) {
        OrderId id = AcmeScene.newId();
        Issuer.Order order = AcmeScene.order(id, "www.example.com");
        scene.issue(new Issuer.Order(id, order.account(), order.names(), order.keys(), replaces));
        Answer answer = work(id);
        assertThat(answer).isInstanceOf(Answer.Signed.class);
        return ((Answer.Signed) answer).chain().getFirst();
    }

    @Test
    void aKeyChangeWhoseAnswerNeverCameIsFoundToHaveHappened() {
        String before = scene.issuer.account().register().thumbprint();
        ca.next(Step.KEY_CHANGE, new FaultCaAnswer.Cut(true));
        assertThatThrownBy(() -> scene.issuer.account().rollKey()).isInstanceOf(CallFailed.class);
        assertThat(scene.issuer.account().view().orElseThrow().keyChange()).isTrue();

        restart();
        issued(Optional.empty());
        AcmeAccount.View after = scene.issuer.account().view().orElseThrow();
        assertThat(after.keyChange()).isFalse();
        assertThat(after.thumbprint()).isNotEqualTo(before);
        assertThat(ca.requests(Step.KEY_CHANGE)).isEqualTo(1);
    }

    @Test
    void aKeyChangeThatNeverReachedTheAuthorityIsMadeAfterTheRestart() {
        String before = scene.issuer.account().register().thumbprint();
        ca.next(Step.KEY_CHANGE, new FaultCaAnswer.Cut(false));
        assertThatThrownBy(() -> scene.issuer.account().rollKey()).isInstanceOf(CallFailed.class);

        restart();
        issued(Optional.empty());
        AcmeAccount.View after = scene.issuer.account().view().orElseThrow();
        assertThat(after.keyChange()).isFalse();
        assertThat(after.thumbprint()).isNotEqualTo(before);
        assertThat(ca.requests(Step.KEY_CHANGE)).isEqualTo(2);
        assertThat(ca.accounts()).isEqualTo(1);
    }

    @Test
    void aRefusedKeyChangeLeavesTheOldKey() {
        String before = scene.issuer.account().register().thumbprint();
        ca.next(Step.KEY_CHANGE, FaultCaAnswer.problem(400, "badPublicKey", "not this one"));
        assertThatThrownBy(() -> scene.issuer.account().rollKey()).isInstanceOf(CallFailed.class);
        assertThat(scene.issuer.account().view().orElseThrow().keyChange()).isFalse();
        clock.advance(Duration.ofMinutes(20));
        issued(Optional.empty());
        assertThat(scene.issuer.account().view().orElseThrow().thumbprint()).isEqualTo(before);
    }

    @Test
    void changedTermsHoldOrdersUntilTheOperatorHasActed() {
        scene.issuer.account().register();
        ca.next(
                Step.NEW_ORDER,
                FaultCaAnswer.problem(403, "userActionRequired", "Terms of service have changed"));
        OrderId id = AcmeScene.newId();
        scene.issue(AcmeScene.order(id, "www.example.com"));
        for (int shard = 0; shard < scene.work.shards(); shard++) {
            scene.work.advance(shard, clock.instant());
        }
        assertThat(scene.now(id))
                .isInstanceOfSatisfying(
                        Answer.UnderWay.class,
                        waiting ->
                                assertThat(waiting.message())
                                        .contains("Terms of service have changed")
                                        .contains("operator of this server"));
        assertThat(scene.issuer.account().view().orElseThrow().problem()).isPresent();
        assertThat(ca.requests(Step.NEW_ORDER)).isEqualTo(1);
        assertThat(work(id)).isInstanceOf(Answer.Signed.class);
        assertThat(ca.requests(Step.NEW_ORDER)).isEqualTo(2);
    }

    @Test
    void aRenewalNamesWhatItReplacesAndGoesOnWithoutWhereThatIsRefused() {
        X509Certificate first = issued(Optional.empty());
        X509Certificate second = issued(Optional.of(first));
        assertThat(ca.lastReplaced()).isPresent();
        ca.next(Step.NEW_ORDER, FaultCaAnswer.problem(409, "alreadyReplaced", "was replaced"));
        issued(Optional.of(second));
        assertThat(ca.lastReplaced()).isEmpty();
    }

    @Test
    void theAuthoritysWindowIsReadWithItsPause() {
        X509Certificate leaf = issued(Optional.empty());
        Instant start = clock.instant().plus(Duration.ofDays(3));
        ca.renewBetween(start, start.plus(Duration.ofDays(1)));
        RenewalWindow window = scene.issuer.renewalWindow(leaf).orElseThrow();
        assertThat(window.start()).isEqualTo(start);
        assertThat(window.end()).isEqualTo(start.plus(Duration.ofDays(1)));
        assertThat(window.lookAgain()).isPositive();
    }

    @Test
    void trafficIsProvenAtTheEdgeByWhicheverKindIsOffered() {
        ca.offers("dns-01", "tls-alpn-01");
        OrderId id = AcmeScene.newId();
        scene.issue(
                AcmeScene.order(
                        id,
                        AcmeScene.KEYS.generate(KeyAlgorithm.EC_P256),
                        Issuer.Way.TRAFFIC,
                        "www.example.com"));
        OrderRow row = scene.row(id).orElseThrow();
        row = scene.step(row).orElseThrow();
        row = scene.step(row).orElseThrow();
        row = scene.step(row).orElseThrow();
        assertThat(row.progress().state()).isEqualTo(Progress.State.CHALLENGED);
        assertThat(row.progress().placed().orElseThrow().authorizations())
                .singleElement()
                .satisfies(each -> assertThat(each.type()).isEqualTo("tls-alpn-01"));
        assertThat(shownInHandshakes()).isPresent();
        assertThat(scene.shownAt(AcmeScene.target(new DomainName("www.example.com")))).isEmpty();
        assertThat(work(id)).isInstanceOf(Answer.Signed.class);
        assertThat(shownInHandshakes()).isEmpty();
    }

    private Optional<String> shownInHandshakes() {
        return store.database().read(handle -> scene.challenges.alpn(handle, "www.example.com"));
    }
}
