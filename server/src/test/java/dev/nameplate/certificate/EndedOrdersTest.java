package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What an issuer has in hand for a certificate that ends.
final class EndedOrdersTest {
    private final SettableClock clock = new SettableClock();
    private final StandInIssuer slow = new StandInIssuer(clock, "slow", ProofForm.ACM_RECORD);
    private final List<OrderId> forgotten = new ArrayList<>();

    private Scene scene(Database database) {
        Scene scene = new Scene(database, clock, TestVault.open(), List.of(slow));
        scene.lookup.showsEverything = true;
        slow.answer =
                _ ->
                        new Answer.UnderWay(
                                "the authority looks", clock.instant().plus(Duration.ofHours(1)));
        slow.forgets = (write, id) -> write.afterCommit(() -> forgotten.add(id));
        return scene;
    }

    @StoreTest
    void oneThatIsDeletedCancelsItsOrders(Database database) {
        Scene scene = scene(database);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(slow.asked).hasSize(1);
        scene.delete(certificate);
        assertThat(scene.cancelled)
                .containsExactly(
                        OrderId.main(certificate.id()),
                        new OrderId(certificate.id(), OrderId.Slot.SPARE));
    }

    @StoreTest
    void oneThatIsRevokedCancelsTheOrderOfItsRenewal(Database database) {
        Scene scene = scene(database);
        slow.answer = slow::sign;
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        database.write(write ->
                scene.certificates.revoke(
                        write, scene.now(certificate), RevocationReason.SUPERSEDED));
        assertThat(scene.cancelled).contains(OrderId.main(certificate.id()));
    }

    /// The issuer stores an order in a transaction of its own, so one may come after the end.
    @StoreTest
    void anOrderThatIsPlacedWhileItsCertificateIsDeletedIsForgotten(Database database) {
        Scene scene = scene(database);
        Certificate certificate = scene.request("example.com");
        slow.answer =
                _ -> {
                    scene.delete(certificate);
                    return new Answer.UnderWay("placed", clock.instant());
                };
        scene.jobs.tick();
        assertThat(slow.asked).hasSize(1);
        assertThat(forgotten).containsExactly(OrderId.main(certificate.id()));
    }

    @StoreTest
    void anOrderThatIsPlacedForTheRenewalOfOneThatIsDeletedIsForgotten(Database database) {
        Scene scene = scene(database);
        slow.answer = slow::sign;
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        scene.jobs.add(scene.renewals);
        slow.answer =
                _ -> {
                    scene.delete(certificate);
                    return new Answer.UnderWay("placed", clock.instant());
                };
        database.write(write -> scene.certificates.renewNow(write, scene.now(certificate)));
        forgotten.clear();
        scene.jobs.tick();
        assertThat(forgotten).containsExactly(OrderId.main(certificate.id()));
        assertThat(scene.jobs.nextDue()).isEmpty();
    }
}
