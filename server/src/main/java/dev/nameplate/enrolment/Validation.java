package dev.nameplate.enrolment;

import dev.nameplate.names.DomainName;

import java.util.Optional;

/// Looks whether a challenge is answered. Blocking; bounded in time.
@FunctionalInterface
public interface Validation {
    /// @param name without a wildcard's `*.`
    /// @return what was wrong; empty if it is answered
    Optional<Problem> look(
            Challenge.Type type, DomainName name, String token, String keyAuthorization);
}
