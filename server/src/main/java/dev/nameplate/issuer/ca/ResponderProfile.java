package dev.nameplate.issuer.ca;

import static dev.nameplate.issuer.ca.Lint.Rule.rule;

import dev.nameplate.issuer.ca.Lint.Rule;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What the certificate of an OCSP signer looks like: Baseline Requirements, section 7.1.2.8. It cannot be revoked in any way
/// that clients would notice (*nocheck*), so it is short-lived.
final class ResponderProfile {
    static final Duration LIFE = Duration.ofDays(30);

    static final List<Rule> OF_RESPONDERS =
            List.of(
                    rule(
                            "ca-ocsp-short-lived",
                            "an OCSP signer's certificate lives a month at most",
                            c ->
                                    Duration.between(c.notBefore(), c.notAfter())
                                                    .compareTo(LIFE.plusDays(1))
                                            <= 0),
                    rule(
                            "br-7.1.2.8.5-ocsp-signing-only",
                            "the extended key usage is OCSPSigning and nothing else",
                            c ->
                                    c.extension(
                                                    Extension.extendedKeyUsage,
                                                    ExtendedKeyUsage::getInstance)
                                            .filter(usage ->
                                                    List.of(usage.getUsages())
                                                            .equals(
                                                                    List.of(
                                                                            KeyPurposeId
                                                                                    .id_kp_OCSPSigning)))
                                            .isPresent()),
                    rule(
                            "rfc6960-4.2.2.2.1-nocheck",
                            "its own status is not to be asked for",
                            c ->
                                    c.extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck)
                                            .filter(part ->
                                                    !part.critical()
                                                            && DERNull.INSTANCE.equals(
                                                                    part.value()))
                                            .isPresent()),
                    rule(
                            "br-7.1.2.8.7-key-usage",
                            "key usage is critical and digitalSignature alone",
                            c ->
                                    c.isCritical(Extension.keyUsage)
                                            && c.extension(
                                                            Extension.keyUsage,
                                                            KeyUsage::getInstance)
                                                    .filter(
                                                            new KeyUsage(KeyUsage.digitalSignature)
                                                                    ::equals)
                                                    .isPresent()),
                    rule(
                            "br-7.1.2.8.2-not-a-ca",
                            "an OCSP signer is not an authority",
                            c ->
                                    c.extension(
                                                    Extension.basicConstraints,
                                                    BasicConstraints::getInstance)
                                            .map(constraints -> !constraints.isCA())
                                            .orElse(true)),
                    rule(
                            "br-7.1.2.8.2-no-names",
                            "an OCSP signer's certificate names no servers",
                            c -> c.names().isEmpty()),
                    LeafRules.issuersKeyIdentifier(),
                    LeafRules.keyIdentifierAlone());

    static final List<Rule> RULES = LintRules.join(LintRules.OF_EVERY_CERTIFICATE, OF_RESPONDERS);

    private ResponderProfile() {}

    record Content(
            BigInteger serial, SubjectPublicKeyInfo key, Instant notBefore, Instant notAfter) {}

    static TBSCertificate toBeSigned(Authority issuer, Content content) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(issuer.keyId()));
            extensions.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new SubjectKeyIdentifier(Authority.keyId(content.key())));
            extensions.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            extensions.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
            extensions.addExtension(
                    OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
        } catch (IOException e) {
            throw new UncheckedIOException("an extension cannot be encoded", e);
        }
        return new CertificateBody(
                        content.serial(),
                        new X500NameBuilder(BCStyle.INSTANCE)
                                .addRDN(BCStyle.O, "Nameplate")
                                .addRDN(BCStyle.CN, "Nameplate OCSP Responder")
                                .build(),
                        content.key(),
                        content.notBefore(),
                        content.notAfter())
                .under(issuer, extensions);
    }
}
