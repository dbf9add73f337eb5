package dev.nameplate.issuer.ca;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;

/// What a root and an intermediate of ours look like: Baseline Requirements, sections 7.1.2.1 and 7.1.2.6.
final class CaProfile {
    /// An intermediate's: it signs leaves and no authorities.
    private static final int PATH_LENGTH = 0;

    private CaProfile() {}

    /// @param notAfter the last second of it
    record Content(
            BigInteger serial,
            X500Name subject,
            SubjectPublicKeyInfo key,
            Instant notBefore,
            Instant notAfter) {}

    static TBSCertificate root(Authority itself, Content content) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            addCommon(extensions, content);
        } catch (IOException e) {
            throw new UncheckedIOException("an extension cannot be encoded", e);
        }
        return toBeSigned(itself, content, extensions);
    }

    static TBSCertificate intermediate(Authority issuer, Content content) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(PATH_LENGTH));
            addCommon(extensions, content);
            extensions.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(issuer.keyId()));
            extensions.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            extensions.addExtension(
                    Extension.certificatePolicies,
                    false,
                    new CertificatePolicies(new PolicyInformation(LeafProfile.DOMAIN_VALIDATED)));
        } catch (IOException e) {
            throw new UncheckedIOException("an extension cannot be encoded", e);
        }
        return toBeSigned(issuer, content, extensions);
    }

    /// digitalSignature is for OCSP responses that the authority signs itself.
    private static void addCommon(ExtensionsGenerator extensions, Content content)
            throws IOException {
        extensions.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
        extensions.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new SubjectKeyIdentifier(Authority.keyId(content.key())));
    }

    private static TBSCertificate toBeSigned(
            Authority issuer, Content content, ExtensionsGenerator extensions) {
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(content.serial()));
        tbs.setSignature(issuer.signatureAlgorithm());
        tbs.setIssuer(issuer.name());
        tbs.setStartDate(new Time(Date.from(content.notBefore())));
        tbs.setEndDate(new Time(Date.from(content.notAfter())));
        tbs.setSubject(content.subject());
        tbs.setSubjectPublicKeyInfo(content.key());
        tbs.setExtensions(extensions.generate());
        return tbs.generateTBSCertificate();
    }
}
