package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.db.Database;
import dev.nameplate.feed.Change;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.names.Region;
import dev.nameplate.pki.ImportedKey;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.StoreTest;

import org.junit.jupiter.api.Tag;

import java.net.URI;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// From the request to the stored certificate, every statement and every commit fails once. The caller asks again, the
/// engine goes on, and nothing is lost, doubled, or signed without a record of it.
@Tag("slow")
final class IssuanceFaultTest {
    /// Far more than there are; the test ends at the first run without a failure.
    private static final int MOST_STEPS = 300;

    private static final int MOST_ROUNDS = 10;

    /// With addresses in the leaves, so that choosing a revocation list is among the steps.
    private static final CaSettings SETTINGS =
            new CaSettings(
                    List.of("ca.test"), 198, 200, Optional.of(URI.create("http://pki.test")));

    /// Between two rounds, as the engine's next try would be.
    private static final Duration PAUSE = Duration.ofSeconds(5);

    @StoreTest
    void eachStepMayFailOnce(Database database) throws Exception {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        FaultyDatabase faulty = new FaultyDatabase(database);
        SignatureLog issuer =
                new SignatureLog(
                        EmbeddedCa.open(
                                faulty,
                                scene.vault,
                                TestCa.KEYS,
                                new SecureRandom(),
                                scene.clock,
                                SETTINGS,
                                _ -> {}));
        Set<String> failures = new TreeSet<>();
        int step = 0;
        try (IssuanceWork work = scene.workOn(faulty, issuer)) {
            boolean failed = true;
            while (failed) {
                step++;
                assertThat(step).isLessThan(MOST_STEPS);
                String name = "n" + step + ".example.com";
                scene.zone(Scene.ALICE, name);
                faulty.arm(step);
                Certificate certificate = requested(scene, faulty, name);
                issue(scene, work, certificate);
                failed = faulty.failed().isPresent();
                faulty.failed().ifPresent(failures::add);

                assertThat(scene.now(certificate).state()).isInstanceOf(State.Issued.class);
                assertOnceAndWhole(scene, certificate, issuer.signed);
            }
        }
        // What the rounds are about was among what failed.
        assertThat(String.join("\n", failures))
                .contains(
                        "before the commit",
                        "after the commit",
                        "INSERT INTO certificate ",
                        "crl_shard",
                        "INSERT INTO issuance",
                        "SELECT version FROM authority_version",
                        "INSERT INTO change",
                        "INSERT INTO certificate_material",
                        "UPDATE certificate SET");
        assertThat(step).isGreaterThan(20);
        assertEverySignatureIsRecorded(database, issuer.signed);
        int requests = step;
        assertThat(scene.list(Region.US_EAST_1))
                .as("one for each name, not one more")
                .hasSize(requests);
        assertThat(scene.changes())
                .filteredOn(change -> change.kind() == Change.Kind.CERTIFICATE)
                .extracting(Change::key)
                .doesNotHaveDuplicates()
                .hasSize(requests);
    }

    /// As a client does: where no answer came it looks whether its request was taken, and asks again if not.
    private static Certificate requested(Scene scene, FaultyDatabase faulty, String name) {
        try {
            return scene.requestOn(faulty, Scene.ALICE, name);
        } catch (FaultyDatabase.Fault _) {
            return scene.list(Region.US_EAST_1).stream()
                    .filter(each -> each.names().getFirst().ascii().equals(name))
                    .findFirst()
                    .orElseGet(() -> scene.requestOn(faulty, Scene.ALICE, name));
        }
    }

    private static void issue(Scene scene, IssuanceWork work, Certificate certificate) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            try {
                // Its own shard alone, so that the steps of every run are the same.
                var _ =
                        work.advance(
                                CertificateRows.shardOf(certificate.id()), scene.clock.instant());
            } catch (FaultyDatabase.Fault _) {
                // The engine logs it and tries again.
            }
            if (scene.now(certificate).state() instanceof State.Issued) {
                return;
            }
            scene.clock.advance(PAUSE);
        }
    }

    private static void assertOnceAndWhole(
            Scene scene, Certificate certificate, List<X509Certificate> signed) throws Exception {
        X509Certificate leaf = scene.chain(certificate).getFirst();
        assertThat(signed).contains(leaf);
        ServingMaterial material = scene.material(certificate).orElseThrow();
        assertThat(material.chain()).hasSize(2).first().isEqualTo(leaf.getEncoded());
        PrivateKey key =
                KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(material.privateKey()));
        assertThat(
                        new ImportedKey(key, KeyAlgorithm.EC_P256)
                                .matches(leaf.getPublicKey(), new SecureRandom()))
                .isTrue();
        assertThat(scene.now(certificate).proofs())
                .allSatisfy(proof -> assertThat(proof.status()).isEqualTo(Proof.Status.SUCCESS));
    }

    private static void assertEverySignatureIsRecorded(
            Database database, List<X509Certificate> signed) {
        List<String> recorded =
                database.read(handle ->
                        handle.createQuery("SELECT serial FROM issuance")
                                .mapTo(String.class)
                                .list());
        assertThat(recorded)
                .doesNotHaveDuplicates()
                .containsAll(
                        signed.stream()
                                .map(certificate -> certificate.getSerialNumber().toString(16))
                                .toList());
    }

    /// Everything that the authority's key has signed, whether or not it was stored afterwards.
    private static final class SignatureLog implements Issuer {
        private final EmbeddedCa ca;
        final List<X509Certificate> signed = new ArrayList<>();

        SignatureLog(EmbeddedCa ca) {
            this.ca = ca;
        }

        @Override
        public List<String> caaNames() {
            return ca.caaNames();
        }

        @Override
        public List<Answer> issue(List<Order> orders) {
            List<Answer> answers = ca.issue(orders);
            for (Answer answer : answers) {
                if (answer instanceof Answer.Signed(List<X509Certificate> chain, _)) {
                    signed.add(chain.getFirst());
                }
            }
            return answers;
        }
    }
}
