package dev.nameplate.issuer.ca;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.Pem;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.time.Instant;

/// Asks somebody else's authority for an intermediate: the key is made and kept here, only the request goes out (PKCS#10).
/// The answer comes back through [AuthorityImport].
public final class AuthorityRequest {
    private final Authorities authorities;

    public AuthorityRequest(Authorities authorities) {
        this.authorities = authorities;
    }

    /// @param subject a distinguished name such as `O=Example,CN=Example Issuing CA 1`
    /// @return the request, PEM
    /// @throws CaProblem if no such subject or key can be
    public String make(String subject, KeyAlgorithm algorithm) {
        X500Name name = name(subject);
        if (!ChainCheck.SIGNING_KEYS.contains(algorithm)) {
            throw new CaProblem(ChainCheck.WANTED_KEY);
        }
        KeyPair keys = authorities.keyPairs().generate(algorithm);
        Authority itself = authority(name, keys);
        SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        try {
            ExtensionsGenerator wanted = new ExtensionsGenerator();
            wanted.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            wanted.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            wanted.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new SubjectKeyIdentifier(itself.keyId()));
            CertificationRequestInfo content =
                    new CertificationRequestInfo(
                            name,
                            key,
                            new DERSet(
                                    new Attribute(
                                            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                                            new DERSet(wanted.generate()))));
            byte[] request =
                    new DERSequence(
                                    new ASN1Encodable[] {
                                        content,
                                        itself.signatureAlgorithm(),
                                        new DERBitString(
                                                itself.signature(content.getEncoded("DER")))
                                    })
                            .getEncoded("DER");
            store(keys);
            return Pem.of("CERTIFICATE REQUEST", request);
        } catch (IOException e) {
            throw new UncheckedIOException("a certificate request cannot be encoded", e);
        }
    }

    private static X500Name name(String subject) {
        try {
            X500Name name = new X500Name(subject);
            if (name.getRDNs().length > 0) {
                return name;
            }
        } catch (IllegalArgumentException e) {
            throw new CaProblem(
                    "'%s' is not a distinguished name such as 'O=Example,CN=Example Issuing CA 1'"
                            .formatted(subject),
                    e);
        }
        throw new CaProblem("an authority needs a subject, such as 'CN=Example Issuing CA 1'");
    }

    private Authority authority(X500Name name, KeyPair keys) {
        return new Authority(name, keys.getPublic(), keys.getPrivate(), authorities.keyPairs());
    }

    private void store(KeyPair keys) {
        String fingerprint = CaKeys.fingerprint(keys.getPublic());
        byte[] sealed = authorities.keys().sealRequested(keys.getPrivate(), fingerprint);
        Instant now = authorities.now();
        authorities.storeRequest(fingerprint, sealed, now);
    }
}
