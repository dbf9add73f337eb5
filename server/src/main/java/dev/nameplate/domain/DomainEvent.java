package dev.nameplate.domain;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.time.Instant;
import java.util.Optional;

/// Something that happened to a name, as one account is told of it. Kept for a year.
///
/// @param domain empty where a name was lost by a distribution that no domain stands for
/// @param detail a sentence
public record DomainEvent(
        String id,
        AccountId account,
        DomainName name,
        Optional<DomainId> domain,
        Instant at,
        Kind kind,
        String detail) {

    public enum Kind {
        ONBOARDING_BEGAN,
        TAKE_OVER_ASKED,
        TAKE_OVER_EXPIRED,
        /// The job that was to have the name was cancelled or rolled back.
        TAKE_OVER_CALLED_OFF,
        /// The name came to this account's domain.
        TAKEN_OVER,
        /// The name went to another holder, by its owner's proof.
        NAME_LOST,
        OFF_BOARDING_BEGAN,
        REMOVED
    }
}
