package dev.nameplate.enrolment;

import dev.nameplate.names.DomainName;

import java.time.Instant;
import java.util.List;

/// Whether an account may have certificates for a name.
///
/// @param name without a wildcard's `*.`
public record Authorization(
        String id,
        String accountId,
        DomainName name,
        boolean wildcard,
        Status status,
        Instant createdAt,
        Instant expiresAt,
        List<Challenge> challenges) {
    public Authorization {
        challenges = List.copyOf(challenges);
    }

    public enum Status {
        PENDING,
        VALID,
        INVALID,
        DEACTIVATED,
        /// Never stored: it follows from the time.
        EXPIRED
    }
}
