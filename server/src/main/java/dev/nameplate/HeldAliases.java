package dev.nameplate;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.domain.Domains;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.AliasHolders;
import dev.nameplate.saas.JobId;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which names distributions and tenants of this server have, for SSL for SaaS.
final class HeldAliases implements AliasHolders {
    private final Database database;
    private final Distributions distributions;

    HeldAliases(Database database, Distributions distributions) {
        this.database = database;
        this.distributions = distributions;
    }

    @Override
    public Map<DomainName, Holder> of(AccountId account, Collection<DomainName> names) {
        return database.read(handle -> {
            Map<DomainName, Holder> held = new HashMap<>();
            for (DomainName name : names) {
                holder(handle, account, name).ifPresent(holder -> held.put(name, holder));
            }
            return held;
        });
    }

    @Override
    public Set<DomainName> awaited(JobId job) {
        return database.read(handle -> Domains.awaited(handle, job));
    }

    private Optional<Holder> holder(Handle handle, AccountId account, DomainName name) {
        if (distributions.reserves(name)) {
            return Optional.of(
                    new Holder("", "is where distributions have their own names; use another"));
        }
        return distributions
                .holderOf(handle, name)
                .map(holder ->
                        new Holder(holder.distribution().value(), sentence(account, holder)));
    }

    private static String sentence(AccountId account, Distributions.Holder holder) {
        if (!holder.account().equals(account)) {
            return "is an alias of another account's distribution already";
        }
        return "is an alias of "
                + holder.tenant().map(tenant -> "tenant " + tenant + " of ").orElse("")
                + "distribution "
                + holder.distribution()
                + " already; take it off there first";
    }
}
