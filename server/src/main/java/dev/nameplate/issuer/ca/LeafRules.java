package dev.nameplate.issuer.ca;

import static dev.nameplate.issuer.ca.Lint.Rule.rule;

import dev.nameplate.issuer.ca.Lint.Rule;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AccessDescription;
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

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// What a leaf's validity and extensions must be.
final class LeafRules {
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

    private static final Set<ASN1ObjectIdentifier> ACCESS_METHODS =
            Set.of(AccessDescription.id_ad_caIssuers, AccessDescription.id_ad_ocsp);

    static final List<Rule> ALL =
            List.of(
                    rule(
                            "br-6.3.2-validity-limit",
                            "the validity period, both ends counted, is no longer than allowed",
                            (c, x) ->
                                    Duration.between(c.notBefore(), c.notAfter())
                                                    .plusSeconds(1)
                                                    .compareTo(x.maxValidity())
                                            <= 0),
                    rule(
                            "ca-known-extensions-only",
                            "there are only extensions that the profile knows",
                            c -> EXTENSIONS.containsAll(c.extensions().keySet())),
                    issuersKeyIdentifier(),
                    keyIdentifierAlone(),
                    rule(
                            "br-7.1.2.7.6-basic-constraints-critical",
                            "basic constraints are there, and critical",
                            c -> c.isCritical(Extension.basicConstraints)),
                    rule(
                            "br-7.1.2.7.8-not-a-ca",
                            "basic constraints say that it is no authority, and set no path length",
                            c ->
                                    c.extension(
                                                    Extension.basicConstraints,
                                                    BasicConstraints::getInstance)
                                            .filter(b ->
                                                    !b.isCA() && b.getPathLenConstraint() == null)
                                            .isPresent()),
                    rule(
                            "br-7.1.2.7.11-key-usage-critical",
                            "key usage is there, and critical",
                            c -> c.isCritical(Extension.keyUsage)),
                    rule(
                            "br-7.1.2.7.11-key-usage-by-key-type",
                            "key usage is digitalSignature, and keyEncipherment with it for RSA only",
                            c ->
                                    c.extension(Extension.keyUsage, KeyUsage::getInstance)
                                            .filter(usage ->
                                                    usage.equals(
                                                            new KeyUsage(
                                                                    LeafProfile.keyUsage(c.key()))))
                                            .isPresent()),
                    serverAuthOnly("br-7.1.2.7.10-server-auth-only"),
                    rule(
                            "br-7.1.2.7.9-policies-not-critical",
                            "certificate policies are not critical",
                            c -> !c.isCritical(Extension.certificatePolicies)),
                    rule(
                            "br-7.1.2.7.9-policy-domain-validated",
                            "the one policy is the reserved one of domain validation",
                            c ->
                                    Arrays.stream(policies(c))
                                            .map(PolicyInformation::getPolicyIdentifier)
                                            .toList()
                                            .equals(List.of(LeafProfile.DOMAIN_VALIDATED))),
                    rule(
                            "br-7.1.2.7.9-no-policy-qualifiers",
                            "policies have no qualifiers",
                            c ->
                                    Arrays.stream(policies(c))
                                            .allMatch(p -> p.getPolicyQualifiers() == null)),
                    rule(
                            "rfc5280-4.2.2.1-aia-not-critical",
                            "authority information access is not critical",
                            c -> !c.isCritical(Extension.authorityInfoAccess)),
                    rule(
                            "br-7.1.2.7.7-aia-methods",
                            "authority information access names OCSP and the issuer's certificate, nothing else",
                            c ->
                                    accesses(c).stream()
                                            .allMatch(a ->
                                                    ACCESS_METHODS.contains(a.getAccessMethod()))),
                    rule(
                            "br-7.1.2.7.7-aia-http",
                            "authority information access leads to http URLs",
                            c -> accesses(c).stream().allMatch(a -> isHttp(a.getAccessLocation()))),
                    rule(
                            "rfc5280-4.2.1.13-crl-points-not-critical",
                            "CRL distribution points are not critical",
                            c -> !c.isCritical(Extension.cRLDistributionPoints)),
                    rule(
                            "br-7.1.2.11.2-crl-point-whole",
                            "a CRL distribution point covers all reasons and the issuer's own list",
                            c ->
                                    points(c).stream()
                                            .allMatch(p ->
                                                    p.getReasons() == null
                                                            && p.getCRLIssuer() == null)),
                    rule(
                            "br-7.1.2.11.2-crl-point-http",
                            "a CRL distribution point is one http URL",
                            c -> points(c).stream().allMatch(LeafRules::isHttpPoint)));

    private LeafRules() {}

    /// Of leaves and intermediates.
    static Rule issuersKeyIdentifier() {
        return rule(
                "rfc5280-4.2.1.1-authority-key-identifier",
                "the authority key identifier is the issuer's subject key identifier, and not critical",
                (c, x) ->
                        !c.isCritical(Extension.authorityKeyIdentifier)
                                && c.extension(
                                                Extension.authorityKeyIdentifier,
                                                AuthorityKeyIdentifier::getInstance)
                                        .filter(id ->
                                                Arrays.equals(
                                                        id.getKeyIdentifierOctets(),
                                                        x.issuerKeyId()))
                                        .isPresent());
    }

    static Rule keyIdentifierAlone() {
        return rule(
                "br-7.1.2.11.1-no-issuer-and-serial",
                "the authority key identifier names no issuer and no serial number",
                c ->
                        c.extension(
                                        Extension.authorityKeyIdentifier,
                                        AuthorityKeyIdentifier::getInstance)
                                .map(id ->
                                        id.getAuthorityCertIssuer() == null
                                                && id.getAuthorityCertSerialNumber() == null)
                                .orElse(true));
    }

    static Rule serverAuthOnly(String id) {
        return rule(
                id,
                "the extended key usage is serverAuth, nothing else, and not critical",
                c ->
                        !c.isCritical(Extension.extendedKeyUsage)
                                && c.extension(
                                                Extension.extendedKeyUsage,
                                                ExtendedKeyUsage::getInstance)
                                        .filter(usage ->
                                                List.of(usage.getUsages())
                                                        .equals(
                                                                List.of(
                                                                        KeyPurposeId
                                                                                .id_kp_serverAuth)))
                                        .isPresent());
    }

    private static PolicyInformation[] policies(Candidate candidate) {
        return candidate
                .extension(Extension.certificatePolicies, CertificatePolicies::getInstance)
                .map(CertificatePolicies::getPolicyInformation)
                .orElse(new PolicyInformation[0]);
    }

    private static List<AccessDescription> accesses(Candidate candidate) {
        return candidate
                .extension(Extension.authorityInfoAccess, AuthorityInformationAccess::getInstance)
                .map(access -> List.of(access.getAccessDescriptions()))
                .orElse(List.of());
    }

    private static List<DistributionPoint> points(Candidate candidate) {
        return candidate
                .extension(Extension.cRLDistributionPoints, CRLDistPoint::getInstance)
                .map(points -> List.of(points.getDistributionPoints()))
                .orElse(List.of());
    }

    private static boolean isHttpPoint(DistributionPoint point) {
        DistributionPointName name = point.getDistributionPoint();
        if (name == null || name.getType() != DistributionPointName.FULL_NAME) {
            return false;
        }
        GeneralName[] names = GeneralNames.getInstance(name.getName()).getNames();
        return names.length == 1 && isHttp(names[0]);
    }

    private static boolean isHttp(GeneralName name) {
        return name.getTagNo() == GeneralName.uniformResourceIdentifier
                && name.getName().toString().startsWith("http://");
    }
}
