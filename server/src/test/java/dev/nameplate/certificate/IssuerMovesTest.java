package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.IssuerMoves.Moved;
import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// From one issuer to another.
final class IssuerMovesTest {
    private final SettableClock clock = new SettableClock();
    private final StandInIssuer ours = new StandInIssuer(clock, IssuerName.EMBEDDED);
    private final StandInIssuer acme = new StandInIssuer(clock, "acme", ProofForm.ACME_CHALLENGE);
    private final IssuerChoice toAcme = IssuerChoice.of(acme.name(), IssuerName.EMBEDDED);

    private Scene scene(Database database) {
        Scene scene = new Scene(database, clock, TestVault.open(), List.of(ours, acme));
        scene.jobs.add(scene.renewals);
        return scene;
    }

    private static Certificate request(Scene scene, String... names) {
        return scene.database.write(write ->
                scene.certificates.request(
                        write,
                        Scene.ALICE,
                        Region.US_EAST_1,
                        new Request(
                                Origin.ACM,
                                Stream.of(names).map(DomainName::new).toList(),
                                new KeyChoice.Named(KeyAlgorithm.EC_P256),
                                Validation.DNS,
                                false,
                                Optional.of(IssuerChoice.EMBEDDED))));
    }

    /// Issued by our own and served.
    private Certificate served(Scene scene) {
        Certificate certificate = request(scene, "example.com");
        scene.show(certificate);
        scene.jobs.tick();
        scene.use(certificate, "distribution/E1");
        return scene.now(certificate);
    }

    private static Moved move(
            Scene scene, Certificate certificate, IssuerChoice choice, String... key) {
        return scene.database.write(write ->
                scene.certificates
                        .moves()
                        .move(write, certificate, choice, Stream.of(key).findFirst()));
    }

    private static String signer(Scene scene, Certificate certificate) {
        return ((State.Issued) scene.now(certificate).state()).issuer();
    }

    private void tick(Scene scene) {
        clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
    }

    @StoreTest
    void anIssuedOneIsReissuedAtOnceAndServedByTheOldUntilTheNewIsSeen(Database database) {
        Scene scene = scene(database);
        Certificate certificate = served(scene);
        String old = scene.material(certificate).orElseThrow().version();
        // Nothing stands where ACME looks: it waits, and says which record.
        Moved moved = move(scene, certificate, toAcme);
        assertThat(moved.changed()).isTrue();
        assertThat(moved.reissued()).isTrue();
        assertThat(moved.certificate().issuers()).isEqualTo(toAcme);
        tick(scene);
        assertThat(acme.asked).isEmpty();
        assertThat(scene.material(certificate).orElseThrow().version()).isEqualTo(old);
        assertThat(scene.now(certificate).renewal().orElseThrow().reason().orElseThrow())
                .contains("_acme-challenge.example.com.");
        assertThat(scene.now(certificate).proofs())
                .extracting(proof -> proof.record().name())
                .containsExactly("_acme-challenge.example.com.");

        scene.show(scene.now(certificate));
        clock.set(scene.jobs.nextDue().orElseThrow());
        scene.jobs.tick();
        assertThat(acme.asked).hasSize(1);
        assertThat(signer(scene, certificate)).isEqualTo("Stand-in CA");
        assertThat(standing(scene, certificate).issuedBy()).contains(IssuerName.EMBEDDED);
        assertThat(standing(scene, certificate).servedBy()).contains(acme.name());
        tick(scene);
        assertThat(signer(scene, certificate)).isEqualTo("CA acme");
        assertThat(scene.material(certificate).orElseThrow().version()).isNotEqualTo(old);
        assertThat(standing(scene, certificate).issuedBy()).contains(acme.name());
        assertThat(ours.asked).hasSize(1);
    }

    @StoreTest
    void aMoveKeepsTheKeyWhateverTheOtherIssuerIsSetTo(Database database) {
        acme.keyType = Optional.of(KeyAlgorithm.EC_P384);
        Scene scene = scene(database);
        Certificate certificate = served(scene);
        scene.lookup.showsEverything = true;
        move(scene, certificate, toAcme);
        tick(scene);
        tick(scene);
        assertThat(signer(scene, certificate)).isEqualTo("CA acme");
        assertThat(KeyPairs.algorithmOf(acme.asked.element().keys().getPublic()))
                .contains(KeyAlgorithm.EC_P256);
        assertThat(scene.now(certificate).keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_P256);
    }

    @StoreTest
    void theSameAgainChangesNothing(Database database) {
        Scene scene = scene(database);
        Certificate certificate = served(scene);
        scene.lookup.showsEverything = true;
        move(scene, certificate, toAcme);
        tick(scene);
        tick(scene);
        assertThat(signer(scene, certificate)).isEqualTo("CA acme");
        Moved again = move(scene, certificate, toAcme);
        assertThat(again.changed()).isFalse();
        assertThat(again.reissued()).isFalse();
        tick(scene);
        assertThat(acme.asked).hasSize(1);
    }

    /// A lost answer's request that comes late must not undo what came after it.
    @StoreTest
    void aRequestThatComesAgainUnderItsKeyIsNotCarriedOutAgain(Database database) {
        Scene scene = scene(database);
        Certificate certificate = served(scene);
        scene.lookup.showsEverything = true;
        move(scene, certificate, toAcme, "one");
        move(scene, certificate, IssuerChoice.EMBEDDED, "two");
        Moved again = move(scene, certificate, toAcme, "one");
        // As it was answered the first time.
        assertThat(again.changed()).isTrue();
        assertThat(again.reissued()).isTrue();
        assertThat(scene.now(certificate).issuers()).isEqualTo(IssuerChoice.EMBEDDED);
        assertThatThrownBy(() -> move(scene, certificate, IssuerChoice.EMBEDDED, "one"))
                .isInstanceOf(IssuerMoves.KeyReused.class);

        clock.advance(Duration.ofDays(2));
        assertThat(move(scene, certificate, toAcme, "three").changed()).isTrue();
        scene.release(certificate, "distribution/E1");
        scene.delete(certificate);
        int left =
                database.read(handle ->
                        handle.createQuery("SELECT COUNT(*) FROM certificate_move")
                                .mapTo(Integer.class)
                                .one());
        assertThat(left).isZero();
    }

    @StoreTest
    void aPendingOneIsAskedOfTheOtherAtOnceWithAllItsTime(Database database) {
        Scene scene = scene(database);
        scene.lookup.showsEverything = true;
        ours.answer = _ -> new Answer.Unavailable("tea break");
        Certificate certificate = request(scene, "example.com", "*.example.com");
        scene.jobs.tick();
        clock.advance(Duration.ofHours(50));
        Moved moved = move(scene, certificate, toAcme);
        assertThat(moved.reissued()).isTrue();
        assertThat(moved.certificate().state())
                .isEqualTo(
                        new State.Pending(
                                clock.instant().plus(CertificateSettings.DEFAULT_VALIDATION_TIME)));
        scene.jobs.tick();
        assertThat(signer(scene, certificate)).isEqualTo("CA acme");
        assertThat(scene.cancelled).contains(OrderId.main(certificate.id()));
        assertThat(acme.asked).hasSize(1);
    }

    @StoreTest
    void whatAnIssuerAnswersAfterTheMoveIsNotHeard(Database database) {
        Scene scene = scene(database);
        scene.lookup.showsEverything = true;
        Certificate certificate = request(scene, "example.com");
        ours.answer =
                order -> {
                    move(scene, certificate, toAcme);
                    return ours.sign(order);
                };
        scene.jobs.tick();
        tick(scene);
        assertThat(signer(scene, certificate)).isEqualTo("CA acme");

        acme.answer =
                _ -> {
                    move(scene, certificate, IssuerChoice.EMBEDDED);
                    return new Answer.Refused("never");
                };
        ours.answer = ours::sign;
        database.write(write -> scene.certificates.renewNow(write, scene.now(certificate)));
        tick(scene);
        tick(scene);
        assertThat(signer(scene, certificate)).isEqualTo("Stand-in CA");
        assertThat(standing(scene, certificate).issuers()).isEqualTo(IssuerChoice.EMBEDDED);
    }

    /// A fall-back that is added takes nothing away from whoever signed.
    @StoreTest
    void whereTheFirstChoiceStaysNothingIsReissued(Database database) {
        Scene scene = scene(database);
        Certificate certificate = served(scene);
        Moved moved = move(scene, certificate, IssuerChoice.of(IssuerName.EMBEDDED, acme.name()));
        assertThat(moved.changed()).isTrue();
        assertThat(moved.reissued()).isFalse();
        tick(scene);
        assertThat(ours.asked).hasSize(1);
        assertThat(acme.asked).isEmpty();
        assertThat(scene.cancelled).isEmpty();
    }

    @StoreTest
    void whoComesBackNeedsNoOtherRecord(Database database) {
        Scene scene = scene(database);
        Certificate certificate = scene.request("example.com");
        scene.show(certificate);
        ours.answer = _ -> new Answer.Refused("not today");
        scene.jobs.tick();
        assertThat(signer(scene, certificate)).isEqualTo("CA acme");
        ours.answer = ours::sign;
        move(scene, certificate, IssuerChoice.EMBEDDED);
        assertThat(scene.now(certificate).proofs())
                .isEqualTo(certificateProofs(scene, certificate));
        tick(scene);
        assertThat(signer(scene, certificate)).isEqualTo("Stand-in CA");
    }

    private static List<Proof> certificateProofs(Scene scene, Certificate certificate) {
        assertThat(scene.now(certificate).proofs().getFirst().record())
                .isEqualTo(certificate.proofs().getFirst().record());
        return scene.now(certificate).proofs();
    }

    @StoreTest
    void theRecordIsWrittenWhereTheZoneIsHostedHere(Database database) {
        Scene scene = scene(database);
        scene.zone(Scene.ALICE, "example.com");
        Certificate certificate = request(scene, "www.example.com");
        move(scene, certificate, toAcme);
        assertThat(scene.now(certificate).proofs())
                .singleElement()
                .satisfies(proof -> {
                    assertThat(proof.record().name()).isEqualTo("_acme-challenge.www.example.com.");
                    assertThat(proof.automatic()).isEqualTo(Proof.Automatic.SUCCEEDED);
                });
    }

    @StoreTest
    void importsAndWhatHasEndedCannotBeMoved(Database database) {
        Scene scene = scene(database);
        Certificate imported = scene.imported("import.example.com");
        assertThatThrownBy(() -> move(scene, imported, toAcme))
                .isInstanceOf(NotMovable.class)
                .hasMessageContaining("was imported");

        Certificate issued = request(scene, "example.com");
        scene.show(issued);
        scene.jobs.tick();
        database.write(write ->
                scene.certificates.revoke(write, scene.now(issued), RevocationReason.SUPERSEDED));
        assertThatThrownBy(() -> move(scene, issued, toAcme))
                .isInstanceOf(NotMovable.class)
                .hasMessageContaining("request a new one");
        assertThat(scene.now(issued).issuers()).isEqualTo(IssuerChoice.EMBEDDED);
    }

    @StoreTest
    void theOutlookSaysWhichRecordIsMissingForWhom(Database database) {
        Scene scene = scene(database);
        Certificate certificate = request(scene, "example.com", "www.example.com");
        scene.show(certificate);
        assertThat(outlook(scene, certificate, IssuerChoice.EMBEDDED))
                .allMatch(IssuerMoves.Standing::proven);

        List<IssuerMoves.Standing> before = outlook(scene, certificate, toAcme);
        assertThat(before).noneMatch(IssuerMoves.Standing::proven);
        assertThat(before)
                .extracting(each -> each.record().orElseThrow().name())
                .containsExactly(
                        "_acme-challenge.example.com.", "_acme-challenge.www.example.com.");
        assertThat(before.getFirst().words())
                .contains("stands and proves the name to this server's own authority")
                .contains("the issuer acme looks at _acme-challenge.example.com. alone");
        assertThat(before.getFirst().diagnosis().orElseThrow())
                .contains("CHALLENGE_RECORD_MISSING");

        scene.lookup.show(before.getFirst().record().orElseThrow());
        scene.lookup.trafficArrives("www.example.com");
        assertThat(outlook(scene, certificate, toAcme)).allMatch(IssuerMoves.Standing::proven);
    }

    private static List<IssuerMoves.Standing> outlook(
            Scene scene, Certificate certificate, IssuerChoice choice) {
        return scene.certificates
                .moves()
                .outlook(scene.lookup, scene.now(certificate).from(choice));
    }

    @StoreTest
    void theStandingTellsWhoSaidWhatAndWhenItIsAskedNext(Database database) {
        Scene scene = scene(database);
        scene.lookup.showsEverything = true;
        ours.answer = _ -> new Answer.Refused("not today");
        Instant next = clock.instant().plus(Duration.ofMinutes(7));
        acme.answer = _ -> new Answer.UnderWay("the authority looks", next);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        IssuerStanding standing = standing(scene, certificate);
        assertThat(standing.issuers().current()).isEqualTo(acme.name());
        assertThat(standing.issuedBy()).isEmpty();
        assertThat(standing.servedBy()).isEmpty();
        assertThat(standing.nextLook()).contains(next);
        assertThat(standing.heldUntil()).isEmpty();
        assertThat(standing.answers())
                .extracting(each -> each.issuer() + " " + each.word())
                .containsExactlyInAnyOrder("embedded REFUSED", "acme UNDER_WAY");
        Certificate imported = scene.imported("import.example.com");
        Optional<IssuerStanding> none =
                database.read(handle -> IssuerStanding.of(handle, imported));
        assertThat(none).isEmpty();
    }

    private static IssuerStanding standing(Scene scene, Certificate certificate) {
        return scene.database
                .read(handle -> IssuerStanding.of(handle, scene.now(certificate)))
                .orElseThrow();
    }
}
