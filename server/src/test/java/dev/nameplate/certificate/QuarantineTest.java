package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One stored certificate that does not load, and everything else goes on.
final class QuarantineTest {

    @StoreTest
    void aChainThatDoesNotParseIsReportedAndServesNobody(Database database) {
        Scene scene = new Scene(database);
        Certificate bad = issued(scene, "bad.example.com");
        Certificate good = issued(scene, "good.example.com");
        set(scene, "certificate_material SET chain = ?", new byte[] {0x30, 0x03, 1}, bad);

        assertThat(scene.material(bad)).isEmpty();
        assertThat(scene.chain(bad)).isEmpty();
        assertThat(reasons(scene)).singleElement().asString().contains("chain does not parse");
        // It can still be seen and deleted, and the other is served.
        assertThat(scene.list(Region.US_EAST_1)).hasSize(2);
        assertThat(scene.material(good)).isPresent();
        Map<CertificateId, X509Certificate> leaves =
                database.read(handle ->
                        scene.certificates
                                .catalogue()
                                .leaves(handle, List.of(bad.id(), good.id())));
        assertThat(leaves).containsOnlyKeys(good.id());
        scene.delete(bad);
        assertThat(reasons(scene)).isEmpty();
    }

    @StoreTest
    void aKeyThatDoesNotOpenIsReportedAndServesNobody(Database database) {
        Scene scene = new Scene(database);
        Certificate bad = issued(scene, "bad.example.com");
        set(scene, "certificate_material SET sealed_key = ?", new byte[64], bad);
        assertThat(scene.material(bad)).isEmpty();
        assertThat(reasons(scene)).singleElement().asString().contains("key does not open");
    }

    @StoreTest
    void anExaminationFindsWhatNobodyHasAskedFor(Database database) {
        Scene scene = new Scene(database);
        Certificate mixedUp = issued(scene, "mixed-up.example.com");
        Certificate empty = issued(scene, "empty.example.com");
        Certificate broken = issued(scene, "broken.example.com");
        Certificate good = issued(scene, "good.example.com");
        Certificate pending = scene.request("pending.example.com");
        byte[] foreign =
                SealedKeys.seal(
                        scene.vault,
                        mixedUp.id(),
                        TestCa.KEYS.generate(mixedUp.keyAlgorithm()).getPrivate());
        set(scene, "certificate_material SET sealed_key = ?", foreign, mixedUp);
        database.write(write ->
                write.handle()
                        .execute(
                                "DELETE FROM certificate_material WHERE certificate_id = ?",
                                empty.id().toString()));
        setText(scene, "certificate SET key_algorithm = ? WHERE id = ?", "ROT13", broken);

        scene.jobs.add(new ExaminationWork(database, scene.certificates, scene.vault));
        scene.jobs.tick();
        assertThat(scene.certificates.quarantine().entries())
                .extracting(Quarantine.Entry::id)
                .containsExactlyInAnyOrder(
                        mixedUp.id().toString(), empty.id().toString(), broken.id().toString());
        assertThat(reasons(scene))
                .anyMatch(reason -> reason.contains("not the one of its certificate"))
                .anyMatch(reason -> reason.contains("no chain and key"))
                .anyMatch(reason -> reason.contains("ROT13"));
        assertThat(scene.list(Region.US_EAST_1))
                .extracting(Certificate::id)
                .containsExactlyInAnyOrder(mixedUp.id(), empty.id(), good.id(), pending.id());

        // Repaired by hand, it is back after the next day's round.
        setText(scene, "certificate SET key_algorithm = ? WHERE id = ?", "EC_P256", broken);
        scene.clock.advance(Duration.ofDays(1));
        scene.jobs.tick();
        assertThat(scene.certificates.quarantine().size()).isEqualTo(2);
    }

    @StoreTest
    void issuanceGoesOnBesideARowThatDoesNotLoad(Database database) {
        Scene scene = new Scene(database);
        Certificate bad = scene.request("bad.example.com");
        Certificate worse = scene.request("worse.example.com");
        setText(scene, "certificate SET validation = ? WHERE id = ?", "PIGEON", bad);
        setText(
                scene,
                "certificate_name SET name = ? WHERE certificate_id = ?",
                "not a name",
                worse);
        Certificate good = issued(scene, "good.example.com");
        assertThat(good.state()).isInstanceOf(State.Issued.class);
        // Not due again at once: the round ended.
        assertThat(scene.jobs.nextDue()).contains(scene.clock.instant().plus(Duration.ofDays(1)));
        assertThat(scene.list(Region.US_EAST_1)).extracting(Certificate::id).contains(good.id());
        assertThat(scene.find(Scene.ALICE, bad)).isEmpty();
    }

    @StoreTest
    void renewalsGoOnBesideARowThatDoesNotLoad(Database database) {
        Scene scene = new Scene(database);
        Certificate bad = issued(scene, "bad.example.com");
        Certificate good = issued(scene, "good.example.com");
        scene.use(good, "distribution/E1");
        setText(scene, "certificate SET origin = ? WHERE id = ?", "NOWHERE", bad);
        scene.clock.set(((State.Issued) good.state()).notAfter().minus(Duration.ofDays(10)));
        scene.jobs.add(scene.renewals);
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(scene.now(good).renewal().orElseThrow().status())
                .isEqualTo(Renewal.Status.SUCCESS);
        assertThat(scene.certificates.quarantine().entries())
                .extracting(Quarantine.Entry::id)
                .containsExactly(bad.id().toString());
    }

    @StoreTest
    void anImportIsMendedByImportingItAgain(Database database) {
        Scene scene = new Scene(database);
        Certificate imported = scene.imported("example.com");
        set(scene, "certificate_material SET chain = ?", new byte[] {1}, imported);
        assertThat(scene.material(imported)).isEmpty();
        assertThat(reasons(scene)).hasSize(1);
        scene.reimported(imported, "example.com");
        assertThat(scene.material(imported)).isPresent();
        assertThat(reasons(scene)).isEmpty();
    }

    private static List<String> reasons(Scene scene) {
        return scene.certificates.quarantine().entries().stream()
                .map(Quarantine.Entry::reason)
                .toList();
    }

    private static Certificate issued(Scene scene, String name) {
        scene.lookup.showsEverything = true;
        Certificate asked = scene.request(name);
        scene.jobs.tick();
        return scene.now(asked);
    }

    private static void set(Scene scene, String what, byte[] value, Certificate of) {
        scene.database.write(write ->
                write.handle()
                        .execute(
                                "UPDATE " + what + " WHERE certificate_id = ?",
                                value,
                                of.id().toString()));
    }

    private static void setText(Scene scene, String what, String value, Certificate of) {
        scene.database.write(
                write -> write.handle().execute("UPDATE " + what, value, of.id().toString()));
    }
}
