package dev.nameplate.issuer.ca;

import dev.nameplate.issuer.ca.Lint.Candidate;
import dev.nameplate.issuer.ca.Lint.Context;
import dev.nameplate.issuer.ca.Lint.Rule;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
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
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What the certificate of an OCSP signer looks like: Baseline Requirements, section 7.1.2.8. It cannot be revoked in any way
/// that clients would notice (*nocheck*), so it is short-lived.
final class ResponderProfile {
    static final Duration LIFE = Duration.ofDays(30);

    static final List<Rule> RULES =
            Stream.concat(
                            LintRules.OF_EVERY_CERTIFICATE.stream(),
                            Stream.of(
                                    rule(
                                            "ca-ocsp-short-lived",
                                            c ->
                                                    Duration.between(c.notBefore(), c.notAfter())
                                                                    .compareTo(LIFE.plusDays(1))
                                                            <= 0,
                                            "an OCSP signer's certificate lives a month at most"),
                                    rule(
                                            "br-7.1.2.8.5-ocsp-signing-only",
                                            c ->
                                                    extension(c, Extension.extendedKeyUsage)
                                                            .map(e ->
                                                                    ExtendedKeyUsage.getInstance(
                                                                                    e
                                                                                            .getParsedValue())
                                                                            .getUsages())
                                                            .filter(usages ->
                                                                    usages.length == 1
                                                                            && usages[0].equals(
                                                                                    KeyPurposeId
                                                                                            .id_kp_OCSPSigning))
                                                            .isPresent(),
                                            "the extended key usage is OCSPSigning and nothing else"),
                                    rule(
                                            "rfc6960-4.2.2.2.1-nocheck",
                                            c ->
                                                    extension(
                                                                    c,
                                                                    OCSPObjectIdentifiers
                                                                            .id_pkix_ocsp_nocheck)
                                                            .filter(e -> !e.isCritical())
                                                            .filter(e ->
                                                                    DERNull.INSTANCE.equals(
                                                                            e.getParsedValue()))
                                                            .isPresent(),
                                            "its own status is not to be asked for"),
                                    rule(
                                            "br-7.1.2.8.7-key-usage",
                                            c ->
                                                    extension(c, Extension.keyUsage)
                                                            .filter(Extension::isCritical)
                                                            .filter(e ->
                                                                    KeyUsage.getInstance(
                                                                                    e
                                                                                            .getParsedValue())
                                                                            .equals(
                                                                                    new KeyUsage(
                                                                                            KeyUsage
                                                                                                    .digitalSignature)))
                                                            .isPresent(),
                                            "key usage is critical and digitalSignature alone"),
                                    rule(
                                            "br-7.1.2.8.2-not-a-ca",
                                            c ->
                                                    extension(c, Extension.basicConstraints)
                                                            .map(e ->
                                                                    !BasicConstraints.getInstance(
                                                                                    e
                                                                                            .getParsedValue())
                                                                            .isCA())
                                                            .orElse(true),
                                            "it is not an authority"),
                                    rule(
                                            "br-7.1.2.8.2-no-names",
                                            c -> c.names().isEmpty(),
                                            "it names no servers"),
                                    rule(
                                            "rfc5280-4.2.1.1-authority-key-identifier",
                                            (c, x) ->
                                                    extension(c, Extension.authorityKeyIdentifier)
                                                            .map(e ->
                                                                    AuthorityKeyIdentifier
                                                                            .getInstance(
                                                                                    e
                                                                                            .getParsedValue())
                                                                            .getKeyIdentifierOctets())
                                                            .filter(id ->
                                                                    Arrays.equals(
                                                                            id, x.issuerKeyId()))
                                                            .isPresent(),
                                            "the authority key identifier is the issuer's subject key identifier")))
                    .toList();

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
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(content.serial()));
        tbs.setSignature(issuer.signatureAlgorithm());
        tbs.setIssuer(issuer.name());
        tbs.setStartDate(new Time(Date.from(content.notBefore())));
        tbs.setEndDate(new Time(Date.from(content.notAfter())));
        tbs.setSubject(
                new X500NameBuilder(BCStyle.INSTANCE)
                        .addRDN(BCStyle.O, "Nameplate")
                        .addRDN(BCStyle.CN, "Nameplate OCSP Responder")
                        .build());
        tbs.setSubjectPublicKeyInfo(content.key());
        tbs.setExtensions(extensions.generate());
        return tbs.generateTBSCertificate();
    }

    private static Rule rule(String id, Predicate<Candidate> holds, String finding) {
        return rule(id, (candidate, _) -> holds.test(candidate), finding);
    }

    private static Rule rule(String id, BiPredicate<Candidate, Context> holds, String finding) {
        return new Rule(
                id,
                finding,
                (candidate, context) ->
                        holds.test(candidate, context) ? Optional.empty() : Optional.of(finding));
    }

    private static Optional<Extension> extension(Candidate candidate, ASN1ObjectIdentifier oid) {
        return Optional.ofNullable(candidate.tbs().getExtensions())
                .map(all -> all.getExtension(oid));
    }
}
