package dev.nameplate.issuer.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.TestStore;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.PolicyQualifierInfo;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

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
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

final class LintTest {
    private static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Instant NOT_BEFORE = Instant.parse("2026-01-15T00:00:00Z");
    private static final Instant NOT_AFTER = Instant.parse("2026-07-31T23:59:59Z");
    private static final KeyPair CA_KEYS = KEYS.generate(KeyAlgorithm.EC_P256);
    private static final Authority CA =
            new Authority(
                    new X500Name("O=Acme,CN=The CA"),
                    CA_KEYS.getPublic(),
                    CA_KEYS.getPrivate(),
                    KEYS);
    private static final SubjectPublicKeyInfo KEY = info(KEYS.generate(KeyAlgorithm.EC_P256));

    /// A kind of certificate, good, and what it is examined by.
    enum Kind {
        LEAF,
        INTERMEDIATE,
        ROOT,
        RESPONDER;

        List<Lint.Rule> rules() {
            return switch (this) {
                case LEAF -> LintRules.LEAF;
                case INTERMEDIATE -> CaLintRules.INTERMEDIATE;
                case ROOT -> CaLintRules.ROOT;
                case RESPONDER -> ResponderProfile.RULES;
            };
        }

        Lint.Result examine(TBSCertificate candidate, Lint.Context context) {
            return new Lint(CA, rules()).examine(candidate, context);
        }

        TBSCertificate good() {
            BigInteger serial = BigInteger.ONE.shiftLeft(100).add(BigInteger.TEN);
            return switch (this) {
                case LEAF ->
                        new LeafProfile(CA, Optional.empty())
                                .toBeSigned(
                                        new LeafProfile.Content(
                                                serial,
                                                List.of("a.example.com"),
                                                List.of(),
                                                KEY,
                                                NOT_BEFORE,
                                                NOT_AFTER,
                                                0));
                case INTERMEDIATE ->
                        CaProfile.intermediate(
                                CA,
                                new CertificateBody(
                                        serial,
                                        new X500Name("O=Acme,CN=Intermediate"),
                                        KEY,
                                        NOT_BEFORE,
                                        NOT_AFTER));
                case RESPONDER ->
                        ResponderProfile.toBeSigned(
                                CA,
                                new ResponderProfile.Content(
                                        serial,
                                        KEY,
                                        NOT_BEFORE,
                                        NOT_BEFORE.plus(Duration.ofDays(29))));
                case ROOT ->
                        CaProfile.root(
                                CA,
                                new CertificateBody(
                                        serial, CA.name(), info(CA_KEYS), NOT_BEFORE, NOT_AFTER));
            };
        }
    }

    /// A mistake, and the rule that must see it.
    record Mistake(Kind kind, String rule, UnaryOperator<Parts> made) {
        @Override
        public String toString() {
            return kind + " " + rule;
        }
    }

    private static Mistake leaf(String rule, UnaryOperator<Parts> made) {
        return new Mistake(Kind.LEAF, rule, made);
    }

    private static Mistake intermediate(String rule, UnaryOperator<Parts> made) {
        return new Mistake(Kind.INTERMEDIATE, rule, made);
    }

    private static Mistake responder(String rule, UnaryOperator<Parts> made) {
        return new Mistake(Kind.RESPONDER, rule, made);
    }

    private static Mistake root(String rule, UnaryOperator<Parts> made) {
        return new Mistake(Kind.ROOT, rule, made);
    }

    static final List<Mistake> MISTAKES =
            List.of(
                    leaf("rfc5280-4.1.2.1-version-3", p -> p.version(1)),
                    leaf(
                            "rfc5280-4.1.2.2-serial-positive-20-octets",
                            p -> p.serial(BigInteger.ONE.shiftLeft(80).negate())),
                    leaf(
                            "rfc5280-4.1.2.2-serial-positive-20-octets",
                            p -> p.serial(BigInteger.ONE.shiftLeft(160))),
                    leaf("br-7.1-serial-64-bits", p -> p.serial(BigInteger.TEN)),
                    leaf(
                            "rfc5280-4.1.1.2-signature-algorithm-of-the-issuer",
                            p ->
                                    p.signature(
                                            new AlgorithmIdentifier(
                                                    X9ObjectIdentifiers.ecdsa_with_SHA384))),
                    leaf(
                            "br-7.1.3.2-signature-algorithm",
                            p ->
                                    p.signature(
                                            new AlgorithmIdentifier(
                                                    PKCSObjectIdentifiers.sha1WithRSAEncryption,
                                                    DERNull.INSTANCE))),
                    leaf(
                            "br-7.1.3.2-signature-parameters",
                            p ->
                                    p.signature(
                                            new AlgorithmIdentifier(
                                                    X9ObjectIdentifiers.ecdsa_with_SHA256,
                                                    DERNull.INSTANCE))),
                    leaf(
                            "br-7.1.3.2-signature-parameters",
                            p ->
                                    p.signature(
                                            new AlgorithmIdentifier(
                                                    PKCSObjectIdentifiers
                                                            .sha256WithRSAEncryption))),
                    leaf(
                            "rfc5280-4.1.2.4-issuer-byte-for-byte",
                            p -> p.issuer(new X500Name("CN=the ca"))),
                    leaf(
                            "rfc5280-4.1.2.5-validity-order",
                            p -> p.validity(NOT_BEFORE, NOT_BEFORE.minusSeconds(1))),
                    leaf(
                            "rfc5280-4.1.2.5-time-type-by-year",
                            p ->
                                    p.validity(
                                            new Time(new DERGeneralizedTime("20260115000000Z")),
                                            new Time(Date.from(NOT_AFTER)))),
                    leaf(
                            "rfc5280-4.1.2.5-time-to-the-second-in-zulu",
                            p ->
                                    p.validity(
                                            new Time(new DERUTCTime("260115010000+0100")),
                                            new Time(Date.from(NOT_AFTER)))),
                    leaf(
                            "br-7.1.2.7-not-before-not-in-future",
                            p -> p.validity(NOW.plusSeconds(1), NOT_AFTER)),
                    leaf(
                            "ca-validity-within-issuer",
                            p -> p.validity(NOT_BEFORE.minusSeconds(1), NOT_AFTER)),
                    leaf(
                            "rfc5280-4.1.2.8-no-unique-identifiers",
                            p -> p.uniqueId(new DERBitString(new byte[] {1}))),
                    leaf(
                            "rfc5280-4.2.1.2-subject-key-identifier",
                            p ->
                                    p.with(
                                            Extension.subjectKeyIdentifier,
                                            false,
                                            new SubjectKeyIdentifier(new byte[20]))),
                    leaf(
                            "rfc5280-4.2.1.2-subject-key-identifier",
                            p -> p.critical(Extension.subjectKeyIdentifier, true)),
                    leaf("ca-parses-as-built", p -> p.version(7)),
                    leaf("br-6.1.5-key-kind", p -> p.key(foreignCurve())),
                    leaf("br-7.1.3.1.1-rsa-key-parameters", p -> p.key(rsaWithoutParameters())),
                    leaf("br-6.1.5-rsa-modulus-size", p -> p.key(rsa(1024, 65537))),
                    leaf(
                            "br-6.1.6-rsa-modulus-odd",
                            p -> p.key(rsa(BigInteger.ONE.shiftLeft(2047)))),
                    leaf(
                            "br-6.1.6-rsa-no-small-factors",
                            p ->
                                    p.key(
                                            rsa(
                                                    BigInteger.valueOf(751)
                                                            .multiply(
                                                                    BigInteger.ONE
                                                                            .shiftLeft(2040)
                                                                            .setBit(0))))),
                    leaf("br-6.1.6-rsa-exponent", p -> p.key(rsa(2048, 3))),
                    leaf("rfc5480-2.2-ec-point-uncompressed", p -> p.key(compressed())),
                    leaf("br-6.1.6-ec-point-on-curve", p -> p.key(besideTheCurve())),
                    leaf(
                            "br-7.1.2.7.12-san-present",
                            p -> p.without(Extension.subjectAlternativeName)),
                    leaf(
                            "ca-san-at-most-100",
                            p ->
                                    p.names(
                                            IntStream.range(0, 101)
                                                    .mapToObj(n -> "n" + n + ".example.com")
                                                    .toArray(String[]::new))),
                    leaf("br-7.1.2.7.12-san-kinds", p -> p.names(name("a.example.com"), email())),
                    leaf(
                            "br-7.1.2.7.12-no-ip-address",
                            p ->
                                    p.names(
                                            name("a.example.com"),
                                            new GeneralName(GeneralName.iPAddress, "192.0.2.1"))),
                    leaf("ca-san-no-duplicate", p -> p.names("a.example.com", "a.example.com")),
                    leaf(
                            "rfc5280-4.2.1.6-san-critical-iff-subject-empty",
                            p -> p.subject(new X500Name(new RDN[0]))),
                    leaf(
                            "rfc5280-4.2.1.6-san-critical-iff-subject-empty",
                            p -> p.critical(Extension.subjectAlternativeName, true)),
                    leaf("rfc1034-3.1-name-253", p -> p.names("a.".repeat(126) + "com")),
                    leaf("rfc1034-3.1-label-63", p -> p.names("a".repeat(64) + ".example.com")),
                    leaf("rfc1034-3.1-no-empty-label", p -> p.names("a..example.com")),
                    leaf("rfc1034-3.1-no-empty-label", p -> p.names("a.example.com.")),
                    leaf("rfc5890-2.3.1-letters-digits-hyphens", p -> p.names("a_b.example.com")),
                    leaf("rfc5890-2.3.1-letters-digits-hyphens", p -> p.names("a b.example.com")),
                    leaf("rfc5890-2.3.1-no-hyphen-at-the-ends", p -> p.names("-a.example.com")),
                    leaf("rfc5890-2.3.1-no-hyphen-at-the-ends", p -> p.names("a-.example.com")),
                    leaf(
                            "rfc5890-2.3.1-reserved-labels-are-a-labels",
                            p -> p.names("ab--c.example.com")),
                    leaf("rfc5890-2.3.2.1-a-label-valid", p -> p.names("xn--a-ecp.example.com")),
                    leaf("rfc5890-2.3.2.1-a-label-valid", p -> p.names("xn--999.example.com")),
                    leaf("ca-san-lower-case", p -> p.names("A.example.com")),
                    leaf(
                            "br-3.2.2.6-wildcard-is-the-left-most-label",
                            p -> p.names("a.*.example.com")),
                    leaf(
                            "br-3.2.2.6-wildcard-is-the-left-most-label",
                            p -> p.names("a*.example.com")),
                    leaf("br-7.1.2.7.12-not-a-top-level", p -> p.names("single")),
                    leaf("br-7.1.2.7.12-not-a-top-level", p -> p.names("*.com")),
                    leaf("rfc1123-2.1-top-level-not-numeric", p -> p.names("192.0.2.1")),
                    leaf("br-7.1.2.7.12-no-reverse-zone", p -> p.names("1.2.0.192.in-addr.arpa")),
                    leaf(
                            "br-7.1.2.7.2-subject-common-name-only",
                            p -> p.subject(new X500Name("O=Acme,CN=a.example.com"))),
                    leaf(
                            "br-7.1.4.3-common-name-in-san",
                            p -> p.subject(new X500Name("CN=b.example.com"))),
                    leaf(
                            "rfc5280-a.1-common-name-64",
                            p -> p.subject(commonName(new DERUTF8String("a".repeat(65))))),
                    leaf(
                            "br-7.1.4.2-common-name-encoding",
                            p -> p.subject(commonName(new DERIA5String("a.example.com")))),
                    leaf(
                            "br-6.3.2-validity-limit",
                            p -> p.validity(NOT_BEFORE, NOT_BEFORE.plus(Duration.ofDays(200)))),
                    leaf(
                            "ca-known-extensions-only",
                            p ->
                                    p.with(
                                            new ASN1ObjectIdentifier("1.2.3.4"),
                                            false,
                                            DERNull.INSTANCE)),
                    leaf(
                            "rfc5280-4.2.1.1-authority-key-identifier",
                            p ->
                                    p.with(
                                            Extension.authorityKeyIdentifier,
                                            false,
                                            new AuthorityKeyIdentifier(new byte[20]))),
                    leaf(
                            "br-7.1.2.11.1-no-issuer-and-serial",
                            p ->
                                    p.with(
                                            Extension.authorityKeyIdentifier,
                                            false,
                                            new AuthorityKeyIdentifier(
                                                    CA.keyId(),
                                                    new GeneralNames(new GeneralName(CA.name())),
                                                    BigInteger.TEN))),
                    leaf(
                            "br-7.1.2.7.6-basic-constraints-critical",
                            p -> p.critical(Extension.basicConstraints, false)),
                    leaf(
                            "br-7.1.2.7.8-not-a-ca",
                            p ->
                                    p.with(
                                            Extension.basicConstraints,
                                            true,
                                            new BasicConstraints(true))),
                    leaf(
                            "br-7.1.2.7.11-key-usage-critical",
                            p -> p.critical(Extension.keyUsage, false)),
                    leaf(
                            "br-7.1.2.7.11-key-usage-by-key-type",
                            p ->
                                    p.with(
                                            Extension.keyUsage,
                                            true,
                                            new KeyUsage(
                                                    KeyUsage.digitalSignature
                                                            | KeyUsage.keyEncipherment))),
                    leaf(
                            "br-7.1.2.7.11-key-usage-by-key-type",
                            p -> p.key(info(KEYS.generate(KeyAlgorithm.RSA_2048)))),
                    leaf(
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
                    leaf(
                            "br-7.1.2.7.10-server-auth-only",
                            p ->
                                    p.with(
                                            Extension.extendedKeyUsage,
                                            false,
                                            new ExtendedKeyUsage(
                                                    KeyPurposeId.anyExtendedKeyUsage))),
                    leaf(
                            "br-7.1.2.7.9-policies-not-critical",
                            p -> p.critical(Extension.certificatePolicies, true)),
                    leaf(
                            "br-7.1.2.7.9-policy-domain-validated",
                            p -> p.with(policy("2.23.140.1.2.2"))),
                    leaf("br-7.1.2.7.9-no-policy-qualifiers", p -> p.with(qualifiedPolicy())),
                    leaf(
                            "rfc5280-4.2.2.1-aia-not-critical",
                            p ->
                                    p.with(access("1.3.6.1.5.5.7.48.2", "http://ca.test/x"))
                                            .critical(Extension.authorityInfoAccess, true)),
                    leaf(
                            "br-7.1.2.7.7-aia-methods",
                            p -> p.with(access("1.3.6.1.5.5.7.48.3", "http://ca.test/x"))),
                    leaf(
                            "br-7.1.2.7.7-aia-http",
                            p -> p.with(access("1.3.6.1.5.5.7.48.2", "ldap://ca.test/x"))),
                    leaf(
                            "rfc5280-4.2.1.13-crl-points-not-critical",
                            p ->
                                    p.with(crlPoint(null, "http://ca.test/x"))
                                            .critical(Extension.cRLDistributionPoints, true)),
                    leaf(
                            "br-7.1.2.11.2-crl-point-whole",
                            p ->
                                    p.with(
                                            crlPoint(
                                                    new ReasonFlags(ReasonFlags.keyCompromise),
                                                    "http://ca.test/x"))),
                    leaf(
                            "br-7.1.2.11.2-crl-point-http",
                            p -> p.with(crlPoint(null, "https://ca.test/x"))),
                    intermediate(
                            "br-7.1.2.10.2-subject-named", p -> p.subject(new X500Name("CN=Only"))),
                    intermediate(
                            "br-7.1.2.10.4-basic-constraints-critical",
                            p -> p.critical(Extension.basicConstraints, false)),
                    intermediate(
                            "br-7.1.2.10.7-key-usage",
                            p ->
                                    p.with(
                                            Extension.keyUsage,
                                            true,
                                            new KeyUsage(KeyUsage.keyCertSign))),
                    intermediate(
                            "rfc5280-6.1-intermediate-not-self-issued", p -> p.subject(CA.name())),
                    intermediate(
                            "ca-intermediate-signs-leaves-only",
                            p -> p.with(Extension.basicConstraints, true, new BasicConstraints(1))),
                    intermediate(
                            "rfc5280-4.2.1.1-authority-key-identifier",
                            p -> p.without(Extension.authorityKeyIdentifier)),
                    intermediate(
                            "br-7.1.2.11.1-no-issuer-and-serial",
                            p ->
                                    p.with(
                                            Extension.authorityKeyIdentifier,
                                            false,
                                            new AuthorityKeyIdentifier(
                                                    CA.keyId(),
                                                    new GeneralNames(new GeneralName(CA.name())),
                                                    BigInteger.TEN))),
                    intermediate(
                            "br-7.1.2.10.6-server-auth-only",
                            p -> p.without(Extension.extendedKeyUsage)),
                    intermediate(
                            "br-7.1.2.10.5-policy-domain-validated",
                            p -> p.with(policy("2.23.140.1.2.2"))),
                    intermediate("ca-intermediate-extensions", p -> p.names("a.example.com")),
                    root("br-7.1.2.1-issuer-is-subject", p -> p.subject(new X500Name("O=A,CN=B"))),
                    root(
                            "br-7.1.2.1.1-root-validity",
                            p -> p.validity(NOT_BEFORE, NOT_BEFORE.plus(Duration.ofDays(9133)))),
                    root(
                            "br-7.1.2.1.4-root-basic-constraints",
                            p -> p.with(Extension.basicConstraints, true, new BasicConstraints(1))),
                    root("br-7.1.2.1.2-root-extensions", p -> p.with(policy("2.5.29.32.0"))),
                    responder("ca-ocsp-short-lived", p -> p.validity(NOT_BEFORE, NOT_AFTER)),
                    responder(
                            "br-7.1.2.8.5-ocsp-signing-only",
                            p ->
                                    p.with(
                                            Extension.extendedKeyUsage,
                                            false,
                                            new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))),
                    responder(
                            "rfc6960-4.2.2.2.1-nocheck",
                            p -> p.without(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck)),
                    responder("br-7.1.2.8.7-key-usage", p -> p.critical(Extension.keyUsage, false)),
                    responder(
                            "br-7.1.2.8.2-not-a-ca",
                            p ->
                                    p.with(
                                            Extension.basicConstraints,
                                            true,
                                            new BasicConstraints(true))),
                    responder("br-7.1.2.8.2-no-names", p -> p.names("a.example.com")));

    @ParameterizedTest
    @FieldSource("MISTAKES")
    void everyMistakeIsSeen(Mistake mistake) {
        TBSCertificate wrong = mistake.made().apply(Parts.of(mistake.kind().good())).build();
        assertThat(mistake.kind().examine(wrong, context(false)))
                .isInstanceOfSatisfying(
                        Lint.Result.Unclean.class,
                        unclean ->
                                assertThat(unclean.findings())
                                        .extracting(Lint.Finding::rule)
                                        .contains(mistake.rule()));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyRuleHasAMistakeThatShowsItBite(Kind kind) {
        Set<String> shown = new HashSet<>();
        // What holds for several kinds may be shown on one of them.
        MISTAKES.forEach(mistake -> shown.add(mistake.rule()));
        assertThat(kind.rules()).extracting(Lint.Rule::id).allMatch(shown::contains);
        assertThat(kind.rules()).extracting(Lint.Rule::id).doesNotHaveDuplicates();
    }

    @Test
    void thereIsNoMistakeWithoutItsRule() {
        assertThat(MISTAKES)
                .allSatisfy(mistake ->
                        assertThat(mistake.kind().rules())
                                .extracting(Lint.Rule::id)
                                .contains(mistake.rule()));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theProfileIsClean(Kind kind) {
        assertThat(kind.examine(kind.good(), context(false))).isInstanceOf(Lint.Result.Clean.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xn--bcher-kva.example.com", "*.a.example.com", "1.example.com"})
    void unusualNamesAreClean(String name) {
        TBSCertificate leaf =
                Parts.of(Kind.LEAF.good())
                        .names(name)
                        .subject(new X500Name(new RDN[0]))
                        .critical(Extension.subjectAlternativeName, true)
                        .build();
        assertThat(Kind.LEAF.examine(leaf, context(false))).isInstanceOf(Lint.Result.Clean.class);
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
        assertThat(Kind.LEAF.examine(internal, context(true)))
                .isInstanceOf(Lint.Result.Clean.class);
        assertThat(Kind.LEAF.examine(internal, context(false)))
                .isInstanceOf(Lint.Result.Unclean.class);
    }

    @Test
    void aCleanLintStandsForOneSignatureOfWhatIsRecorded() {
        TBSCertificate good = Kind.LEAF.good();
        if (!(Kind.LEAF.examine(good, context(false))
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
                CA.signatureAlgorithm(),
                NOT_BEFORE,
                NOT_BEFORE.plus(Duration.ofDays(10_000)),
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

    private static X500Name commonName(ASN1Encodable value) {
        return new X500Name(new RDN[] {new RDN(BCStyle.CN, value)});
    }

    private static Extension policy(String oid) {
        return extension(
                Extension.certificatePolicies,
                new CertificatePolicies(new PolicyInformation(new ASN1ObjectIdentifier(oid))));
    }

    private static Extension qualifiedPolicy() {
        return extension(
                Extension.certificatePolicies,
                new CertificatePolicies(
                        new PolicyInformation(
                                LeafProfile.DOMAIN_VALIDATED,
                                new DERSequence(new PolicyQualifierInfo("http://ca.test/cps")))));
    }

    private static Extension access(String method, String url) {
        return extension(
                Extension.authorityInfoAccess,
                new AuthorityInformationAccess(
                        new ASN1ObjectIdentifier(method),
                        new GeneralName(GeneralName.uniformResourceIdentifier, url)));
    }

    private static Extension crlPoint(@Nullable ReasonFlags reasons, String url) {
        return extension(
                Extension.cRLDistributionPoints,
                new CRLDistPoint(
                        new DistributionPoint[] {
                            new DistributionPoint(
                                    new DistributionPointName(
                                            new GeneralNames(
                                                    new GeneralName(
                                                            GeneralName.uniformResourceIdentifier,
                                                            url))),
                                    reasons,
                                    null)
                        }));
    }

    private static Extension extension(ASN1ObjectIdentifier oid, ASN1Encodable value) {
        try {
            return new Extension(oid, false, value.toASN1Primitive().getEncoded("DER"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SubjectPublicKeyInfo compressed() {
        byte[] point = KEY.getPublicKeyData().getBytes();
        byte[] half = Arrays.copyOf(point, 33);
        half[0] = (byte) (2 + (point[64] & 1));
        return new SubjectPublicKeyInfo(KEY.getAlgorithm(), half);
    }

    private static SubjectPublicKeyInfo besideTheCurve() {
        byte[] point = KEY.getPublicKeyData().getBytes();
        point[64] ^= 1;
        return new SubjectPublicKeyInfo(KEY.getAlgorithm(), point);
    }

    private static SubjectPublicKeyInfo rsa(BigInteger modulus) {
        return rsa(modulus, DERNull.INSTANCE);
    }

    private static SubjectPublicKeyInfo rsa(
            BigInteger modulus, @Nullable ASN1Encodable parameters) {
        try {
            return new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, parameters),
                    new RSAPublicKey(modulus, BigInteger.valueOf(65537)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SubjectPublicKeyInfo rsaWithoutParameters() {
        return rsa(BigInteger.ONE.shiftLeft(2047).setBit(0), null);
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
}
