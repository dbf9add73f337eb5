package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// Who keeps names from becoming aliases of a new distribution of the account.
@FunctionalInterface
public interface AliasHolders {
    /// By name; what is not in the map is free.
    Map<DomainName, Holder> of(AccountId account, Collection<DomainName> names);

    /// Held names that go over to the distributions of this job as soon as their owners prove that they shall.
    default Set<DomainName> awaited(JobId job) {
        return Set.of();
    }

    /// @param distributionId of the distribution that has the name, itself or by a tenant; empty for a name nobody may have
    /// @param sentence why the name is not free, without the name
    record Holder(String distributionId, String sentence) {}
}
