package dev.nameplate.certificate;

import dev.nameplate.pki.KeyUses;
import dev.nameplate.pki.X509;

import java.security.cert.X509Certificate;
import java.time.Instant;

import javax.security.auth.x500.X500Principal;

/// What a certificate is right now. The set is closed on purpose: whoever adds a state is shown by the compiler every
/// place that has to decide about it. *Expired* is not stored: it is [Issued] seen after its `notAfter`.
public sealed interface State {

    /// Waits for its proofs until `deadline` (72 hours after it was asked for).
    record Pending(Instant deadline) implements State {}

    /// Has a chain and a key.
    ///
    /// @param serial lower-case hex bytes joined by colons
    /// @param issuer the issuing CA's common name
    /// @param subject RFC 4514 form, such as `CN=example.com`
    record Issued(
            Instant issuedAt,
            Instant notBefore,
            Instant notAfter,
            String serial,
            String issuer,
            String subject,
            String signatureAlgorithm,
            KeyUses uses)
            implements State {
        static Issued of(X509Certificate leaf, Instant issuedAt) {
            return new Issued(
                    issuedAt,
                    leaf.getNotBefore().toInstant(),
                    leaf.getNotAfter().toInstant(),
                    X509.serial(leaf),
                    X509.commonName(leaf.getIssuerX500Principal()),
                    leaf.getSubjectX500Principal().getName(X500Principal.RFC2253),
                    leaf.getSigAlgName(),
                    KeyUses.of(leaf));
        }

        public boolean isExpired(Instant now) {
            return now.isAfter(notAfter);
        }
    }

    /// Was issued, and no longer counts.
    ///
    /// @param issued what it was
    record Revoked(Issued issued, Instant at, RevocationReason reason) implements State {}

    /// Will never be issued.
    record Failed(FailureReason reason, String message) implements State {}

    /// The proofs were not found in time.
    record TimedOut(Instant at) implements State {}

    /// ACM's words for why.
    enum FailureReason {
        CAA_ERROR,
        DOMAIN_NOT_ALLOWED,
        INVALID_PUBLIC_DOMAIN,
        OTHER
    }
}
