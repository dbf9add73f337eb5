package dev.nameplate.publish;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Site;
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

    /// @param site empty for a template's own name, which serves nothing
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
                                                : Optional.of(ofDistribution(found, false))))
                .orElseGet(() ->
                        distributions
                                .named(handle, host)
                                .map(found -> ofDistribution(found, true)));
    }

    private static Found ofTenant(Tenants.Serving serving) {
        return new Found(Optional.of(serving.site()), serving.config(), false);
    }

    private static Found ofDistribution(Distribution found, boolean isOwn) {
        ServedConfig config = found.config();
        Optional<Site> site =
                config.template().isPresent()
                        ? Optional.empty()
                        : Optional.of(config.site(found.id(), found.version()));
        return new Found(site, config, isOwn);
    }
}
