package dev.nameplate.enrolment;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.names.DomainName;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What an account wants a certificate for.
///
/// @param authorizations their ids, in the order of the names
/// @param certificate the one that was signed, once the order is valid
/// @param replaces serial of the certificate it takes the place of
public record Order(
        String id,
        String accountId,
        Status status,
        List<DomainName> names,
        List<String> authorizations,
        Instant createdAt,
        Instant expiresAt,
        Optional<CertificateId> certificate,
        Optional<String> replaces,
        Optional<Problem> problem) {
    public Order {
        names = List.copyOf(names);
        authorizations = List.copyOf(authorizations);
    }

    public enum Status {
        PENDING,
        /// Never stored: it follows from the authorizations.
        READY,
        PROCESSING,
        VALID,
        INVALID
    }
}
