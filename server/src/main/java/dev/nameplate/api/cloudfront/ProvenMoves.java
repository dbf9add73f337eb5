package dev.nameplate.api.cloudfront;

import dev.nameplate.db.Write;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenants;

import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Moves an alias whose owner's consent the caller has proven, also from an enabled distribution of another account, and a domain's
/// apex: what AWS leaves to its support staff. The rules of who may have which alias are those of every update.
public final class ProvenMoves {
    private final Distributions distributions;
    private final OwnedDistributions owned;
    private final DistributionFamily family;
    private final Tenants tenants;
    private final TenantFamily tenantFamily;
    private final ConfigDoor lightsail;

    ProvenMoves(
            Distributions distributions,
            OwnedDistributions owned,
            DistributionFamily family,
            Tenants tenants,
            TenantFamily tenantFamily,
            ConfigDoor lightsail) {
        this.distributions = distributions;
        this.owned = owned;
        this.family = family;
        this.tenants = tenants;
        this.tenantFamily = tenantFamily;
        this.lightsail = lightsail;
    }

    /// @param target of the account, with a certificate that covers the alias
    /// @return who had it; empty if nobody had, or the target itself
    /// @throws software.amazon.awssdk.services.cloudfront.model.CloudFrontException if it cannot be moved
    public Optional<Distributions.Holder> move(
            Write write, AccountId account, String target, DomainName alias) {
        Distribution taker = owned.find(write.handle(), account, target);
        if (taker.config().aliases().contains(alias)) {
            return Optional.empty();
        }
        Optional<Distributions.Holder> holder = distributions.holderOf(write.handle(), alias);
        holder.ifPresent(each -> giveUp(write, each, alias));
        DistributionConfig config = AcceptedConfig.read(taker.document());
        List<String> aliases = new ArrayList<>(config.aliases().items());
        aliases.add(alias.ascii());
        family.accept(
                write,
                taker,
                AcceptedConfig.of(
                        config.copy(c ->
                                c.aliases(all -> all.quantity(aliases.size()).items(aliases)))));
        return holder;
    }

    /// The same for a tenant, which is made if this is its first domain.
    ///
    /// @param taker as it would be made for this alias alone; its name finds the one there is
    public Optional<Distributions.Holder> move(
            Write write,
            AccountId account,
            CreateDistributionTenantRequest taker,
            DomainName alias) {
        Optional<Tenant> existing = tenants.find(write.handle(), account, taker.name());
        if (existing.filter(tenant -> tenant.settings().domains().contains(alias)).isPresent()) {
            return Optional.empty();
        }
        Optional<Distributions.Holder> holder = distributions.holderOf(write.handle(), alias);
        holder.ifPresent(each -> giveUp(write, each, alias));
        if (existing.isPresent()) {
            tenantFamily.take(write, account, existing.get(), alias);
        } else {
            tenantFamily.create(write, account, taker);
        }
        return holder;
    }

    private void giveUp(Write write, Distributions.Holder holder, DomainName alias) {
        if (holder.tenant().isPresent()) {
            tenants.find(write.handle(), holder.account(), holder.tenant().get())
                    .ifPresent(tenant -> tenants.giveUp(write, tenant, alias));
            return;
        }
        Distribution source =
                distributions
                        .find(write.handle(), holder.distribution())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        holder.distribution() + " holds an alias and is gone"));
        (switch (source.kind()) {
                    case CLOUDFRONT -> family.configDoor();
                    case LIGHTSAIL -> lightsail;
                })
                .giveUp(write, source, alias);
    }
}
