package dev.nameplate.issuer.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.IssuedLeaves;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.Signatures;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.Parts;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestOrders;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

final class EmbeddedCaTest {
    private static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());
    private static final CaSettings SETTINGS = CaSettings.defaults("nameplate.internal");

    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();

    private EmbeddedCa open(Database database) {
        return open(database, SETTINGS);
    }

    private EmbeddedCa open(Database database, CaSettings settings) {
        return EmbeddedCa.open(database, vault, KEYS, new SecureRandom(), clock, settings, _ -> {});
    }

    @StoreTest
    void theAuthorityOutlivesARestart(TestStore store) {
        EmbeddedCa first = open(store.database());
        X509Certificate root = first.root();
        X509Certificate intermediate = first.intermediate();
        String rootPem = first.rootPem();
        EmbeddedCa again = open(store.reopen());

        assertThat(again.root()).isEqualTo(root);
        assertThat(again.intermediate()).isEqualTo(intermediate);
        assertThat(again.rootPem()).isEqualTo(rootPem);
        assertThat(again.caaNames()).containsExactly("nameplate.internal");
    }

    @StoreTest
    void nodesThatStartTogetherEndWithOneAuthority(TestStore store) throws Exception {
        try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor();
                Database other = store.open()) {
            List<Future<EmbeddedCa>> opened =
                    Stream.of(store.database(), other, store.database(), other)
                            .map(database -> nodes.submit(() -> open(database)))
                            .toList();
            X509Certificate root = opened.getFirst().get().root();
            for (Future<EmbeddedCa> node : opened) {
                assertThat(node.get().root()).isEqualTo(root);
                assertThat(
                                node.get()
                                        .intermediate()
                                        .getIssuerX500Principal()
                                        .equals(root.getSubjectX500Principal()))
                        .isTrue();
            }
        }
    }

    @StoreTest
    void aLeafFollowsTheProfile(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        KeyPair keys = KEYS.generate(KeyAlgorithm.EC_P256);
        List<X509Certificate> chain = signed(ca, keys, "example.com", "*.example.com");
        X509Certificate leaf = chain.getFirst();

        assertThat(chain).hasSize(2).last().isEqualTo(ca.intermediate());
        assertThat(leaf.getPublicKey().getEncoded()).isEqualTo(keys.getPublic().getEncoded());
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=example.com");
        assertThat(leaf.getSubjectAlternativeNames())
                .containsExactly(List.of(2, "example.com"), List.of(2, "*.example.com"));
        assertThat(leaf.getNotBefore().toInstant())
                .isEqualTo(Instant.parse("2026-01-15T00:00:00Z"));
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(Instant.parse("2026-07-31T23:59:59Z"));
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(leaf.getSerialNumber().toByteArray()).hasSize(16);
        assertThat(leaf.getExtensionValue("1.3.6.1.5.5.7.1.1")).isNull();
        assertTrusted(ca, chain);
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyAlgorithm.class,
            names = {"RSA_2048", "RSA_3072", "RSA_4096", "EC_P256", "EC_P384"})
    void everyRequestableKeyIsCertified(KeyAlgorithm algorithm) throws Exception {
        try (TestStore store = TestStore.sqlite()) {
            EmbeddedCa ca = open(store.database());
            List<X509Certificate> chain = signed(ca, KEYS.generate(algorithm), "a.example.com");
            assertTrusted(ca, chain);
            assertThat(chain.getFirst().getKeyUsage()[2])
                    .as("keyEncipherment of " + algorithm)
                    .isEqualTo(algorithm.name().startsWith("RSA"));
        }
    }

    @StoreTest
    void aLongPrimaryNameLeavesTheSubjectEmpty(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        String name = "a".repeat(60) + ".example.com";
        List<X509Certificate> chain = signed(ca, KEYS.generate(KeyAlgorithm.EC_P256), name);
        assertThat(chain.getFirst().getSubjectX500Principal().getName()).isEmpty();
        assertThat(chain.getFirst().getCriticalExtensionOIDs()).contains("2.5.29.17");
        assertTrusted(ca, chain);
    }

    @StoreTest
    void placesAreNamedWhereTheyAreKnown(Database database) {
        EmbeddedCa ca =
                open(
                        database,
                        new CaSettings(
                                List.of("ca.test"),
                                90,
                                200,
                                Optional.of(URI.create("http://ca.test"))));
        X509Certificate leaf =
                signed(ca, KEYS.generate(KeyAlgorithm.EC_P256), "a.example.com").getFirst();
        String issuer = ca.intermediate().getSerialNumber().toString(16);
        assertThat(
                        new String(
                                leaf.getExtensionValue("1.3.6.1.5.5.7.1.1"),
                                StandardCharsets.US_ASCII))
                .contains("http://ca.test/ca/" + issuer + ".cer")
                .contains("http://ca.test/ocsp");
        assertThat(ca.certificate(issuer)).hasValue(encoded(ca.intermediate()));
        assertThat(new String(leaf.getExtensionValue("2.5.29.31"), StandardCharsets.US_ASCII))
                .contains("http://ca.test/crl/" + issuer + "/1.crl");
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(Instant.parse("2026-04-14T23:59:59Z"));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    @StoreTest
    void aLeafNeverOutlivesItsIssuer(Database database) {
        EmbeddedCa ca = open(database);
        Instant end = ca.intermediate().getNotAfter().toInstant();
        clock.set(end.minus(Duration.ofDays(10)));
        assertThat(
                        signed(ca, KEYS.generate(KeyAlgorithm.EC_P256), "a.example.com")
                                .getFirst()
                                .getNotAfter()
                                .toInstant())
                .isEqualTo(end);

        clock.set(end.plusSeconds(1));
        assertThat(issue(ca, KEYS.generate(KeyAlgorithm.EC_P256), "a.example.com"))
                .isInstanceOf(Issuer.Answer.Unavailable.class);
    }

    @StoreTest
    void whatWouldBreakARuleIsRefusedAndNeverRecorded(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        assertThat(issue(ca, weak.generateKeyPair(), "a.example.com"))
                .isInstanceOfSatisfying(
                        Issuer.Answer.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .contains("br-6.1.5-rsa-modulus-size"));
        assertThat(serials(database)).isEmpty();
    }

    @StoreTest
    void everySignatureHasARow(Database database) {
        EmbeddedCa ca = open(database);
        X509Certificate one =
                signed(ca, KEYS.generate(KeyAlgorithm.EC_P256), "a.example.com").getFirst();
        X509Certificate other =
                signed(ca, KEYS.generate(KeyAlgorithm.EC_P256), "a.example.com").getFirst();
        assertThat(serials(database))
                .containsExactlyInAnyOrder(
                        one.getSerialNumber().toString(16), other.getSerialNumber().toString(16));
    }

    @StoreTest
    void theServersOwnCertificatesMayNameAddresses(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        List<X509Certificate> chain =
                ca.issueInternal(
                        List.of("localhost", "*.cdn.nameplate.internal"),
                        List.of(InetAddress.ofLiteral("127.0.0.1")),
                        KEYS.generate(KeyAlgorithm.EC_P256).getPublic());
        assertThat(chain.getFirst().getSubjectAlternativeNames()).contains(List.of(7, "127.0.0.1"));
        assertTrusted(ca, chain);
        assertThatThrownBy(() ->
                        ca.issueInternal(
                                List.of(),
                                List.of(),
                                KEYS.generate(KeyAlgorithm.EC_P256).getPublic()))
                .hasMessageContaining("san-present");
    }

    @StoreTest
    void theAuthoritysKeysAreSealed(Database database) {
        open(database);
        List<byte[]> sealed =
                database.read(h ->
                        h.createQuery("SELECT sealed_key FROM authority")
                                .mapTo(byte[].class)
                                .list());
        assertThat(sealed).hasSize(2);
        Vault another = TestVault.open();
        assertThatThrownBy(() -> another.open(sealed.getFirst(), "ca-key/ROOT"))
                .isInstanceOf(RuntimeException.class);
    }

    @StoreTest
    void opensslAcceptsTheChainStrictly(Database database, @TempDir Path folder) throws Exception {
        EmbeddedCa ca = open(database);
        Path root = write(folder.resolve("root.pem"), ca.rootPem());
        Path intermediate = write(folder.resolve("intermediate.pem"), pem(ca.intermediate()));
        for (String name : List.of("example.com", "a".repeat(60) + ".example.com")) {
            for (KeyAlgorithm algorithm : List.of(KeyAlgorithm.EC_P256, KeyAlgorithm.RSA_2048)) {
                Path leaf =
                        write(
                                folder.resolve("leaf.pem"),
                                pem(signed(ca, KEYS.generate(algorithm), name).getFirst()));
                assertThat(
                                openssl(
                                        "verify",
                                        "-x509_strict",
                                        "-purpose",
                                        "sslserver",
                                        "-verify_hostname",
                                        name,
                                        "-attime",
                                        "" + clock.instant().getEpochSecond(),
                                        "-CAfile",
                                        root.toString(),
                                        "-untrusted",
                                        intermediate.toString(),
                                        leaf.toString()))
                        .isEqualTo(leaf + ": OK");
            }
        }
    }

    @StoreTest
    void whatStandsOfItsSignaturesIsKnownByCertificate(Database database) {
        EmbeddedCa ca = open(database);
        Issuer.Order order = TestOrders.order(KEYS.generate(KeyAlgorithm.EC_P256), "example.com");
        Issuer.Answer.Signed signed = (Issuer.Answer.Signed) ca.issue(List.of(order)).getFirst();
        X509Certificate leaf = signed.chain().getFirst();
        List<CertificateId> asked =
                List.of(order.id().certificate(), new CertificateId(UUID.randomUUID()));

        assertThat(standing(database, asked, clock.instant()))
                .containsExactly(
                        new Signatures.Signature(
                                order.id().certificate(),
                                X509.serial(leaf),
                                clock.instant(),
                                IssuedLeaves.keyDigest(leaf)));
        assertThat(standing(database, asked, leaf.getNotAfter().toInstant())).isEmpty();
        database.write(write -> {
            new Revocations(_ -> {})
                    .revoke(
                            write,
                            X509.serial(leaf),
                            RevocationReason.KEY_COMPROMISE,
                            clock.instant());
            return true;
        });
        assertThat(standing(database, asked, clock.instant())).isEmpty();
    }

    private static List<Signatures.Signature> standing(
            Database database, List<CertificateId> certificates, Instant now) {
        return database.read(handle -> Revocations.standing(handle, certificates, now));
    }

    private static String openssl(String... arguments) throws Exception {
        Process process;
        try {
            process =
                    new ProcessBuilder(
                                    Stream.concat(Stream.of("openssl"), Stream.of(arguments))
                                            .toList())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException _) {
            Parts.absent("openssl");
            return "";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    private static Path write(Path path, String text) throws IOException {
        return Files.writeString(path, text);
    }

    private static String pem(X509Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static List<String> serials(Database database) {
        return database.read(h ->
                h.createQuery("SELECT serial FROM issuance WHERE subject IS NULL")
                        .mapTo(String.class)
                        .list());
    }

    private static Issuer.Answer issue(EmbeddedCa ca, KeyPair keys, String... names) {
        return ca.issue(List.of(TestOrders.order(keys, names))).getFirst();
    }

    private static List<X509Certificate> signed(EmbeddedCa ca, KeyPair keys, String... names) {
        if (issue(ca, keys, names)
                instanceof Issuer.Answer.Signed(List<X509Certificate> chain, _)) {
            return chain;
        }
        throw new AssertionError("it should have been signed");
    }

    private void assertTrusted(EmbeddedCa ca, List<X509Certificate> chain) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca.root(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(chain),
                        parameters);
    }
}
