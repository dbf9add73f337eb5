package dev.nameplate.issuer.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.TestStore;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.Validity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

final class LintTest {
    private static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Instant NOT_BEFORE = Instant.parse("2026-01-15T00:00:00Z");
    private static final Instant NOT_AFTER = Instant.parse("2026-07-31T23:59:59Z");
    private static final KeyPair CA_KEYS = KEYS.generate(KeyAlgorithm.EC_P256);
    private static final Authority CA =
            new Authority(
                    new X500Name("CN=The CA"), CA_KEYS.getPublic(), CA_KEYS.getPrivate(), KEYS);
    private static final SubjectPublicKeyInfo KEY = info(KEYS.generate(KeyAlgorithm.EC_P256));
    private static final Lint LINT = new Lint(CA);

    /// A mistake, and the rule that must see it.
    record Mistake(String rule, UnaryOperator<Parts> made) {
        @Override
        public String toString() {
            return rule;
        }
    }

    static final List<Mistake> MISTAKES =
            List.of(
                    new Mistake("rfc5280-4.1.2.1-version-3", p -> p.version(1)),
                    new Mistake(
                            "rfc5280-4.1.2.2-serial-positive-20-octets",
                            p -> p.serial(BigInteger.ONE.shiftLeft(80).negate())),
                    new Mistake(
                            "rfc5280-4.1.2.2-serial-positive-20-octets",
                            p -> p.serial(BigInteger.ONE.shiftLeft(160))),
                    new Mistake("br-7.1-serial-64-bits", p -> p.serial(BigInteger.TEN)),
                    new Mistake(
                            "rfc5280-4.1.2.4-issuer-byte-for-byte",
                            p -> p.issuer(new X500Name("CN=the ca"))),
                    new Mistake(
                            "rfc5280-4.1.2.5-validity-order",
                            p -> p.validity(NOT_BEFORE, NOT_BEFORE.minusSeconds(1))),
                    new Mistake(
                            "br-6.3.2-validity-limit",
                            p -> p.validity(NOT_BEFORE, NOT_BEFORE.plus(Duration.ofDays(200)))),
                    new Mistake(
                            "br-7.1.2.7-not-before-not-in-future",
                            p -> p.validity(NOW.plusSeconds(1), NOT_AFTER)),
                    new Mistake(
                            "ca-validity-within-issuer",
                            p -> p.validity(NOT_BEFORE.minusSeconds(1), NOT_AFTER)),
                    new Mistake(
                            "br-7.1.2.7.12-san-present",
                            p -> p.without(Extension.subjectAlternativeName)),
                    new Mistake(
                            "br-7.1.2.7.12-san-kinds",
                            p -> p.names(name("a.example.com"), email())),
                    new Mistake(
                            "br-7.1.2.7.12-no-ip-address",
                            p ->
                                    p.names(
                                            name("a.example.com"),
                                            new GeneralName(GeneralName.iPAddress, "192.0.2.1"))),
                    new Mistake("rfc1034-3.5-san-dns-syntax", p -> p.name("-a.example.com")),
                    new Mistake("rfc1034-3.5-san-dns-syntax", p -> p.name("a..example.com")),
                    new Mistake("rfc1034-3.5-san-dns-syntax", p -> p.name("A.example.com")),
                    new Mistake("rfc1034-3.5-san-dns-syntax", p -> p.name("a.*.example.com")),
                    new Mistake("rfc1034-3.5-san-dns-syntax", p -> p.name("single")),
                    new Mistake(
                            "rfc1034-3.5-san-dns-syntax", p -> p.name("a.".repeat(126) + "com")),
                    new Mistake("br-7.1.2.7.12-no-underscore", p -> p.name("a_b.example.com")),
                    new Mistake(
                            "ca-san-no-duplicate",
                            p -> p.names(name("a.example.com"), name("a.example.com"))),
                    new Mistake(
                            "rfc5280-4.2.1.6-san-critical-iff-subject-empty",
                            p -> p.subject(new X500Name(new RDN[0]))),
                    new Mistake(
                            "br-7.1.2.7.2-subject-common-name-only",
                            p -> p.subject(new X500Name("O=Acme,CN=a.example.com"))),
                    new Mistake(
                            "br-7.1.4.3-common-name-in-san",
                            p -> p.subject(new X500Name("CN=b.example.com"))),
                    new Mistake(
                            "rfc5280-a.1-common-name-64",
                            p ->
                                    p.subject(
                                            new X500Name(
                                                    new RDN[] {
                                                        new RDN(
                                                                BCStyle.CN,
                                                                new DERUTF8String("a".repeat(65)))
                                                    }))),
                    new Mistake(
                            "br-7.1.2.7.8-not-a-ca",
                            p ->
                                    p.with(
                                            Extension.basicConstraints,
                                            true,
                                            new BasicConstraints(true))),
                    new Mistake(
                            "br-7.1.2.7.11-key-usage-by-key-type",
                            p ->
                                    p.with(
                                            Extension.keyUsage,
                                            true,
                                            new KeyUsage(
                                                    KeyUsage.digitalSignature
                                                            | KeyUsage.keyEncipherment))),
                    new Mistake(
                            "br-7.1.2.7.11-key-usage-by-key-type",
                            p -> p.key(info(KEYS.generate(KeyAlgorithm.RSA_2048)))),
                    new Mistake(
                            "br-7.1.2.7.10-server-auth-only",
                            p ->
                                    p.with(
                                            Extension.extendedKeyUsage,
                                            false,
                                            new ExtendedKeyUsage(
                                                    new KeyPurposeId[] {
                                                        KeyPurposeId.id_kp_serverAuth,
                                                        KeyPurposeId.id_kp_clientAuth
                                                    }))),
                    new Mistake(
                            "rfc5280-4.2.1.1-authority-key-identifier",
                            p ->
                                    p.with(
                                            Extension.authorityKeyIdentifier,
                                            false,
                                            new AuthorityKeyIdentifier(new byte[20]))),
                    new Mistake(
                            "rfc5280-4.2.1.2-subject-key-identifier",
                            p ->
                                    p.with(
                                            Extension.subjectKeyIdentifier,
                                            false,
                                            new SubjectKeyIdentifier(new byte[20]))),
                    new Mistake("br-6.1.5-rsa-modulus-and-exponent", p -> p.key(rsa(1024, 65537))),
                    new Mistake("br-6.1.5-rsa-modulus-and-exponent", p -> p.key(rsa(2048, 3))),
                    new Mistake("br-6.1.5-ec-curve", p -> p.key(foreignCurve())),
                    new Mistake(
                            "br-7.1.3.2-signature-algorithm",
                            p ->
                                    p.signature(
                                            new AlgorithmIdentifier(
                                                    PKCSObjectIdentifiers.sha1WithRSAEncryption,
                                                    DERNull.INSTANCE))),
                    new Mistake(
                            "br-7.1.2.7.9-policy-domain-validated",
                            p ->
                                    p.with(
                                            Extension.certificatePolicies,
                                            false,
                                            new CertificatePolicies(
                                                    new PolicyInformation(
                                                            new ASN1ObjectIdentifier(
                                                                    "2.23.140.1.2.2"))))),
                    new Mistake(
                            "ca-known-extensions-only",
                            p ->
                                    p.with(
                                            new ASN1ObjectIdentifier("1.2.3.4"),
                                            false,
                                            DERNull.INSTANCE)),
                    new Mistake("ca-parses-as-built", p -> p.version(7)));

    @ParameterizedTest
    @FieldSource("MISTAKES")
    void everyMistakeIsSeen(Mistake mistake) {
        TBSCertificate wrong = mistake.made().apply(Parts.good()).build();
        assertThat(LINT.examine(wrong, context(false)))
                .isInstanceOfSatisfying(
                        Lint.Result.Unclean.class,
                        unclean ->
                                assertThat(unclean.findings())
                                        .extracting(Lint.Finding::rule)
                                        .contains(mistake.rule()));
    }

    @Test
    void everyRuleHasAMistakeThatShowsItBite() {
        Set<String> shown = new HashSet<>();
        MISTAKES.forEach(mistake -> shown.add(mistake.rule()));
        assertThat(LintRules.LEAF).extracting(Lint.Rule::id).allMatch(shown::contains);
        assertThat(LintRules.LEAF).extracting(Lint.Rule::id).doesNotHaveDuplicates();
    }

    @Test
    void theProfileIsClean() {
        assertThat(LINT.examine(Parts.good().build(), context(false)))
                .isInstanceOf(Lint.Result.Clean.class);
    }

    @Test
    void theServersOwnMayNameAddressesAndSingleLabels() throws Exception {
        TBSCertificate internal =
                new LeafProfile(CA, Optional.empty())
                        .toBeSigned(
                                new LeafProfile.Content(
                                        Serials.next(new SecureRandom()),
                                        List.of("localhost"),
                                        List.of(
                                                InetAddress.ofLiteral("127.0.0.1"),
                                                InetAddress.ofLiteral("::1")),
                                        KEY,
                                        NOT_BEFORE,
                                        NOT_AFTER,
                                        0));
        assertThat(LINT.examine(internal, context(true))).isInstanceOf(Lint.Result.Clean.class);
        assertThat(LINT.examine(internal, context(false))).isInstanceOf(Lint.Result.Unclean.class);
    }

    @Test
    void aCleanLintStandsForOneSignatureOfWhatIsRecorded() {
        TBSCertificate good = Parts.good().build();
        if (!(LINT.examine(good, context(false))
                instanceof Lint.Result.Clean(Lint.Linted linted))) {
            throw new AssertionError("the profile is clean");
        }
        try (TestStore store = TestStore.sqlite()) {
            Ledger ledger = new Ledger(store.database());
            Ledger.Recorded nothing = ledger.record(List.of());
            assertThatThrownBy(() -> linted.signedBy(CA, nothing))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is not recorded");
            Ledger.Recorded recorded =
                    ledger.record(List.of(IssuanceRows.Issuance.ofAuthority(good, "1", NOW)));
            assertThat(linted.signedBy(CA, recorded).getSubjectX500Principal().getName())
                    .isEqualTo("CN=a.example.com");
            assertThatThrownBy(() -> linted.signedBy(CA, recorded))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one signature");
        }
    }

    private static Lint.Context context(boolean internal) {
        return new Lint.Context(
                CA.name(),
                CA.keyId(),
                NOT_BEFORE,
                NOT_BEFORE.plus(Duration.ofDays(3650)),
                NOW,
                Duration.ofDays(200),
                internal);
    }

    private static GeneralName name(String dns) {
        return new GeneralName(GeneralName.dNSName, dns);
    }

    private static GeneralName email() {
        return new GeneralName(GeneralName.rfc822Name, "a@example.com");
    }

    private static SubjectPublicKeyInfo info(KeyPair keys) {
        return SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    }

    private static SubjectPublicKeyInfo rsa(int bits, int exponent) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(new RSAKeyGenParameterSpec(bits, BigInteger.valueOf(exponent)));
            RSAPublicKey key =
                    RSAPublicKey.getInstance(info(generator.generateKeyPair()).parsePublicKey());
            return new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                    key);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The P-256 key, said to lie on secp256k1.
    private static SubjectPublicKeyInfo foreignCurve() {
        return new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(
                        KEY.getAlgorithm().getAlgorithm(),
                        new ASN1ObjectIdentifier("1.3.132.0.10")),
                KEY.getPublicKeyData().getBytes());
    }

    /// A good certificate taken apart, so that one part can be spoilt.
    private record Parts(
            int version,
            BigInteger serial,
            AlgorithmIdentifier signature,
            X500Name issuer,
            Validity validity,
            X500Name subject,
            SubjectPublicKeyInfo key,
            List<Extension> extensions) {

        static Parts good() {
            TBSCertificate good =
                    new LeafProfile(CA, Optional.empty())
                            .toBeSigned(
                                    new LeafProfile.Content(
                                            BigInteger.ONE.shiftLeft(100).add(BigInteger.TEN),
                                            List.of("a.example.com"),
                                            List.of(),
                                            KEY,
                                            NOT_BEFORE,
                                            NOT_AFTER,
                                            0));
            List<Extension> extensions = new ArrayList<>();
            for (ASN1ObjectIdentifier oid : good.getExtensions().getExtensionOIDs()) {
                extensions.add(good.getExtensions().getExtension(oid));
            }
            return new Parts(
                    2,
                    good.getSerialNumber().getValue(),
                    good.getSignature(),
                    good.getIssuer(),
                    good.getValidity(),
                    good.getSubject(),
                    good.getSubjectPublicKeyInfo(),
                    extensions);
        }

        TBSCertificate build() {
            return new TBSCertificate(
                    new ASN1Integer(version),
                    new ASN1Integer(serial),
                    signature,
                    issuer,
                    validity,
                    subject,
                    key,
                    null,
                    null,
                    new Extensions(extensions.toArray(Extension[]::new)));
        }

        Parts version(int other) {
            return new Parts(other, serial, signature, issuer, validity, subject, key, extensions);
        }

        Parts serial(BigInteger other) {
            return new Parts(version, other, signature, issuer, validity, subject, key, extensions);
        }

        Parts signature(AlgorithmIdentifier other) {
            return new Parts(version, serial, other, issuer, validity, subject, key, extensions);
        }

        Parts issuer(X500Name other) {
            return new Parts(version, serial, signature, other, validity, subject, key, extensions);
        }

        Parts validity(Instant from, Instant to) {
            Validity other = new Validity(new Time(Date.from(from)), new Time(Date.from(to)));
            return new Parts(version, serial, signature, issuer, other, subject, key, extensions);
        }

        Parts subject(X500Name other) {
            return new Parts(version, serial, signature, issuer, validity, other, key, extensions);
        }

        Parts key(SubjectPublicKeyInfo other) {
            return new Parts(
                    version, serial, signature, issuer, validity, subject, other, extensions);
        }

        Parts name(String dns) {
            return names(LintTest.name(dns));
        }

        Parts names(GeneralName... names) {
            return with(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }

        Parts without(ASN1ObjectIdentifier oid) {
            return new Parts(
                    version,
                    serial,
                    signature,
                    issuer,
                    validity,
                    subject,
                    key,
                    extensions.stream().filter(e -> !e.getExtnId().equals(oid)).toList());
        }

        Parts with(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
            try {
                List<Extension> others = new ArrayList<>(without(oid).extensions());
                others.add(new Extension(oid, critical, value.toASN1Primitive().getEncoded("DER")));
                return new Parts(
                        version, serial, signature, issuer, validity, subject, key, others);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
