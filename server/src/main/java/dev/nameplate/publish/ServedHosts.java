package dev.nameplate.publish;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.TrafficShare;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.config.Staging;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;

import java.util.Optional;

/// What stands behind a host name: a distribution, or a tenant of one.
final class ServedHosts {
    private final Distributions distributions;
    private final Tenants tenants;

    ServedHosts(Distributions distributions, Tenants tenants) {
        this.distributions = distributions;
        this.tenants = tenants;
    }

    /// @param site empty for the own name of a template or a staging distribution, which serves nothing
    /// @param isOwn whether the host is a name that we gave the distribution
    record Found(Optional<Site> site, ServedConfig config, boolean isOwn) {}

    Optional<Found> find(Handle handle, String host) {
        return distributions
                .leadingTo(handle, host)
                .map(holder ->
                        distributions
                                .find(handle, holder.distribution())
                                .flatMap(found ->
                                        holder.tenant().isPresent()
                                                ? tenants.serving(handle, holder, found, host)
                                                        .map(ServedHosts::ofTenant)
                                                : Optional.of(
                                                        ofDistribution(handle, found, false))))
                .orElseGet(() ->
                        distributions
                                .named(handle, host)
                                .map(found -> ofDistribution(handle, found, true)));
    }

    /// What stands behind a name that was let in on demand: whoever holds it, also without a certificate for it, else `others`.
    Optional<Found> letIn(Handle handle, String host, Optional<DistributionId> others) {
        Optional<Distributions.Holder> holder = distributions.leadingTo(handle, host);
        if (holder.isEmpty()) {
            return others.flatMap(id -> distributions.find(handle, id))
                    .map(found -> ofDistribution(handle, found, false));
        }
        return distributions
                .find(handle, holder.get().distribution())
                .flatMap(found ->
                        holder.get().tenant().isPresent()
                                ? tenants.servingAnyway(handle, holder.get(), found)
                                        .map(ServedHosts::ofTenant)
                                : Optional.of(ofDistribution(handle, found, false)));
    }

    private static Found ofTenant(Tenants.Serving serving) {
        return new Found(Optional.of(serving.site()), serving.config(), false);
    }

    private Found ofDistribution(Handle handle, Distribution found, boolean isOwn) {
        return new Found(site(handle, found), found.config(), isOwn);
    }

    private Optional<Site> site(Handle handle, Distribution found) {
        ServedConfig config = found.config();
        if (config.template().isPresent() || config.staging()) {
            return Optional.empty();
        }
        Site site = config.site(found.id(), found.version());
        return Optional.of(
                config.trafficShare()
                        .flatMap(share -> staging(handle, site, share))
                        .map(staging -> site.toBuilder().staging(Optional.of(staging)).build())
                        .orElse(site));
    }

    /// A staging distribution that is disabled is told of as well: so the edge knows whose change to look out for.
    private Optional<Staging> staging(Handle handle, Site primary, TrafficShare share) {
        return distributions
                .find(handle, share.staging())
                .map(found ->
                        new Staging(
                                found.config().site(found.id(), found.version()).toBuilder()
                                        .http2(primary.http2())
                                        .http3(primary.http3())
                                        .build(),
                                share.choice()));
    }
}
