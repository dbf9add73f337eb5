package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.vault.Vault;

import org.junit.jupiter.api.Tag;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A process that ends anywhere leaves an order that goes on: never a second one at the authority.
@Tag("slow")
final class OrderRestartTest {
    private static final FaultCaAnswer DONE_BUT_NEVER_TOLD = new FaultCaAnswer.Cut(true);

    private final SettableClock clock = new SettableClock();
    private final Vault vault = AcmeScene.vault();

    private AcmeScene scene(Database database, FaultCa ca) {
        return new AcmeScene(database, vault, ca, clock, Pacing.NONE);
    }

    /// Works, on the test's clock, until the order is decided or `rounds` are over.
    private Answer work(AcmeScene scene, OrderId id, int rounds) {
        for (int round = 0; round < rounds; round++) {
            clock.advance(Duration.ofSeconds(20));
            for (int shard = 0; shard < scene.work.shards(); shard++) {
                scene.work.advance(shard, clock.instant());
            }
            Answer answer = scene.now(id);
            if (answer instanceof Answer.Signed || answer instanceof Answer.Refused) {
                return answer;
            }
        }
        return scene.now(id);
    }

    @StoreTest
    void whateverCallIsDoneAndNeverAnsweredThereIsOneOrder(TestStore store) {
        for (FaultCa.Step step :
                List.of(
                        FaultCa.Step.NEW_ACCOUNT,
                        FaultCa.Step.NEW_ORDER,
                        FaultCa.Step.AUTHORIZATION,
                        FaultCa.Step.CHALLENGE,
                        FaultCa.Step.ORDER,
                        FaultCa.Step.FINALIZE,
                        FaultCa.Step.CERTIFICATE)) {
            try (FaultCa ca = FaultCa.start(clock)) {
                OrderId id = AcmeScene.newId();
                ca.next(step, DONE_BUT_NEVER_TOLD);
                try (AcmeScene before = scene(store.database(), ca)) {
                    before.issue(AcmeScene.order(id, "www.example.com", "example.com"));
                    work(before, id, 1);
                }
                store.reopen();
                try (AcmeScene after = scene(store.database(), ca)) {
                    assertThat(work(after, id, 20))
                            .as("%s", step)
                            .isInstanceOf(Answer.Signed.class);
                    assertThat(ca.orders()).as("%s", step).hasSize(1);
                    assertThat(ca.issued()).as("%s", step).isNotEmpty();
                    assertThat(ca.accounts()).as("%s", step).isEqualTo(1);
                }
            }
        }
    }

    @StoreTest
    void aRestartAfterEachStoredStepGoesOnFromThere(TestStore store) {
        try (FaultCa ca = FaultCa.start(clock)) {
            OrderId id = AcmeScene.newId();
            try (AcmeScene first = scene(store.database(), ca)) {
                first.issue(AcmeScene.order(id, "www.example.com"));
            }
            List<Progress.State> seen = new ArrayList<>();
            Answer answer = new Answer.Unavailable("");
            for (int lives = 0; lives < 40 && !(answer instanceof Answer.Signed); lives++) {
                store.reopen();
                try (AcmeScene next = scene(store.database(), ca)) {
                    clock.advance(Duration.ofSeconds(20));
                    OrderRow row = next.row(id).orElseThrow();
                    seen.add(row.progress().state());
                    next.step(row);
                    answer = next.now(id);
                }
            }
            assertThat(answer).isInstanceOf(Answer.Signed.class);
            assertThat(seen)
                    .contains(
                            Progress.State.NEW,
                            Progress.State.ORDERING,
                            Progress.State.ORDERED,
                            Progress.State.CHALLENGED,
                            Progress.State.VALIDATING,
                            Progress.State.READY,
                            Progress.State.ISSUED);
            assertThat(ca.orders()).hasSize(1);
            assertThat(ca.issued()).hasSize(1);
        }
    }

    @StoreTest
    void twoProcessesOnOneStoreMakeOneOrderOfIt(TestStore store) {
        try (FaultCa ca = FaultCa.start(clock);
                Database second = store.open();
                AcmeScene here = scene(store.database(), ca);
                AcmeScene there = scene(second, ca)) {
            OrderId id = AcmeScene.newId();
            here.issue(AcmeScene.order(id, "www.example.com"));
            there.issue(AcmeScene.order(id, "www.example.com"));
            OrderRow row = here.row(id).orElseThrow();

            assertThat(here.begin(row)).isPresent();
            assertThat(there.begin(row)).isEmpty();
            assertThat(work(here, id, 20)).isInstanceOf(Answer.Signed.class);
            assertThat(there.now(id)).isInstanceOf(Answer.Signed.class);
            assertThat(ca.orders()).hasSize(1);
        }
    }
}
