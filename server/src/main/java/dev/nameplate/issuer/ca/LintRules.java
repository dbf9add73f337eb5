package dev.nameplate.issuer.ca;

import static dev.nameplate.issuer.ca.Lint.Rule.rule;

import dev.nameplate.issuer.ca.Lint.Rule;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What every certificate of ours must be, and the lists that leaves are examined by. Each rule's id starts with where it
/// comes from: the CA/Browser Forum's Baseline Requirements (`br-`), an RFC, or this authority's own promises (`ca-`).
///
/// Not here, since nothing that is built can break them: an extension twice and an empty issuer (neither can be
/// put together), and an outer signature algorithm that differs from the inner ([Authority] copies it).
final class LintRules {
    private static final Set<ASN1ObjectIdentifier> ECDSA =
            Set.of(
                    X9ObjectIdentifiers.ecdsa_with_SHA256,
                    X9ObjectIdentifiers.ecdsa_with_SHA384,
                    X9ObjectIdentifiers.ecdsa_with_SHA512);

    private static final Set<ASN1ObjectIdentifier> RSA =
            Set.of(
                    PKCSObjectIdentifiers.sha256WithRSAEncryption,
                    PKCSObjectIdentifiers.sha384WithRSAEncryption,
                    PKCSObjectIdentifiers.sha512WithRSAEncryption);

    /// UTCTime ends with 2049 (RFC 5280 section 4.1.2.5).
    private static final Instant FIRST_GENERALIZED_TIME = Instant.parse("2050-01-01T00:00:00Z");

    private static final Pattern UTC_TIME = Pattern.compile("\\d{12}Z");
    private static final Pattern GENERALIZED_TIME = Pattern.compile("\\d{14}Z");

    private static final List<Rule> FIELDS =
            List.of(
                    rule(
                            "rfc5280-4.1.2.1-version-3",
                            "a certificate with extensions is of version 3",
                            c -> c.tbs().getVersionNumber() == 3),
                    rule(
                            "rfc5280-4.1.2.2-serial-positive-20-octets",
                            "the serial number is positive and at most 20 octets long",
                            c -> c.serial().signum() > 0 && c.serial().toByteArray().length <= 20),
                    rule(
                            "br-7.1-serial-64-bits",
                            "the serial number has room for 64 random bits",
                            c -> c.serial().bitLength() >= 64),
                    rule(
                            "rfc5280-4.1.1.2-signature-algorithm-of-the-issuer",
                            "the signature algorithm is that of the issuer's key, byte for byte",
                            (c, x) -> sameBytes(c.tbs().getSignature(), x.signatureAlgorithm())),
                    rule(
                            "br-7.1.3.2-signature-algorithm",
                            "the signature is RSA or ECDSA with SHA-2",
                            c ->
                                    ECDSA.contains(c.tbs().getSignature().getAlgorithm())
                                            || RSA.contains(c.tbs().getSignature().getAlgorithm())),
                    rule(
                            "br-7.1.3.2-signature-parameters",
                            "the parameters of an RSA signature are NULL, those of ECDSA are left out",
                            c -> parametersFit(c.tbs().getSignature())),
                    rule(
                            "rfc5280-4.1.2.4-issuer-byte-for-byte",
                            "the issuer is the authority's subject, byte for byte",
                            (c, x) -> sameBytes(c.tbs().getIssuer(), x.issuer())),
                    rule(
                            "rfc5280-4.1.2.5-validity-order",
                            "notBefore comes before notAfter",
                            c -> c.notBefore().isBefore(c.notAfter())),
                    rule(
                            "rfc5280-4.1.2.5-time-type-by-year",
                            "times through 2049 are UTCTime, later ones GeneralizedTime",
                            c ->
                                    typeFits(c.tbs().getStartDate(), c.notBefore())
                                            && typeFits(c.tbs().getEndDate(), c.notAfter())),
                    rule(
                            "rfc5280-4.1.2.5-time-to-the-second-in-zulu",
                            "times name the second, no fraction of it, and end in Z",
                            c ->
                                    isWholeSecond(c.tbs().getStartDate())
                                            && isWholeSecond(c.tbs().getEndDate())),
                    rule(
                            "br-7.1.2.7-not-before-not-in-future",
                            "notBefore does not lie in the future",
                            (c, x) -> !c.notBefore().isAfter(x.now())),
                    rule(
                            "ca-validity-within-issuer",
                            "the validity period stays within the issuer's",
                            (c, x) ->
                                    !c.notBefore().isBefore(x.issuerNotBefore())
                                            && !c.notAfter().isAfter(x.issuerNotAfter())),
                    rule(
                            "rfc5280-4.1.2.8-no-unique-identifiers",
                            "issuer and subject have no unique identifiers beside their names",
                            c ->
                                    c.tbs().getIssuerUniqueId() == null
                                            && c.tbs().getSubjectUniqueId() == null),
                    rule(
                            "rfc5280-4.2.1.2-subject-key-identifier",
                            "the subject key identifier is that of the key, and not critical",
                            c ->
                                    !c.isCritical(Extension.subjectKeyIdentifier)
                                            && c.extension(
                                                            Extension.subjectKeyIdentifier,
                                                            SubjectKeyIdentifier::getInstance)
                                                    .filter(id ->
                                                            Arrays.equals(
                                                                    id.getKeyIdentifier(),
                                                                    Authority.keyId(c.key())))
                                                    .isPresent()),
                    rule(
                            "ca-parses-as-built",
                            "a relying party reads the serial number and the end that were built",
                            c ->
                                    c.parsed()
                                            .filter(p -> p.getSerialNumber().equals(c.serial()))
                                            .filter(p ->
                                                    p.getNotAfter()
                                                            .toInstant()
                                                            .equals(c.notAfter()))
                                            .isPresent()));

    static final List<Rule> OF_EVERY_CERTIFICATE = join(FIELDS, KeyRules.ALL);

    static final List<Rule> OF_LEAVES = join(NameRules.ALL, LeafRules.ALL);

    static final List<Rule> LEAF = join(OF_EVERY_CERTIFICATE, OF_LEAVES);

    private LintRules() {}

    static List<Rule> join(List<Rule> first, List<Rule> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }

    private static boolean typeFits(Time time, Instant read) {
        return !read.isBefore(FIRST_GENERALIZED_TIME)
                == (time.toASN1Primitive() instanceof ASN1GeneralizedTime);
    }

    private static boolean isWholeSecond(Time time) {
        ASN1Primitive encoded = time.toASN1Primitive();
        return switch (encoded) {
            case ASN1UTCTime utc ->
                    // As it is encoded; its own getter would complete it.
                    UTC_TIME.matcher(utc.toString()).matches();
            case ASN1GeneralizedTime late ->
                    GENERALIZED_TIME.matcher(late.getTimeString()).matches();
            default -> false;
        };
    }

    private static boolean parametersFit(AlgorithmIdentifier algorithm) {
        return RSA.contains(algorithm.getAlgorithm())
                ? DERNull.INSTANCE.equals(algorithm.getParameters())
                : algorithm.getParameters() == null;
    }

    static boolean sameBytes(ASN1Encodable one, ASN1Encodable other) {
        try {
            return Arrays.equals(
                    one.toASN1Primitive().getEncoded("DER"),
                    other.toASN1Primitive().getEncoded("DER"));
        } catch (IOException _) {
            return false;
        }
    }
}
