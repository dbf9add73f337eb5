package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.db.Database;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    void aLeafThatIsSignedWhileItsCertificateEndsIsKnownAndRevokedWithIt(Database database) {
        Scene scene = scene(database);
        Certificate deleted = scene.request("deleted.example.com");
        slow.answer =
                order -> {
                    scene.delete(deleted);
                    return slow.sign(order);
                };
        scene.jobs.tick();
        assertThat(isKnown(database, deleted)).isTrue();

        slow.answer = slow::sign;
        Certificate revoked = scene.request("revoked.example.com");
        scene.jobs.tick();
        scene.jobs.add(scene.renewals);
        List<X509Certificate> late = new ArrayList<>();
        slow.answer =
                order -> {
                    database.write(write ->
                            scene.certificates.revoke(
                                    write, scene.now(revoked), RevocationReason.KEY_COMPROMISE));
                    Answer.Signed signed = (Answer.Signed) slow.sign(order);
                    late.add(signed.chain().getFirst());
                    return signed;
                };
        database.write(write -> scene.certificates.renewNow(write, scene.now(revoked)));
        scene.jobs.tick();
        assertThat(late).hasSize(1);
        Optional<AuthorityRevocations.Status> told =
                database.read(h ->
                        AuthorityRevocations.status(h, revoked.id(), X509.serial(late.getFirst())));
        assertThat(told).isPresent();
        assertThat(scene.earlier())
                .extracting(EarlierLeaves.Leaf::serial)
                .contains(X509.serial(late.getFirst()));
    }

    private boolean isKnown(Database database, Certificate certificate) {
        return database.read(h -> IssuedLeaves.known(h, certificate.id(), slow.name()));
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
