package dev.nameplate.enrolment;

import dev.nameplate.names.AccountId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An ACME account: a key that orders certificates.
///
/// @param tenant the account of ours it belongs to
/// @param credential what bound it; empty where accounts need no binding
/// @param jwk its public key
/// @param thumbprint RFC 7638, by SHA-256
/// @param binding the proof that it was given the credential, as the client sent it
public record Account(
        String id,
        AccountId tenant,
        Optional<String> credential,
        String jwk,
        String thumbprint,
        Status status,
        List<String> contacts,
        Optional<String> binding,
        boolean termsAgreed,
        Instant createdAt) {
    public Account {
        contacts = List.copyOf(contacts);
    }

    public enum Status {
        VALID,
        /// By its owner.
        DEACTIVATED,
        /// By whoever took its credential away.
        REVOKED
    }
}
