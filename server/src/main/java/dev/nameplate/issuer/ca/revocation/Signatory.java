package dev.nameplate.issuer.ca.revocation;

import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

import java.security.PublicKey;
import java.security.cert.X509Certificate;

/// A CA certificate with its key at hand, able to sign what it says about the certificates below it.
public interface Signatory {
    X509Certificate certificate();

    /// What it signs: servers' certificates, or those of other authorities.
    Below below();

    AlgorithmIdentifier signatureAlgorithm();

    /// @param content the DER to be signed: a list of revoked certificates
    byte[] sign(byte[] content);

    /// A short-lived certificate for a key that signs OCSP responses in this authority's place (RFC 6960 section 4.2.2.2).
    X509Certificate responder(PublicKey key);

    default String id() {
        return Locations.id(certificate());
    }

    enum Below {
        LEAVES,
        AUTHORITIES
    }
}
