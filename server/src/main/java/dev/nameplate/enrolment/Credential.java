package dev.nameplate.enrolment;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainSuffix;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a customer's servers may have, once they have shown the key that goes with it (RFC 8555 section 7.3.4).
///
/// @param names these and all below them
/// @param wildcards whether wildcards of them too
/// @param provenNames whether what the account has hosted or proven here needs no challenge
/// @param maxAccounts how many ACME accounts it binds
/// @param ordersPerDay of all of them together, within 24 hours
/// @param expiresAt from then on it binds nothing, and what it has bound orders nothing
public record Credential(
        String id,
        AccountId account,
        String label,
        List<DomainSuffix> names,
        boolean wildcards,
        boolean provenNames,
        int maxAccounts,
        int ordersPerDay,
        Instant createdAt,
        Optional<Instant> expiresAt) {
    public Credential {
        names = List.copyOf(names);
    }

    boolean hasEnded(Instant now) {
        return expiresAt.filter(end -> !end.isAfter(now)).isPresent();
    }

    /// Why the name is none of its own, in a sentence.
    Optional<String> refusal(DomainName name) {
        if (names.stream().noneMatch(suffix -> suffix.holds(name))) {
            return Optional.of(
                    "The credential of this account is for "
                            + names.stream()
                                    .map(DomainSuffix::ascii)
                                    .collect(Collectors.joining(", "))
                            + " and what is below.");
        }
        if (name.isWildcard() && !wildcards) {
            return Optional.of("The credential of this account is not for wildcards.");
        }
        return Optional.empty();
    }
}
