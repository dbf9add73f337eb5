package dev.nameplate.issuer.ca;

import dev.nameplate.issuer.ca.Lint.Candidate;
import dev.nameplate.issuer.ca.Lint.Check;
import dev.nameplate.issuer.ca.Lint.Context;
import dev.nameplate.issuer.ca.Lint.Rule;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a leaf must and must not be. Each rule's id starts with where it comes from: the CA/Browser Forum's Baseline
/// Requirements (`br-`), an RFC, or this authority's own promises (`ca-`).
final class LintRules {
    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(
                    SECObjectIdentifiers.secp256r1,
                    SECObjectIdentifiers.secp384r1,
                    SECObjectIdentifiers.secp521r1);

    private static final Set<ASN1ObjectIdentifier> SIGNATURES =
            Set.of(
                    X9ObjectIdentifiers.ecdsa_with_SHA256,
                    X9ObjectIdentifiers.ecdsa_with_SHA384,
                    X9ObjectIdentifiers.ecdsa_with_SHA512,
                    PKCSObjectIdentifiers.sha256WithRSAEncryption,
                    PKCSObjectIdentifiers.sha384WithRSAEncryption,
                    PKCSObjectIdentifiers.sha512WithRSAEncryption);

    private static final Set<ASN1ObjectIdentifier> EXTENSIONS =
            Set.of(
                    Extension.authorityKeyIdentifier,
                    Extension.subjectKeyIdentifier,
                    Extension.keyUsage,
                    Extension.extendedKeyUsage,
                    Extension.basicConstraints,
                    Extension.subjectAlternativeName,
                    Extension.certificatePolicies,
                    Extension.authorityInfoAccess,
                    Extension.cRLDistributionPoints);

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final BigInteger F4 = BigInteger.valueOf(65537);

    static final List<Rule> OF_EVERY_CERTIFICATE =
            List.of(
                    rule(
                            "rfc5280-4.1.2.1-version-3",
                            c -> c.tbs().getVersionNumber() == 3,
                            "a certificate with extensions is of version 3"),
                    rule(
                            "rfc5280-4.1.2.2-serial-positive-20-octets",
                            c -> serial(c).signum() > 0 && serial(c).toByteArray().length <= 20,
                            "the serial number is positive and at most 20 octets long"),
                    rule(
                            "br-7.1-serial-64-bits",
                            c -> serial(c).bitLength() >= 64,
                            "the serial number holds at least 64 random bits"),
                    rule(
                            "rfc5280-4.1.2.4-issuer-byte-for-byte",
                            (c, x) -> sameBytes(c.tbs().getIssuer(), x.issuer()),
                            "the issuer is the authority's subject, byte for byte"),
                    rule(
                            "rfc5280-4.1.2.5-validity-order",
                            c -> c.notBefore().isBefore(c.notAfter()),
                            "notBefore comes before notAfter"),
                    rule(
                            "br-7.1.2.7-not-before-not-in-future",
                            (c, x) -> !c.notBefore().isAfter(x.now()),
                            "notBefore lies in the future"),
                    rule(
                            "ca-validity-within-issuer",
                            (c, x) ->
                                    !c.notBefore().isBefore(x.issuerNotBefore())
                                            && !c.notAfter().isAfter(x.issuerNotAfter()),
                            "the validity period leaves the issuer's"),
                    rule(
                            "rfc5280-4.2.1.2-subject-key-identifier",
                            c ->
                                    extension(c, Extension.subjectKeyIdentifier)
                                            .map(e ->
                                                    SubjectKeyIdentifier.getInstance(
                                                                    e.getParsedValue())
                                                            .getKeyIdentifier())
                                            .filter(id ->
                                                    Arrays.equals(id, Authority.keyId(key(c))))
                                            .isPresent(),
                            "the subject key identifier is that of the key"),
                    rule(
                            "br-6.1.5-rsa-modulus-and-exponent",
                            LintRules::rsaIsStrong,
                            "an RSA key has at least 2048 bits, a multiple of 8, and the exponent 65537"),
                    rule(
                            "br-6.1.5-ec-curve",
                            LintRules::curveIsAllowed,
                            "an EC key lies on P-256, P-384 or P-521; other kinds are not certified"),
                    rule(
                            "br-7.1.3.2-signature-algorithm",
                            c -> SIGNATURES.contains(c.tbs().getSignature().getAlgorithm()),
                            "the signature is RSA or ECDSA with SHA-2"),
                    rule(
                            "ca-parses-as-built",
                            c ->
                                    c.parsed()
                                            .filter(p -> p.getSerialNumber().equals(serial(c)))
                                            .filter(p ->
                                                    p.getNotAfter()
                                                            .toInstant()
                                                            .equals(c.notAfter()))
                                            .isPresent(),
                            "a relying party reads something else than was built"));

    static final List<Rule> OF_LEAVES =
            List.of(
                    rule(
                            "br-6.3.2-validity-limit",
                            (c, x) -> validity(c).compareTo(x.maxValidity()) <= 0,
                            "the validity period is longer than allowed"),
                    rule(
                            "br-7.1.2.7.12-san-present",
                            c -> !c.names().isEmpty(),
                            "there is no subject alternative name"),
                    rule(
                            "br-7.1.2.7.12-san-kinds",
                            c ->
                                    c.names().stream()
                                            .allMatch(n ->
                                                    n.getTagNo() == GeneralName.dNSName
                                                            || n.getTagNo()
                                                                    == GeneralName.iPAddress),
                            "alternative names are DNS names"),
                    rule(
                            "br-7.1.2.7.12-no-ip-address",
                            (c, x) ->
                                    x.internal()
                                            || c.names().stream()
                                                    .noneMatch(n ->
                                                            n.getTagNo() == GeneralName.iPAddress),
                            "only the server's own certificates name addresses"),
                    rule(
                            "rfc1034-3.5-san-dns-syntax",
                            (c, x) ->
                                    dnsNames(c).stream()
                                            .allMatch(name -> isDnsName(name, x.internal())),
                            "an alternative name is not a DNS name"),
                    rule(
                            "br-7.1.2.7.12-no-underscore",
                            c -> dnsNames(c).stream().noneMatch(name -> name.contains("_")),
                            "an alternative name has an underscore"),
                    rule(
                            "ca-san-no-duplicate",
                            c -> new HashSet<>(c.names()).size() == c.names().size(),
                            "an alternative name stands there twice"),
                    rule(
                            "rfc5280-4.2.1.6-san-critical-iff-subject-empty",
                            c ->
                                    extension(c, Extension.subjectAlternativeName)
                                            .map(e -> e.isCritical() == subject(c).length < 1)
                                            .orElse(true),
                            "the alternative names are critical exactly where the subject is empty"),
                    rule(
                            "br-7.1.2.7.2-subject-common-name-only",
                            c ->
                                    Arrays.stream(subject(c))
                                                    .allMatch(rdn ->
                                                            !rdn.isMultiValued()
                                                                    && rdn.getFirst()
                                                                            .getType()
                                                                            .equals(BCStyle.CN))
                                            && subject(c).length <= 1,
                            "a domain-validated subject has at most a common name"),
                    rule(
                            "br-7.1.4.3-common-name-in-san",
                            c -> commonName(c).map(cn -> dnsNames(c).contains(cn)).orElse(true),
                            "the common name is one of the alternative names"),
                    rule(
                            "rfc5280-a.1-common-name-64",
                            c ->
                                    commonName(c)
                                            .map(cn -> cn.length() <= LeafProfile.MAX_COMMON_NAME)
                                            .orElse(true),
                            "the common name is longer than 64 characters"),
                    rule(
                            "br-7.1.2.7.8-not-a-ca",
                            c ->
                                    extension(c, Extension.basicConstraints)
                                            .filter(e ->
                                                    !BasicConstraints.getInstance(
                                                                    e.getParsedValue())
                                                            .isCA())
                                            .isPresent(),
                            "basic constraints say that it is not an authority"),
                    rule(
                            "br-7.1.2.7.11-key-usage-by-key-type",
                            LintRules::keyUsageFits,
                            "key usage is critical: digitalSignature, and keyEncipherment for RSA only"),
                    rule(
                            "br-7.1.2.7.10-server-auth-only",
                            c ->
                                    extension(c, Extension.extendedKeyUsage)
                                            .map(e ->
                                                    ExtendedKeyUsage.getInstance(e.getParsedValue())
                                                            .getUsages())
                                            .filter(usages ->
                                                    usages.length == 1
                                                            && usages[0].equals(
                                                                    KeyPurposeId.id_kp_serverAuth))
                                            .isPresent(),
                            "the extended key usage is serverAuth and nothing else"),
                    rule(
                            "rfc5280-4.2.1.1-authority-key-identifier",
                            (c, x) ->
                                    extension(c, Extension.authorityKeyIdentifier)
                                            .map(e ->
                                                    AuthorityKeyIdentifier.getInstance(
                                                                    e.getParsedValue())
                                                            .getKeyIdentifierOctets())
                                            .filter(id -> Arrays.equals(id, x.issuerKeyId()))
                                            .isPresent(),
                            "the authority key identifier is the issuer's subject key identifier"),
                    rule(
                            "br-7.1.2.7.9-policy-domain-validated",
                            c ->
                                    extension(c, Extension.certificatePolicies)
                                            .map(e ->
                                                    CertificatePolicies.getInstance(
                                                            e.getParsedValue()))
                                            .filter(p ->
                                                    p.getPolicyInformation(
                                                                    LeafProfile.DOMAIN_VALIDATED)
                                                            != null)
                                            .isPresent(),
                            "the domain-validated policy is stated"),
                    rule(
                            "ca-known-extensions-only",
                            c ->
                                    Arrays.stream(extensions(c).getExtensionOIDs())
                                            .allMatch(EXTENSIONS::contains),
                            "there is an extension that the profile does not know"));

    static final List<Rule> LEAF =
            Stream.concat(OF_EVERY_CERTIFICATE.stream(), OF_LEAVES.stream()).toList();

    private LintRules() {}

    private static Rule rule(String id, Predicate<Candidate> holds, String finding) {
        return rule(id, (candidate, _) -> holds.test(candidate), finding);
    }

    private interface Condition {
        boolean holds(Candidate candidate, Context context);
    }

    private static Rule rule(String id, Condition condition, String finding) {
        Check check =
                (candidate, context) ->
                        condition.holds(candidate, context)
                                ? Optional.empty()
                                : Optional.of(finding);
        return new Rule(id, finding, check);
    }

    private static BigInteger serial(Candidate candidate) {
        return candidate.tbs().getSerialNumber().getValue();
    }

    /// Both ends count (RFC 5280 section 4.1.2.5).
    private static Duration validity(Candidate candidate) {
        return Duration.between(candidate.notBefore(), candidate.notAfter()).plusSeconds(1);
    }

    private static Extensions extensions(Candidate candidate) {
        return candidate.tbs().getExtensions();
    }

    private static Optional<Extension> extension(Candidate candidate, ASN1ObjectIdentifier oid) {
        return Optional.ofNullable(extensions(candidate)).map(all -> all.getExtension(oid));
    }

    private static List<String> dnsNames(Candidate candidate) {
        return candidate.names().stream()
                .filter(name -> name.getTagNo() == GeneralName.dNSName)
                .map(name -> name.getName().toString())
                .toList();
    }

    /// @param internal whether one label is enough, as in `localhost`
    private static boolean isDnsName(String name, boolean internal) {
        String host = name.startsWith("*.") ? name.substring(2) : name;
        String[] labels = host.split("\\.", -1);
        return name.length() <= 253
                && name.equals(name.toLowerCase(Locale.ROOT))
                && (internal || labels.length >= 2)
                && Arrays.stream(labels).allMatch(label -> LABEL.matcher(label).matches());
    }

    private static RDN[] subject(Candidate candidate) {
        return candidate.tbs().getSubject().getRDNs();
    }

    private static Optional<String> commonName(Candidate candidate) {
        return Arrays.stream(candidate.tbs().getSubject().getRDNs(BCStyle.CN))
                .findFirst()
                .map(rdn -> IETFUtils.valueToString(rdn.getFirst().getValue()));
    }

    private static SubjectPublicKeyInfo key(Candidate candidate) {
        return candidate.tbs().getSubjectPublicKeyInfo();
    }

    private static boolean keyUsageFits(Candidate candidate) {
        KeyUsage wanted =
                new KeyUsage(
                        LeafProfile.isRsa(key(candidate))
                                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                                : KeyUsage.digitalSignature);
        return extension(candidate, Extension.keyUsage)
                .filter(Extension::isCritical)
                .filter(e -> KeyUsage.getInstance(e.getParsedValue()).equals(wanted))
                .isPresent();
    }

    private static boolean rsaIsStrong(Candidate candidate) {
        if (!LeafProfile.isRsa(key(candidate))) {
            return true;
        }
        try {
            RSAPublicKey rsa = RSAPublicKey.getInstance(key(candidate).parsePublicKey());
            int bits = rsa.getModulus().bitLength();
            return bits >= 2048
                    && bits % 8 == 0
                    && rsa.getModulus().testBit(0)
                    && rsa.getPublicExponent().equals(F4);
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean curveIsAllowed(Candidate candidate) {
        if (LeafProfile.isRsa(key(candidate))) {
            return true;
        }
        return key(candidate)
                        .getAlgorithm()
                        .getAlgorithm()
                        .equals(X9ObjectIdentifiers.id_ecPublicKey)
                && key(candidate).getAlgorithm().getParameters()
                        instanceof ASN1ObjectIdentifier curve
                && CURVES.contains(curve);
    }

    private static boolean sameBytes(ASN1Encodable one, ASN1Encodable other) {
        try {
            return Arrays.equals(
                    one.toASN1Primitive().getEncoded("DER"),
                    other.toASN1Primitive().getEncoded("DER"));
        } catch (IOException _) {
            return false;
        }
    }
}
