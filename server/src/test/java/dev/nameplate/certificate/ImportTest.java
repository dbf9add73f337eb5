package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Certificates.Examined;
import dev.nameplate.db.Database;
import dev.nameplate.feed.Change;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.ImportedKey;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.UnusableImport;
import dev.nameplate.testkit.StoreTest;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

final class ImportTest {
    private static final byte[] NOTHING = {};

    private static final String BROKEN_CHAIN =
            "Could not validate the certificate with the certificate chain.";

    /// A foreign chain of three and a leaf's key.
    private static final class Foreign {
        final Scene scene;
        final Instant now;
        final TestCa root;
        final TestCa middle;
        final TestCa issuer;
        final KeyPair keys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        final X509Certificate leaf;

        Foreign(Database database) {
            scene = new Scene(database);
            now = scene.clock.instant();
            root = TestCa.root("Foreign Root", now);
            middle = root.intermediate("Foreign Middle", now);
            issuer = middle.intermediate("Foreign Issuer", now);
            leaf = issuer.sign(spec("CN=shop.example.com").dns("shop.example.com"));
        }

        TestCa.Spec spec(String subject) {
            return new TestCa.Spec(subject, keys.getPublic(), now);
        }

        Examined examine(byte[] certificate, byte[] key, byte[] chain) {
            return scene.certificates
                    .imports(scene.database)
                    .examine(Scene.ALICE, new PemTriple(certificate, key, chain));
        }

        /// With the good key and the good chain.
        Examined examine(X509Certificate certificate) {
            return examine(
                    TestCa.pem(certificate),
                    TestCa.pem(keys.getPrivate()),
                    TestCa.pem(issuer.certificate, middle.certificate));
        }

        Examined withKey(byte[] key) {
            return examine(
                    TestCa.pem(leaf), key, TestCa.pem(issuer.certificate, middle.certificate));
        }

        Examined withChain(Object... chain) {
            return examine(
                    TestCa.pem(leaf),
                    TestCa.pem(keys.getPrivate()),
                    chain.length == 0 ? NOTHING : TestCa.pem(chain));
        }

        Certificate store(Examined examined) {
            return scene.database.write(write ->
                    scene.certificates.store(write, Scene.ALICE, Region.US_EAST_1, examined));
        }

        Certificate replace(Certificate existing, Examined examined) {
            return scene.database.write(
                    write -> scene.certificates.replace(write, existing, examined));
        }
    }

    @StoreTest
    void anImportIsStoredAndServed(Database database) {
        Foreign foreign = new Foreign(database);
        Certificate stored = foreign.store(foreign.examine(foreign.leaf));

        assertThat(stored.origin()).isEqualTo(Origin.IMPORTED);
        assertThat(stored.proofs()).isEmpty();
        assertThat(stored.names()).containsExactly(new DomainName("shop.example.com"));
        assertThat(stored.keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_P256);
        assertThat(stored.state())
                .isInstanceOfSatisfying(
                        State.Issued.class,
                        state -> assertThat(state.issuer()).isEqualTo("Foreign Issuer"));
        assertThat(foreign.scene.now(stored)).isEqualTo(stored);
        assertThat(foreign.scene.chain(stored))
                .containsExactly(
                        foreign.leaf, foreign.issuer.certificate, foreign.middle.certificate);
        assertThat(foreign.scene.material(stored).orElseThrow().privateKey())
                .isEqualTo(foreign.keys.getPrivate().getEncoded());
    }

    @StoreTest
    void theChainIsPutInOrderAndLosesItsRoot(Database database) {
        Foreign foreign = new Foreign(database);
        Certificate stored =
                foreign.store(
                        foreign.withChain(
                                foreign.root.certificate,
                                foreign.middle.certificate,
                                foreign.issuer.certificate));
        assertThat(foreign.scene.chain(stored))
                .containsExactly(
                        foreign.leaf, foreign.issuer.certificate, foreign.middle.certificate);
    }

    @StoreTest
    void aBrokenChainIsRefused(Database database) {
        Foreign foreign = new Foreign(database);
        TestCa stranger = TestCa.root("Stranger", foreign.now);

        refused(() -> foreign.withChain(foreign.middle.certificate), BROKEN_CHAIN);
        refused(
                () -> foreign.withChain(foreign.issuer.certificate, stranger.certificate),
                BROKEN_CHAIN);
        refused(() -> foreign.withChain(foreign.leaf, foreign.issuer.certificate), BROKEN_CHAIN);
        refused(
                () ->
                        foreign.examine(
                                TestCa.pem(foreign.leaf),
                                TestCa.pem(foreign.keys.getPrivate()),
                                bytes("no PEM at all")),
                "The certificate body/chain provided is not in a valid PEM format");
    }

    @StoreTest
    void anIssuerThatIsNoAuthorityOrHasExpiredIsRefused(Database database) {
        Foreign foreign = new Foreign(database);
        KeyPair impostorKeys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        X509Certificate impostor =
                foreign.root.sign(
                        new TestCa.Spec("CN=Impostor", impostorKeys.getPublic(), foreign.now));
        X509Certificate leaf =
                foreign.spec("CN=shop.example.com")
                        .dns("shop.example.com")
                        .signedBy("CN=Impostor", impostorKeys);
        refused(
                () ->
                        foreign.examine(
                                TestCa.pem(leaf),
                                TestCa.pem(foreign.keys.getPrivate()),
                                TestCa.pem(impostor)),
                BROKEN_CHAIN);

        X509Certificate expired =
                foreign.root.sign(
                        new TestCa.Spec("CN=Impostor", impostorKeys.getPublic(), foreign.now)
                                .ca()
                                .validity(
                                        foreign.now.minus(Duration.ofDays(9)),
                                        foreign.now.minus(Duration.ofDays(1))));
        refused(
                () ->
                        foreign.examine(
                                TestCa.pem(leaf),
                                TestCa.pem(foreign.keys.getPrivate()),
                                TestCa.pem(expired)),
                BROKEN_CHAIN);
    }

    @StoreTest
    void aSelfSignedCertificateNeedsNoChain(Database database) {
        Foreign foreign = new Foreign(database);
        X509Certificate self =
                foreign.spec("CN=self.example.com")
                        .dns("self.example.com")
                        .signedBy("CN=self.example.com", foreign.keys);
        byte[] key = TestCa.pem(foreign.keys.getPrivate());

        Certificate stored = foreign.store(foreign.examine(TestCa.pem(self), key, bytes(" \n")));
        assertThat(foreign.scene.chain(stored)).containsExactly(self);

        refused(
                () -> foreign.examine(TestCa.pem(self), key, TestCa.pem(foreign.root.certificate)),
                BROKEN_CHAIN);
        refused(
                () -> foreign.withChain(),
                "Provided certificate is not a valid self signed. Please provide either a valid self-signed"
                        + " certificate or certificate chain.");
    }

    @StoreTest
    void exactlyOneCertificateIsTaken(Database database) {
        Foreign foreign = new Foreign(database);
        byte[] key = TestCa.pem(foreign.keys.getPrivate());
        refused(
                () ->
                        foreign.examine(
                                TestCa.pem(foreign.leaf, foreign.issuer.certificate), key, NOTHING),
                "The certificate field contains more than one certificate. You can specify only one"
                        + " certificate in this field.");
        String unparsable =
                "Unable to parse certificate. Please ensure the certificate is in PEM format.";
        refused(() -> foreign.examine(bytes("hello"), key, NOTHING), unparsable);
        refused(() -> foreign.examine(key, key, NOTHING), unparsable);
        refused(
                () ->
                        foreign.examine(
                                bytes(
                                        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"),
                                key,
                                NOTHING),
                unparsable);
    }

    @StoreTest
    void everyKeyFormatIsRead(Database database) throws Exception {
        Foreign foreign = new Foreign(database);
        byte[] pkcs8 =
                TestCa.pem(new PemObject("PRIVATE KEY", foreign.keys.getPrivate().getEncoded()));
        byte[] sec1 = TestCa.pem(foreign.keys.getPrivate());
        byte[] parameters =
                TestCa.pem(
                        new PemObject(
                                "EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded()));
        assertThat(new String(sec1, StandardCharsets.US_ASCII)).contains("EC PRIVATE KEY");

        assertThat(foreign.withKey(pkcs8).keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_P256);
        assertThat(foreign.withKey(sec1).keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_P256);
        assertThat(foreign.withKey(joined(parameters, sec1)).keyAlgorithm())
                .isEqualTo(KeyAlgorithm.EC_P256);
        String windows = new String(sec1, StandardCharsets.US_ASCII).replace("\n", "\r\n");
        assertThat(foreign.withKey(bytes("Bag Attributes\r\n" + windows)).keyAlgorithm())
                .isEqualTo(KeyAlgorithm.EC_P256);

        KeyPair rsa = TestCa.KEYS.generate(KeyAlgorithm.RSA_2048);
        X509Certificate leaf =
                new TestCa.Spec("CN=rsa.example.com", rsa.getPublic(), foreign.now)
                        .dns("rsa.example.com")
                        .signedBy("CN=rsa.example.com", rsa);
        byte[] pkcs1 = TestCa.pem(rsa.getPrivate());
        assertThat(new String(pkcs1, StandardCharsets.US_ASCII)).contains("RSA PRIVATE KEY");
        assertThat(foreign.examine(TestCa.pem(leaf), pkcs1, NOTHING).keyAlgorithm())
                .isEqualTo(KeyAlgorithm.RSA_2048);
    }

    @StoreTest
    void encryptedAndForeignKeysAreRefused(Database database) throws Exception {
        Foreign foreign = new Foreign(database);
        String encrypted = "Your private key should not be encrypted";
        refused(
                () ->
                        foreign.withKey(
                                TestCa.pem(
                                        new JcaPKCS8Generator(
                                                foreign.keys.getPrivate(),
                                                new JceOpenSSLPKCS8EncryptorBuilder(
                                                                PKCS8Generator.AES_256_CBC)
                                                        .setProvider(new BouncyCastleProvider())
                                                        .setPassword("secret".toCharArray())
                                                        .build()))),
                encrypted);
        refused(
                () ->
                        foreign.withKey(
                                TestCa.pem(
                                        new JcaMiscPEMGenerator(
                                                foreign.keys.getPrivate(),
                                                new JcePEMEncryptorBuilder("AES-128-CBC")
                                                        .setProvider(new BouncyCastleProvider())
                                                        .build("secret".toCharArray())))),
                encrypted);
        refused(
                () -> foreign.withKey(TestCa.pem(foreign.leaf)),
                "Passed PEM was not a private key.");
        refused(() -> foreign.withKey(bytes("hello")), "Passed PEM was not a private key.");
        refused(
                () ->
                        foreign.withKey(
                                TestCa.pem(
                                        PrivateKeyInfo.getInstance(
                                                KeyPairGenerator.getInstance("Ed25519")
                                                        .generateKeyPair()
                                                        .getPrivate()
                                                        .getEncoded()))),
                "The private key is not supported");
        KeyPairGenerator odd = KeyPairGenerator.getInstance("RSA");
        odd.initialize(1536);
        refused(
                () -> foreign.withKey(TestCa.pem(odd.generateKeyPair().getPrivate())),
                "The private key length is not supported for key algorithm");
        refused(
                () -> foreign.withKey(new byte[ImportedKey.MAX_BYTES + 1]),
                "The private key length is not supported for key algorithm");
        refused(
                () ->
                        foreign.withKey(
                                TestCa.pem(
                                        TestCa.KEYS.generate(KeyAlgorithm.EC_P256).getPrivate())),
                "The private key does not match the public key of the certificate.");
    }

    @StoreTest
    void onlyWhatIsValidNowIsTaken(Database database) {
        Foreign foreign = new Foreign(database);
        Duration day = Duration.ofDays(1);
        assertThatThrownBy(() ->
                        foreign.examine(
                                foreign.issuer.sign(
                                        foreign.spec("CN=a.example.com")
                                                .dns("a.example.com")
                                                .validity(
                                                        foreign.now.plus(day),
                                                        foreign.now.plus(day.multipliedBy(2))))))
                .isInstanceOf(UnusableImport.class)
                .hasMessageContaining("not valid before");
        assertThatThrownBy(() ->
                        foreign.examine(
                                foreign.issuer.sign(
                                        foreign.spec("CN=a.example.com")
                                                .dns("a.example.com")
                                                .validity(
                                                        foreign.now.minus(day.multipliedBy(2)),
                                                        foreign.now.minus(day)))))
                .isInstanceOf(UnusableImport.class)
                .hasMessageContaining("expired");
    }

    @StoreTest
    void namesAreTheLowerCasedDnsNames(Database database) {
        Foreign foreign = new Foreign(database);
        X509Certificate leaf =
                foreign.issuer.sign(
                        foreign.spec("CN=ignored.example.com")
                                .dns("EXAMPLE.com", "*.Example.Com", "example.com", "localhost")
                                .address("192.0.2.1"));
        assertThat(foreign.examine(leaf).names())
                .containsExactly(new DomainName("example.com"), new DomainName("*.example.com"));

        X509Certificate onlyCommonName = foreign.issuer.sign(foreign.spec("CN=Old.example.com"));
        assertThat(foreign.examine(onlyCommonName).names())
                .containsExactly(new DomainName("old.example.com"));

        X509Certificate onlyAddress =
                foreign.issuer.sign(foreign.spec("CN=a.example.com").address("192.0.2.1"));
        assertThatThrownBy(() -> foreign.examine(onlyAddress))
                .isInstanceOf(UnusableImport.class)
                .hasMessageContaining("no fully qualified domain name");
    }

    @StoreTest
    void aReplacementKeepsTheIdAndChangesTheVersion(Database database) {
        Foreign foreign = new Foreign(database);
        Certificate stored = foreign.store(foreign.examine(foreign.leaf));
        String version = foreign.scene.material(stored).orElseThrow().version();

        X509Certificate renewed =
                foreign.issuer.sign(
                        foreign.spec("CN=shop.example.com")
                                .dns("shop.example.com", "new.example.com"));
        Certificate replaced = foreign.replace(stored, foreign.examine(renewed));

        assertThat(replaced.id()).isEqualTo(stored.id());
        assertThat(foreign.scene.now(stored)).isEqualTo(replaced);
        assertThat(foreign.scene.chain(stored).getFirst()).isEqualTo(renewed);
        assertThat(foreign.scene.material(stored).orElseThrow().version()).isNotEqualTo(version);
        assertThat(foreign.scene.changes())
                .extracting(Change::names)
                .containsExactly(List.of("shop.example.com", "new.example.com"));
    }

    @StoreTest
    void aReplacementThatBreaksARuleIsRefused(Database database) {
        Foreign foreign = new Foreign(database);
        X509Certificate before =
                foreign.issuer.sign(
                        foreign.spec("CN=shop.example.com")
                                .dns("shop.example.com")
                                .usage(
                                        KeyUsage.digitalSignature,
                                        KeyPurposeId.id_kp_serverAuth,
                                        KeyPurposeId.id_kp_clientAuth));
        Certificate stored = foreign.store(foreign.examine(before));

        X509Certificate otherName =
                foreign.issuer.sign(
                        foreign.spec("CN=other.example.com")
                                .dns("other.example.com")
                                .usage(KeyUsage.digitalSignature, KeyPurposeId.id_kp_serverAuth));
        assertRefused(foreign, stored, otherName, "none of the domain names");
        X509Certificate noUsage =
                foreign.issuer.sign(foreign.spec("CN=shop.example.com").dns("shop.example.com"));
        assertRefused(foreign, stored, noUsage, "key usage");
        X509Certificate clientOnly =
                foreign.issuer.sign(
                        foreign.spec("CN=shop.example.com")
                                .dns("shop.example.com")
                                .usage(KeyUsage.digitalSignature, KeyPurposeId.id_kp_clientAuth));
        assertRefused(foreign, stored, clientOnly, "extended key usage");

        X509Certificate clientAuthDropped =
                foreign.issuer.sign(
                        foreign.spec("CN=shop.example.com")
                                .dns("shop.example.com")
                                .usage(KeyUsage.digitalSignature, KeyPurposeId.id_kp_serverAuth));
        Certificate replaced = foreign.replace(stored, foreign.examine(clientAuthDropped));
        assertRefused(foreign, replaced, before, "does not come back");

        KeyPair other = TestCa.KEYS.generate(KeyAlgorithm.EC_P384);
        X509Certificate otherKey =
                new TestCa.Spec("CN=shop.example.com", other.getPublic(), foreign.now)
                        .dns("shop.example.com")
                        .signedBy("CN=shop.example.com", other);
        Examined examined =
                foreign.examine(TestCa.pem(otherKey), TestCa.pem(other.getPrivate()), NOTHING);
        assertThatThrownBy(() -> foreign.replace(replaced, examined))
                .isInstanceOf(UnusableImport.class)
                .hasMessageContaining("must stay EC_P256");
    }

    @StoreTest
    void onlyAnImportCanBeReplaced(Database database) {
        Foreign foreign = new Foreign(database);
        foreign.scene.lookup.showsEverything = true;
        Certificate asked = foreign.scene.request("shop.example.com");
        foreign.scene.jobs.tick();
        assertRefused(foreign, foreign.scene.now(asked), foreign.leaf, "Only an imported");
    }

    private static void assertRefused(
            Foreign foreign, Certificate existing, X509Certificate leaf, String message) {
        Examined examined = foreign.examine(leaf);
        assertThatThrownBy(() -> foreign.replace(existing, examined))
                .isInstanceOf(UnusableImport.class)
                .hasMessageContaining(message);
    }

    private static void refused(ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(UnusableImport.class).hasMessage(message);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return bytes(
                new String(one, StandardCharsets.US_ASCII)
                        + new String(other, StandardCharsets.US_ASCII));
    }
}
