package dev.nameplate.domain;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.JobId;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A customer's domain.
///
/// @param names primary first
/// @param lost those that went to another holder, and when
/// @param job of one entry, which makes and removes what the domain needs
/// @param removingAt when off-boarding was ordered
public record Domain(
        DomainId id,
        AccountId account,
        List<DomainName> names,
        Map<DomainName, Instant> lost,
        JobId job,
        Instant createdAt,
        Optional<Instant> removingAt) {
    public Domain {
        names = List.copyOf(names);
        lost = Map.copyOf(lost);
    }

    /// Whether every name has gone to another holder.
    public boolean isLost() {
        return lost.size() == names.size();
    }
}
