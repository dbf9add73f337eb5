package dev.nameplate.issuer.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ca.ForeignAuthority.Spec;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.Pem;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestOrders;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

final class AuthorityImportTest {
    private static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());
    private static final ForeignAuthority ROOT =
            ForeignAuthority.root(Spec.of("CN=Acme Root,O=Acme", KeyAlgorithm.RSA_2048));

    private final SettableClock clock = new SettableClock();

    private EmbeddedCa open(Database database) {
        return EmbeddedCa.open(
                database,
                TestVault.open(),
                KEYS,
                new SecureRandom(),
                clock,
                CaSettings.defaults("nameplate.internal"),
                _ -> {});
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyAlgorithm.class,
            names = {"RSA_2048", "RSA_3072", "RSA_4096", "EC_P256", "EC_P384"})
    void anIntermediateWithItsKeySigns(KeyAlgorithm keys) throws Exception {
        try (TestStore store = TestStore.sqlite()) {
            EmbeddedCa ca = open(store.database());
            X509Certificate before = ca.intermediate();
            ForeignAuthority own =
                    ROOT.below(Spec.of("CN=Acme Issuing,O=Acme", keys).pathLength(0));
            // As files come: the root first.
            KnownAuthority taken =
                    new AuthorityImport(ca.authorities())
                            .take(
                                    ForeignAuthority.pem(ROOT.certificate, own.certificate),
                                    Optional.of(own.key()));

            assertThat(taken.certificate()).isEqualTo(own.certificate);
            assertThat(ca.root()).isEqualTo(ROOT.certificate);
            List<X509Certificate> chain = issue(ca);
            assertThat(chain).hasSize(2).last().isEqualTo(own.certificate);
            assertThat(chain.getFirst().getSigAlgName())
                    .isEqualTo(
                            switch (keys) {
                                case EC_P256 -> "SHA256withECDSA";
                                case EC_P384 -> "SHA384withECDSA";
                                default -> "SHA256withRSA";
                            });
            assertTrusted(ROOT.certificate, chain);
            assertThat(ca.authorities().hierarchy().issuing())
                    .extracting(KnownAuthority::certificate)
                    .contains(before, own.certificate);
        }
    }

    @StoreTest
    void whatLiesBetweenIsServedToo(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        ForeignAuthority policy = ROOT.below(Spec.of("CN=Acme Policy", KeyAlgorithm.EC_P384));
        ForeignAuthority issuing = policy.below(Spec.of("CN=Acme Issuing", KeyAlgorithm.EC_P256));
        new AuthorityImport(ca.authorities())
                .take(
                        ForeignAuthority.pem(
                                ROOT.certificate, issuing.certificate, policy.certificate),
                        Optional.of(issuing.key()));
        List<X509Certificate> chain = issue(ca);
        assertThat(chain.subList(1, 3)).containsExactly(issuing.certificate, policy.certificate);
        assertTrusted(ROOT.certificate, chain);
        assertThatThrownBy(() -> new AuthorityRotation(ca.authorities()).rotate())
                .isInstanceOf(CaProblem.class)
                .hasMessageContaining("CN=Acme Root")
                .hasMessageContaining("ca csr");
    }

    @StoreTest
    void aRootWithItsKeyGetsAnIntermediate(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        X509Certificate before = ca.root();
        KnownAuthority taken =
                new AuthorityImport(ca.authorities())
                        .take(ForeignAuthority.pem(ROOT.certificate), Optional.of(ROOT.key()));
        assertThat(taken.certificate().getIssuerX500Principal())
                .isEqualTo(ROOT.certificate.getSubjectX500Principal());
        assertTrusted(ROOT.certificate, issue(ca));
        new AuthorityRotation(ca.authorities()).rotate();
        assertTrusted(ROOT.certificate, issue(ca));
        assertThat(ca.authorities().hierarchy().trustedAt(clock.instant()))
                .extracting(KnownAuthority::certificate)
                .as("the new root and, for the leaves of before, the old one")
                .containsExactly(ROOT.certificate, before);
    }

    @StoreTest
    void theAnswerToARequestSigns(Database database) throws Exception {
        EmbeddedCa ca = open(database);
        String pem =
                new AuthorityRequest(ca.authorities())
                        .make("O=Acme,CN=Acme Issuing 7", KeyAlgorithm.EC_P256);
        JcaPKCS10CertificationRequest request =
                new JcaPKCS10CertificationRequest(
                        new PKCS10CertificationRequest(
                                Pem.read(pem.getBytes(StandardCharsets.US_ASCII))
                                        .getFirst()
                                        .der()));
        assertThat(
                        request.isSignatureValid(
                                new JcaContentVerifierProviderBuilder()
                                        .build(request.getPublicKey())))
                .isTrue();
        X509Certificate answer =
                ROOT.sign(
                        Spec.of(request.getSubject().toString(), KeyAlgorithm.EC_P256),
                        request.getPublicKey());
        AuthorityImport imports = new AuthorityImport(ca.authorities());
        KnownAuthority taken =
                imports.take(ForeignAuthority.pem(answer, ROOT.certificate), Optional.empty());
        assertThat(taken.certificate()).isEqualTo(answer);
        assertTrusted(ROOT.certificate, issue(ca));
        int left =
                database.read(h ->
                        h.createQuery("SELECT COUNT(*) FROM authority_request")
                                .mapTo(Integer.class)
                                .one());
        assertThat(left).isZero();
    }

    @Test
    void whatCannotSignIsRefusedWithTheReasonAndChangesNothing() {
        try (TestStore store = TestStore.sqlite()) {
            EmbeddedCa ca = open(store.database());
            Hierarchy before = ca.authorities().hierarchy();
            Spec spec = Spec.of("CN=Acme Issuing", KeyAlgorithm.EC_P256);

            refused(ca, spec.noAuthority(), "lack CA:TRUE");
            refused(ca, spec.usage(KeyUsage.cRLSign), "keyCertSign");
            refused(ca, spec.usage(KeyUsage.keyCertSign), "cRLSign");
            refused(
                    ca,
                    spec.valid("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
                    "ended at 2026-01-01T00:00:00Z");
            refused(
                    ca,
                    spec.valid("2027-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
                    "valid only from 2027-01-01T00:00:00Z");
            refused(ca, spec.signedBy("SHA1with"), "SHA1withRSA");
            refused(
                    ca,
                    spec.with(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection)),
                    "lacks serverAuth");
            refused(
                    ca,
                    spec.with(
                            Extension.nameConstraints,
                            true,
                            new NameConstraints(
                                    new GeneralSubtree[] {
                                        new GeneralSubtree(
                                                new GeneralName(GeneralName.dNSName, "acme.test"))
                                    },
                                    new GeneralSubtree[0])),
                    "name constraints");
            refused(
                    ca,
                    spec.with(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE),
                    "does not verify");
            refused(ca, Spec.of("CN=Acme Issuing", KeyAlgorithm.EC_P521), "must be P-256");
            refused(ca, spec.serial(ca.intermediate().getSerialNumber()), "serial number");

            KeyPair weak = closePrimes();
            refused(
                    ca,
                    ForeignAuthority.pem(ROOT.sign(spec, weak.getPublic()), ROOT.certificate),
                    weak.getPrivate(),
                    "has a weak key");

            ForeignAuthority own = ROOT.below(spec);
            PrivateKey other = KEYS.generate(KeyAlgorithm.EC_P256).getPrivate();
            refused(
                    ca,
                    ForeignAuthority.pem(own.certificate, ROOT.certificate),
                    other,
                    "for this key");
            refused(ca, ForeignAuthority.pem(own.certificate), own.key(), "is missing");
            ForeignAuthority shallow =
                    ForeignAuthority.root(
                            Spec.of("CN=Shallow", KeyAlgorithm.EC_P256).pathLength(0));
            ForeignAuthority below = shallow.below(spec);
            refused(
                    ca,
                    ForeignAuthority.pem(below.certificate, shallow.certificate),
                    below.key(),
                    "path length");
            refused(ca, ForeignAuthority.pem(shallow.certificate), shallow.key(), "path length");
            refused(ca, "nothing".getBytes(StandardCharsets.US_ASCII), own.key(), "0 certificates");
            refused(
                    ca,
                    Pem.of("PRIVATE KEY", own.key().getEncoded())
                            .getBytes(StandardCharsets.US_ASCII),
                    own.key(),
                    "only certificates belong there");
            assertThatThrownBy(() ->
                            new AuthorityImport(ca.authorities())
                                    .take(ForeignAuthority.pem(own.certificate), Optional.empty()))
                    .hasMessageContaining("needs its key");
            assertThatThrownBy(() ->
                            new AuthorityRequest(ca.authorities())
                                    .make("no name", KeyAlgorithm.EC_P256))
                    .isInstanceOf(CaProblem.class);
            assertThatThrownBy(() ->
                            new AuthorityRequest(ca.authorities())
                                    .make("CN=Acme", KeyAlgorithm.EC_P521))
                    .isInstanceOf(CaProblem.class);

            assertThat(ca.authorities().hierarchy()).isSameAs(before);
        }
    }

    @Test
    void whatStrictRelyingPartiesRefuseIsNotTakenIn() {
        try (TestStore store = TestStore.sqlite()) {
            EmbeddedCa ca = open(store.database());
            Hierarchy before = ca.authorities().hierarchy();
            Spec issuing = Spec.of("CN=Acme Issuing", KeyAlgorithm.EC_P256);
            Spec root = Spec.of("CN=Own Root", KeyAlgorithm.EC_P256);
            BasicConstraints constraints = new BasicConstraints(5);

            refused(ca, issuing.without(Extension.keyUsage), "has no key usage extension");
            refused(
                    ca,
                    issuing.with(Extension.basicConstraints, false, constraints),
                    "basic constraints that are not critical");
            refused(ca, issuing.without(Extension.subjectKeyIdentifier), "no subject key");
            refused(ca, issuing.without(Extension.authorityKeyIdentifier), "no authority key");

            refusedAsRoot(ca, root.without(Extension.keyUsage), "has no key usage extension");
            refusedAsRoot(
                    ca,
                    root.with(Extension.basicConstraints, false, constraints),
                    "basic constraints that are not critical");
            refusedAsRoot(ca, root.without(Extension.subjectKeyIdentifier), "no subject key");

            assertThat(ca.authorities().hierarchy()).isSameAs(before);
        }
    }

    @Test
    void anAnswerThatStrictRelyingPartiesRefuseLeavesTheRequestOpen() throws Exception {
        try (TestStore store = TestStore.sqlite()) {
            EmbeddedCa ca = open(store.database());
            Hierarchy before = ca.authorities().hierarchy();
            String pem =
                    new AuthorityRequest(ca.authorities())
                            .make("CN=Acme Issuing 8", KeyAlgorithm.EC_P256);
            JcaPKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequest(
                            new PKCS10CertificationRequest(
                                    Pem.read(pem.getBytes(StandardCharsets.US_ASCII))
                                            .getFirst()
                                            .der()));
            Spec spec = Spec.of("CN=Acme Issuing 8", KeyAlgorithm.EC_P256);
            AuthorityImport imports = new AuthorityImport(ca.authorities());
            byte[] flawed =
                    ForeignAuthority.pem(
                            ROOT.sign(spec.without(Extension.keyUsage), request.getPublicKey()),
                            ROOT.certificate);
            assertThatThrownBy(() -> imports.take(flawed, Optional.empty()))
                    .isInstanceOf(CaProblem.class)
                    .hasMessageContaining("has no key usage extension");
            assertThat(ca.authorities().hierarchy()).isSameAs(before);

            X509Certificate better = ROOT.sign(spec, request.getPublicKey());
            assertThat(
                            imports.take(
                                            ForeignAuthority.pem(better, ROOT.certificate),
                                            Optional.empty())
                                    .certificate())
                    .isEqualTo(better);
        }
    }

    private static void refusedAsRoot(EmbeddedCa ca, Spec spec, String reason) {
        ForeignAuthority own = ForeignAuthority.root(spec);
        refused(ca, ForeignAuthority.pem(own.certificate), own.key(), reason);
    }

    private static KeyPair closePrimes() {
        BigInteger p = BigInteger.probablePrime(1024, new SecureRandom()).setBit(1022);
        p = p.nextProbablePrime();
        BigInteger q = p.nextProbablePrime();
        BigInteger e = BigInteger.valueOf(65537);
        BigInteger d =
                e.modInverse(p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE)));
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new KeyPair(
                    factory.generatePublic(new RSAPublicKeySpec(p.multiply(q), e)),
                    factory.generatePrivate(new RSAPrivateKeySpec(p.multiply(q), d)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void refused(EmbeddedCa ca, Spec spec, String reason) {
        ForeignAuthority own = ROOT.below(spec);
        refused(ca, ForeignAuthority.pem(own.certificate, ROOT.certificate), own.key(), reason);
    }

    private static void refused(EmbeddedCa ca, byte[] chain, PrivateKey key, String reason) {
        assertThatThrownBy(
                        () -> new AuthorityImport(ca.authorities()).take(chain, Optional.of(key)))
                .isInstanceOf(CaProblem.class)
                .hasMessageContaining(reason);
    }

    private static List<X509Certificate> issue(EmbeddedCa ca) {
        Issuer.Order order =
                TestOrders.order(KEYS.generate(KeyAlgorithm.EC_P256), "www.example.com");
        return switch (ca.issue(List.of(order)).getFirst()) {
            case Issuer.Answer.Signed(List<X509Certificate> chain, _) -> chain;
            case Issuer.Answer.Refused(String message, _) -> throw new AssertionError(message);
            case Issuer.Answer.Unavailable(String message, _, _) ->
                    throw new AssertionError(message);
            case Issuer.Answer.UnderWay(String message, _, _) -> throw new AssertionError(message);
        };
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
