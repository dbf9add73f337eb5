package dev.nameplate.issuer.ca;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/// A certificate of an authority in this store, whether or not its key is here too.
///
/// @param id SHA-256 of the certificate, in hex
/// @param parentId the authority that signed it; its own id at a root
/// @param activatedAt when it was last told to sign leaves; empty where it never was
public record KnownAuthority(
        String id,
        String parentId,
        X509Certificate certificate,
        boolean hasKey,
        Instant createdAt,
        Optional<Instant> activatedAt) {

    public boolean isRoot() {
        return id.equals(parentId);
    }

    /// As in `issuance`: lower-case hex without leading zeros.
    public String serial() {
        return certificate.getSerialNumber().toString(16);
    }

    public Instant notBefore() {
        return certificate.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }
}
