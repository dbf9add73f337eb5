package dev.nameplate.issuer.ca;

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
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.IOException;
import java.io.UncheckedIOException;

/// What a root and an intermediate of ours look like: Baseline Requirements, sections 7.1.2.1 and 7.1.2.6.
final class CaProfile {
    /// An intermediate's: it signs leaves and no authorities.
    private static final int PATH_LENGTH = 0;

    private CaProfile() {}

    static TBSCertificate root(Authority itself, CertificateBody body) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            addCommon(extensions, body);
        } catch (IOException e) {
            throw new UncheckedIOException("an extension cannot be encoded", e);
        }
        return body.under(itself, extensions);
    }

    static TBSCertificate intermediate(Authority issuer, CertificateBody body) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(PATH_LENGTH));
            addCommon(extensions, body);
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
        return body.under(issuer, extensions);
    }

    /// digitalSignature is for OCSP responses that the authority signs itself.
    private static void addCommon(ExtensionsGenerator extensions, CertificateBody body)
            throws IOException {
        extensions.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
        extensions.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new SubjectKeyIdentifier(Authority.keyId(body.key())));
    }
}
