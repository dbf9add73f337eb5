package dev.nameplate.issuer.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestOrders;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.junit.jupiter.api.Tag;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

@Tag("slow")
final class AuthoritiesTest {
    private static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());

    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();

    private EmbeddedCa open(Database database) {
        return EmbeddedCa.open(
                database,
                vault,
                KEYS,
                new SecureRandom(),
                clock,
                CaSettings.defaults("nameplate.internal"),
                _ -> {});
    }

    @StoreTest
    void anotherNodeObeysARotationAtItsNextSignature(TestStore store) throws Exception {
        EmbeddedCa ca = open(store.database());
        List<X509Certificate> before = issue(ca);
        try (Database other = store.open()) {
            KnownAuthority made = new AuthorityRotation(open(other).authorities()).rotate();
            List<X509Certificate> after = issue(ca);
            assertThat(after.get(1)).isEqualTo(made.certificate()).isNotEqualTo(before.get(1));
            assertTrusted(ca.root(), before);
            assertTrusted(ca.root(), after);
        }
        assertThat(ca.authorities().hierarchy().issuing()).hasSize(2);
        assertThat(
                        ca.authorities()
                                .hierarchy()
                                .issuingBySerial(before.get(1).getSerialNumber().toString(16))
                                .orElseThrow()
                                .certificate())
                .isEqualTo(before.get(1));
    }

    @StoreTest
    void everySignatureOfAnAuthorityHasARowToo(Database database) {
        EmbeddedCa ca = open(database);
        new AuthorityRotation(ca.authorities()).rotate();
        List<String> recorded =
                database.read(h ->
                        h.createQuery("SELECT serial FROM issuance WHERE subject IS NOT NULL")
                                .mapTo(String.class)
                                .list());
        assertThat(recorded)
                .containsExactlyInAnyOrderElementsOf(
                        ca.authorities().hierarchy().all().stream()
                                .map(KnownAuthority::serial)
                                .toList());
    }

    @StoreTest
    void itRotatesByItselfBeforeALeafWouldBeCutShort(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        ManualJobs jobs = new ManualJobs(clock, new RotationWork(ca.authorities()));
        X509Certificate first = ca.intermediate();
        jobs.tick();
        assertThat(ca.intermediate()).isEqualTo(first);
        Instant due = first.getNotAfter().toInstant().minus(Duration.ofDays(365));
        assertThat(new AuthorityRotation(ca.authorities()).due()).isEqualTo(due);

        Instant end = clock.instant().plus(Duration.ofDays(12 * 365));
        while (clock.instant().isBefore(end)) {
            List<X509Certificate> chain = issue(ca);
            assertThat(chain.getFirst().getNotAfter().toInstant())
                    .as("a whole validity, never cut by the issuer's end")
                    .isEqualTo(
                            chain.getFirst()
                                    .getNotBefore()
                                    .toInstant()
                                    .plus(Duration.ofDays(198))
                                    .minusSeconds(1));
            assertTrusted(ca.root(), chain);
            clock.advance(Duration.ofDays(60));
            jobs.tick();
        }
        assertThat(ca.authorities().hierarchy().issuing()).as("two years each").hasSize(6);
    }

    @StoreTest
    void aRootThatEndsIsNotRotatedUnderForEver(Database database) {
        EmbeddedCa ca = open(database);
        ManualJobs jobs = new ManualJobs(clock, new RotationWork(ca.authorities()));
        AuthorityRotation rotation = new AuthorityRotation(ca.authorities());
        clock.set(ca.root().getNotAfter().toInstant().minus(Duration.ofDays(300)));
        jobs.tick();
        assertThat(ca.intermediate().getNotAfter()).isEqualTo(ca.root().getNotAfter());
        assertThat(ca.authorities().hierarchy().issuing()).hasSize(2);
        clock.advance(Duration.ofDays(30));
        jobs.tick();
        assertThat(ca.authorities().hierarchy().issuing()).hasSize(2);

        clock.advance(Duration.ofDays(100));
        assertThatThrownBy(rotation::rotate)
                .isInstanceOf(CaProblem.class)
                .hasMessageContaining("--new-root");
        X509Certificate old = ca.root();
        rotation.rotateToNewRoot();
        assertThat(ca.root()).isNotEqualTo(old);
        assertThat(ca.intermediate().getIssuerX500Principal())
                .isEqualTo(ca.root().getSubjectX500Principal());
    }

    @StoreTest
    void rotationsAtTheSameTimeAllCount(TestStore store) throws Exception {
        EmbeddedCa ca = open(store.database());
        try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor();
                Database other = store.open()) {
            List<Future<KnownAuthority>> made =
                    Stream.of(ca, open(other), ca)
                            .map(node ->
                                    nodes.submit(() ->
                                            new AuthorityRotation(node.authorities()).rotate()))
                            .toList();
            for (Future<KnownAuthority> one : made) {
                KnownAuthority rotated = one.get();
                assertThat(ca.authorities().hierarchy().all()).contains(rotated);
            }
        }
        assertThat(ca.authorities().hierarchy().issuing()).hasSize(4);
    }

    @StoreTest
    void anEarlierIntermediateCanSignAgain(Database database) {
        EmbeddedCa ca = open(database);
        X509Certificate first = ca.intermediate();
        AuthorityRotation rotation = new AuthorityRotation(ca.authorities());
        rotation.rotate();
        assertThat(ca.intermediate()).isNotEqualTo(first);
        rotation.activate(first.getSerialNumber().toString(16));
        assertThat(issue(ca).get(1)).isEqualTo(first);
        assertThatThrownBy(() -> rotation.activate("beef"))
                .hasMessageContaining("no intermediate here has the serial number beef");
    }

    @StoreTest
    void withTheRootsKeyElsewhereItSignsOnAndRotatesByTheFile(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        RootKey rootKey = new RootKey(ca.authorities());
        AuthorityRotation rotation = new AuthorityRotation(ca.authorities());
        String exported =
                rootKey.export(rootKey.root(Optional.empty()), "correct hörse".toCharArray());
        assertThat(exported).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        rootKey.remove(rootKey.root(Optional.empty()));

        assertThat(sealedKeys(database)).isEqualTo(1);
        assertTrusted(ca.root(), issue(ca));
        assertThatThrownBy(rotation::rotate)
                .isInstanceOf(CaProblem.class)
                .hasMessageContaining("is not in this store")
                .hasMessageContaining("--root-key");
        assertThatThrownBy(() ->
                        rootKey.export(
                                rootKey.root(Optional.empty()), "correct hörse".toCharArray()))
                .hasMessageContaining("is not in this store");
        // The work says so and does not fail.
        clock.advance(Duration.ofDays(2 * 365 + 30));
        new ManualJobs(clock, new RotationWork(ca.authorities())).tick();
        assertThat(ca.authorities().hierarchy().issuing()).hasSize(1);

        byte[] file = exported.getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> KeyFile.read(file, "wrong horse"::toCharArray))
                .isInstanceOf(CaProblem.class)
                .hasMessageContaining("passphrase");
        PrivateKey key = KeyFile.read(file, "correct hörse"::toCharArray);
        X509Certificate root = ca.root();
        rotation.rotate(key);
        assertThat(ca.root()).isEqualTo(root);
        assertThat(ca.authorities().hierarchy().issuing()).hasSize(2);
        assertTrusted(root, issue(ca));
        assertThat(sealedKeys(database)).as("intermediates' keys only").isEqualTo(2);
        assertThatThrownBy(() -> rotation.rotate(KEYS.generate(KeyAlgorithm.EC_P384).getPrivate()))
                .hasMessageContaining("not the key of");
    }

    @StoreTest
    void anEarlierRootsKeyCanBeTakenAway(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        RootKey rootKey = new RootKey(ca.authorities());
        KnownAuthority earlier = rootKey.root(Optional.empty());
        new AuthorityRotation(ca.authorities()).rotateToNewRoot();
        KnownAuthority present = rootKey.root(Optional.empty());
        assertThat(present).isNotEqualTo(earlier);
        assertThat(sealedKeys(database)).isEqualTo(4);

        KnownAuthority chosen = rootKey.root(Optional.of(earlier.serial()));
        assertThat(chosen).isEqualTo(earlier);
        PrivateKey key =
                KeyFile.read(
                        rootKey.export(chosen, "correct horse".toCharArray())
                                .getBytes(StandardCharsets.US_ASCII),
                        "correct horse"::toCharArray);
        rootKey.remove(chosen);

        assertThat(sealedKeys(database)).isEqualTo(3);
        assertThat(rootKey.root(Optional.empty()).hasKey()).isTrue();
        assertThatThrownBy(() -> new AuthorityRotation(ca.authorities()).rotate(key))
                .as("it is the earlier root's, not the present one's")
                .hasMessageContaining("not the key of");
        assertThatThrownBy(() ->
                        rootKey.export(
                                rootKey.root(Optional.of(earlier.serial())),
                                "correct horse".toCharArray()))
                .isInstanceOf(CaProblem.class)
                .hasMessageContaining("is not in this store")
                .hasMessageNotContaining("--root-key");
        String intermediate = ca.intermediate().getSerialNumber().toString(16);
        assertThatThrownBy(() -> rootKey.root(Optional.of(intermediate)))
                .hasMessageContaining("no root here has the serial number " + intermediate);
        assertTrusted(ca.root(), issue(ca));
    }

    @StoreTest
    void anEndThatIsNearIsToldWithWhatToDo(Database database) {
        EmbeddedCa ca = open(database);
        AuthorityRotation rotation = new AuthorityRotation(ca.authorities());
        assertThat(rotation.outlook())
                .isEqualTo(
                        new AuthorityRotation.Outlook(
                                false, "a new intermediate is due from " + rotation.due()));
        clock.set(ca.intermediate().getNotAfter().toInstant().minus(Duration.ofDays(30)));
        assertThat(rotation.outlook().urgent()).isTrue();
        assertThat(rotation.outlook().says())
                .contains(
                        "due now",
                        ca.intermediate().getNotAfter().toInstant().toString(),
                        "end no later",
                        "by itself within a day");
        RootKey rootKey = new RootKey(ca.authorities());
        rootKey.remove(rootKey.root(Optional.empty()));
        assertThat(rotation.outlook().says()).contains("it needs you", "--root-key FILE");
    }

    @StoreTest
    void aStoreOfTheFirstReleaseIsCarriedOver(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        X509Certificate root = ca.root();
        X509Certificate intermediate = ca.intermediate();
        asOfTheFirstRelease(database, ca);
        assertThatThrownBy(() -> ca.authorities().signing()).isInstanceOf(RuntimeException.class);

        EmbeddedCa carried = open(database);
        assertThat(carried.root()).isEqualTo(root);
        assertThat(carried.intermediate()).isEqualTo(intermediate);
        assertTrusted(root, issue(carried));
        new AuthorityRotation(carried.authorities()).rotate();
        assertTrusted(root, issue(carried));
        int early =
                database.read(h ->
                        h.createQuery("SELECT COUNT(*) FROM ca_certificate")
                                .mapTo(Integer.class)
                                .one());
        assertThat(early).as("no second copy of a key is left").isZero();
    }

    private void asOfTheFirstRelease(Database database, EmbeddedCa ca) {
        Hierarchy hierarchy = ca.authorities().hierarchy();
        database.write(write -> {
            for (KnownAuthority each : hierarchy.all()) {
                String role = each.isRoot() ? "ROOT" : "INTERMEDIATE";
                byte[] sealed = AuthorityRows.sealedKey(write.handle(), each.id()).orElseThrow();
                byte[] key = vault.open(sealed, "ca-key/" + each.id());
                try {
                    write.handle()
                            .execute(
                                    "INSERT INTO ca_certificate (role, certificate, sealed_key, created_at) VALUES (?, ?, ?, ?)",
                                    role,
                                    each.certificate().getEncoded(),
                                    vault.seal(key, "ca-key/" + role),
                                    each.createdAt().toEpochMilli());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            write.handle().execute("DELETE FROM authority");
            return write.handle().execute("DELETE FROM authority_version");
        });
    }

    private static int sealedKeys(Database database) {
        return database.read(h ->
                h.createQuery("SELECT COUNT(*) FROM authority WHERE sealed_key IS NOT NULL")
                        .mapTo(Integer.class)
                        .one());
    }

    private static List<X509Certificate> issue(EmbeddedCa ca) {
        Issuer.Order order =
                TestOrders.order(KEYS.generate(KeyAlgorithm.EC_P256), "www.example.com");
        if (ca.issue(List.of(order)).getFirst()
                instanceof Issuer.Answer.Signed(List<X509Certificate> chain, _)) {
            return chain;
        }
        throw new AssertionError("it should have been signed");
    }

    private void assertTrusted(X509Certificate root, List<X509Certificate> chain) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(chain),
                        parameters);
    }
}
