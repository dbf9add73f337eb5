package dev.nameplate.issuer.ca;

import static dev.nameplate.issuer.ca.Lint.Rule.rule;

import dev.nameplate.issuer.ca.Lint.Rule;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What an authority's own certificate must and must not be.
final class CaLintRules {
    private static final Set<ASN1ObjectIdentifier> OF_EVERY_AUTHORITY =
            Set.of(Extension.basicConstraints, Extension.keyUsage, Extension.subjectKeyIdentifier);

    private static final Set<ASN1ObjectIdentifier> OF_THE_INTERMEDIATE =
            Set.of(
                    Extension.authorityKeyIdentifier,
                    Extension.extendedKeyUsage,
                    Extension.certificatePolicies,
                    Extension.authorityInfoAccess,
                    Extension.cRLDistributionPoints);

    /// Baseline Requirements section 7.1.2.1.1: 9132 days, about 25 years.
    private static final Duration LONGEST_ROOT = Duration.ofDays(9132);

    private static final KeyUsage USAGE =
            new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature);

    private static final List<Rule> OF_AUTHORITIES =
            List.of(
                    rule(
                            "br-7.1.2.10.2-subject-named",
                            "an authority has a common name and an organization",
                            c -> c.commonName().isPresent() && c.subject().size() >= 2),
                    rule(
                            "br-7.1.2.10.4-basic-constraints-critical",
                            "basic constraints are there, and critical",
                            c -> c.isCritical(Extension.basicConstraints)),
                    rule(
                            "br-7.1.2.10.7-key-usage",
                            "key usage is critical: keyCertSign, cRLSign and digitalSignature",
                            c ->
                                    c.isCritical(Extension.keyUsage)
                                            && c.extension(
                                                            Extension.keyUsage,
                                                            KeyUsage::getInstance)
                                                    .filter(USAGE::equals)
                                                    .isPresent()));

    static final List<Rule> OF_ROOTS =
            LintRules.join(
                    OF_AUTHORITIES,
                    List.of(
                            rule(
                                    "br-7.1.2.1-issuer-is-subject",
                                    "a root names itself as its issuer",
                                    c ->
                                            LintRules.sameBytes(
                                                    c.tbs().getIssuer(), c.tbs().getSubject())),
                            rule(
                                    "br-7.1.2.1.1-root-validity",
                                    "a root is valid for 9132 days at most",
                                    c ->
                                            Duration.between(c.notBefore(), c.notAfter())
                                                            .compareTo(LONGEST_ROOT)
                                                    <= 0),
                            rule(
                                    "br-7.1.2.1.4-root-basic-constraints",
                                    "a root is an authority without a path length",
                                    c ->
                                            c.extension(
                                                            Extension.basicConstraints,
                                                            BasicConstraints::getInstance)
                                                    .filter(b ->
                                                            b.isCA()
                                                                    && b.getPathLenConstraint()
                                                                            == null)
                                                    .isPresent()),
                            rule(
                                    "br-7.1.2.1.2-root-extensions",
                                    "a root has basic constraints, key usage and subject key identifier only",
                                    c -> OF_EVERY_AUTHORITY.equals(c.extensions().keySet()))));

    static final List<Rule> OF_INTERMEDIATES =
            LintRules.join(
                    OF_AUTHORITIES,
                    List.of(
                            rule(
                                    "rfc5280-6.1-intermediate-not-self-issued",
                                    "an intermediate has another name than its issuer",
                                    c ->
                                            !LintRules.sameBytes(
                                                    c.tbs().getIssuer(), c.tbs().getSubject())),
                            rule(
                                    "ca-intermediate-signs-leaves-only",
                                    "an intermediate is an authority with a path length of 0",
                                    c ->
                                            c.extension(
                                                            Extension.basicConstraints,
                                                            BasicConstraints::getInstance)
                                                    .filter(b ->
                                                            b.isCA()
                                                                    && BigInteger.ZERO.equals(
                                                                            b
                                                                                    .getPathLenConstraint()))
                                                    .isPresent()),
                            LeafRules.issuersKeyIdentifier(),
                            LeafRules.keyIdentifierAlone(),
                            LeafRules.serverAuthOnly("br-7.1.2.10.6-server-auth-only"),
                            rule(
                                    "br-7.1.2.10.5-policy-domain-validated",
                                    "an intermediate states the policy of its leaves, domain validation",
                                    c ->
                                            c.extension(
                                                            Extension.certificatePolicies,
                                                            CertificatePolicies::getInstance)
                                                    .filter(p ->
                                                            p.getPolicyInformation(
                                                                            LeafProfile
                                                                                    .DOMAIN_VALIDATED)
                                                                    != null)
                                                    .isPresent()),
                            rule(
                                    "ca-intermediate-extensions",
                                    "an intermediate has only extensions that its profile knows",
                                    c ->
                                            c.extensions().keySet().stream()
                                                    .allMatch(oid ->
                                                            OF_EVERY_AUTHORITY.contains(oid)
                                                                    || OF_THE_INTERMEDIATE.contains(
                                                                            oid)))));

    static final List<Rule> ROOT = LintRules.join(LintRules.OF_EVERY_CERTIFICATE, OF_ROOTS);
    static final List<Rule> INTERMEDIATE =
            LintRules.join(LintRules.OF_EVERY_CERTIFICATE, OF_INTERMEDIATES);

    private CaLintRules() {}
}
