package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.Issuer.Way;
import dev.nameplate.db.Database;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Which record proves a name, where an issuer may look at `_acme-challenge` alone.
final class ChallengeRecordTest {
    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();
    private final StandInIssuer ours = new StandInIssuer(clock, IssuerName.EMBEDDED);
    private final StandInIssuer acme = new StandInIssuer(clock, "acme", ProofForm.ACME_CHALLENGE);

    private Scene scene(Database database, StandInIssuer... issuers) {
        return new Scene(database, clock, vault, List.of(issuers));
    }

    private void tick(Scene scene) {
        clock.advance(Duration.ofMinutes(1));
        scene.jobs.tick();
    }

    /// Asked for of our own authority, its record set, and another issuer chosen for it since.
    private Certificate moved(Database database, String... names) {
        Certificate certificate = scene(database, ours).request(names);
        database.write(write ->
                write.handle()
                        .execute(
                                "UPDATE certificate SET issuers = 'acme' WHERE id = ?",
                                certificate.id().toString()));
        return certificate;
    }

    @StoreTest
    void theRecordShownIsWhereAcmeLooksIfAnyInTheListDoes(Database database) {
        Certificate alone = scene(database, ours).request("example.com", "*.example.com");
        Certificate mixed = scene(database, ours, acme).request("example.com", "*.example.com");
        assertThat(records(alone))
                .singleElement()
                .asString()
                .matches("_[0-9a-f]{32}\\.example\\.com\\.");
        assertThat(records(mixed)).containsExactly("_acme-challenge.example.com.");
        assertThat(mixed.proofs().getFirst().record().value())
                .isEqualTo(alone.proofs().getFirst().record().value());
    }

    private static List<String> records(Certificate certificate) {
        return certificate.proofs().stream()
                .map(Proof::record)
                .map(CnameRecord::name)
                .distinct()
                .toList();
    }

    @StoreTest
    void ourOwnAuthorityAcceptsTheRecordWhereAcmeLooks(Database database) {
        Scene scene = scene(database, ours, acme);
        Certificate certificate = scene.request("example.com", "*.example.com");
        tick(scene);
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        scene.show(certificate);
        tick(scene);
        assertThat(signedBy(scene, certificate)).isEqualTo("Stand-in CA");
        assertThat(acme.asked).isEmpty();
    }

    @StoreTest
    void ourOwnAuthorityAcceptsTheRecordOfOldToo(Database database) {
        Certificate old = scene(database, ours).request("example.com");
        Scene scene = scene(database, ours, acme);
        Certificate certificate = scene.request("example.com");
        scene.show(old);
        tick(scene);
        assertThat(signedBy(scene, certificate)).isEqualTo("Stand-in CA");
    }

    @StoreTest
    void anAcmeIssuerIsAskedOnceItsRecordStands(Database database) {
        Scene scene = scene(database, acme, ours);
        Certificate certificate = scene.request("example.com", "*.example.com");
        tick(scene);
        assertThat(acme.asked).isEmpty();
        scene.show(certificate);
        tick(scene);
        assertThat(signedBy(scene, certificate)).isEqualTo("CA acme");
        assertThat(acme.asked)
                .singleElement()
                .satisfies(order ->
                        assertThat(order.names())
                                .extracting(Issuer.Name::way)
                                .containsExactly(Way.DNS, Way.DNS));
    }

    @StoreTest
    void whereOnlyTheRecordOfOldStandsItsOwnerIsToldWhichIsMissing(Database database) {
        Certificate certificate = moved(database, "example.com");
        CnameRecord old = certificate.proofs().getFirst().record();
        Scene scene = scene(database, acme);
        scene.show(certificate);
        tick(scene);

        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(acme.asked).isEmpty();
        Diagnosis diagnosis = diagnosis(scene, certificate, "example.com");
        assertThat(diagnosis.finding().cause()).isEqualTo(Cause.CHALLENGE_RECORD_MISSING);
        assertThat(diagnosis.actor()).isEqualTo(Actor.NAME_OWNER);
        assertThat(diagnosis.finding().words())
                .contains(old.name() + " stands")
                .contains("issuer acme looks at _acme-challenge.example.com. alone");
        assertThat(diagnosis.finding().remedy())
                .contains("Set _acme-challenge.example.com. CNAME " + old.value())
                .contains("point example.com here");

        scene.lookup.show(new CnameRecord("_acme-challenge.example.com.", old.value()));
        tick(scene);
        assertThat(signedBy(scene, certificate)).isEqualTo("CA acme");
    }

    @StoreTest
    void withNeitherRecordNothingIsSaidOfTheOldOne(Database database) {
        Certificate certificate = moved(database, "example.com");
        Scene scene = scene(database, acme);
        tick(scene);
        assertThat(diagnosis(scene, certificate, "example.com").finding().cause())
                .isEqualTo(Cause.RECORD_MISSING);
    }

    @StoreTest
    void trafficThatArrivesStandsInForTheMissingRecordAndReachesTheOrder(Database database) {
        Certificate certificate = moved(database, "example.com", "www.example.com");
        Scene scene = scene(database, acme);
        scene.lookup.show(
                new CnameRecord(
                        "_acme-challenge.example.com.",
                        certificate.proofs().getFirst().record().value()));
        scene.lookup.trafficArrives("www.example.com");
        tick(scene);

        assertThat(signedBy(scene, certificate)).isEqualTo("CA acme");
        assertThat(acme.asked)
                .singleElement()
                .satisfies(order ->
                        assertThat(order.names())
                                .extracting(Issuer.Name::way)
                                .containsExactly(Way.DNS, Way.TRAFFIC));
        assertThat(scene.now(certificate).proofs().getLast().lastLook().orElseThrow().seen())
                .contains("web traffic of www.example.com arrives here");
    }

    @StoreTest
    void trafficProvesNothingForAWildcard(Database database) {
        Certificate certificate = moved(database, "*.example.com");
        Scene scene = scene(database, acme);
        scene.show(certificate);
        scene.lookup.trafficArrives("example.com");
        scene.lookup.trafficArrives("*.example.com");
        tick(scene);
        assertThat(acme.asked).isEmpty();
        Diagnosis diagnosis = diagnosis(scene, certificate, "*.example.com");
        assertThat(diagnosis.finding().cause()).isEqualTo(Cause.CHALLENGE_RECORD_MISSING);
        assertThat(diagnosis.finding().remedy())
                .contains("_acme-challenge.example.com. CNAME")
                .doesNotContain("point ");
    }

    @StoreTest
    void trafficProvesNothingToOurOwnAuthority(Database database) {
        Scene scene = scene(database, ours, acme);
        Certificate certificate = scene.request("example.com");
        scene.lookup.trafficArrives("example.com");
        tick(scene);
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(ours.asked).isEmpty();
        assertThat(acme.asked).isEmpty();
    }

    @StoreTest
    void aRenewalSaysWhichRecordIsMissingWhileTheOldServes(Database database) {
        Scene before = scene(database, ours);
        Certificate certificate = before.request("example.com");
        before.show(certificate);
        tick(before);
        assertThat(signedBy(before, certificate)).isEqualTo("Stand-in CA");
        before.use(certificate, "distribution/E1");
        database.write(write -> write.handle().execute("UPDATE certificate SET issuers = 'acme'"));

        Scene scene = scene(database, acme);
        scene.show(certificate);
        scene.jobs.add(scene.renewals);
        database.write(write -> scene.certificates.renewNow(write, scene.now(certificate)));
        tick(scene);
        Renewal waiting = scene.now(certificate).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_VALIDATION);
        assertThat(waiting.reason().orElseThrow())
                .contains(
                        "Set _acme-challenge.example.com. CNAME "
                                + certificate.proofs().getFirst().record().value());
        assertThat(signedBy(scene, certificate)).isEqualTo("Stand-in CA");

        scene.lookup.trafficArrives("example.com");
        database.write(write -> scene.certificates.renewNow(write, scene.now(certificate)));
        tick(scene);
        tick(scene);
        assertThat(signedBy(scene, certificate)).isEqualTo("CA acme");
        assertThat(acme.asked)
                .singleElement()
                .satisfies(order ->
                        assertThat(Stream.of(order.names().getFirst().way()))
                                .containsExactly(Way.TRAFFIC));
    }

    private static String signedBy(Scene scene, Certificate certificate) {
        State state = scene.now(certificate).state();
        assertThat(state).isInstanceOf(State.Issued.class);
        return ((State.Issued) state).issuer();
    }

    private static Diagnosis diagnosis(Scene scene, Certificate certificate, String name) {
        return scene.database.read(handle ->
                Objects.requireNonNull(
                        Diagnoses.of(handle, certificate.id()).get(new DomainName(name))));
    }
}
