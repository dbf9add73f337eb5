package dev.nameplate.certificate;

import java.security.cert.X509Certificate;
import java.util.Optional;

/// Tells another authority than our own that a certificate of its own no longer counts.
@FunctionalInterface
public interface AuthorityRevoker {
    /// One call to the authority; takes its time. One that is revoked already is revoked.
    ///
    /// @return why it is not revoked yet, and who must act; empty if it is
    Optional<String> revoke(IssuerName issuer, X509Certificate leaf, RevocationReason reason);
}
