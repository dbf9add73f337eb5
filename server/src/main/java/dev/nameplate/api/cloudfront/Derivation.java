package dev.nameplate.api.cloudfront;

import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.TrafficShare;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.util.Optional;

/// What the edge serves follows from a distribution's document and the policies it names, as both are now. So a policy's
/// change reaches every distribution that names it, in the transaction that accepts the change; the distributions' own
/// configurations, versions and ETags stay.
final class Derivation {
    private final Distributions distributions;
    private final Policies policies;

    Derivation(Distributions distributions, Policies policies) {
        this.distributions = distributions;
        this.policies = policies;
    }

    ServedConfig served(
            Handle handle,
            AccountId account,
            DistributionConfig config,
            ViewerCertificates.Checked viewer) {
        return ServedTranslation.translate(
                        config,
                        viewer.aliases(),
                        viewer.certificate(),
                        policies.resolve(handle, account, config))
                .toBuilder()
                .staging(Boolean.TRUE.equals(config.staging()))
                .trafficShare(share(handle, account, config))
                .build();
    }

    private Optional<TrafficShare> share(
            Handle handle, AccountId account, DistributionConfig config) {
        return Optional.ofNullable(config.continuousDeploymentPolicyId())
                .filter(id -> !id.isEmpty())
                .map(id -> policies.deployments.get(handle, account, id).config())
                .filter(ContinuousDeploymentPolicyConfig::enabled)
                .flatMap(policy ->
                        distributions
                                .named(
                                        handle,
                                        policy.stagingDistributionDnsNames().items().getFirst())
                                .map(staging ->
                                        new TrafficShare(
                                                staging.id(),
                                                StagingRules.choice(policy.trafficConfig()))));
    }

    void changed(Write write, AccountId account, Kind kind, String id) {
        for (Uses.User user :
                Uses.page(
                        write.handle(),
                        account,
                        kind,
                        id,
                        Optional.empty(),
                        Policies.MAX_DISTRIBUTIONS)) {
            distributions
                    .find(write.handle(), user.distribution())
                    .ifPresent(existing -> again(write, existing));
        }
    }

    private void again(Write write, Distribution existing) {
        ServedConfig served =
                served(
                        write.handle(),
                        existing.account(),
                        AcceptedConfig.read(existing.document()),
                        new ViewerCertificates.Checked(
                                existing.config().aliases(), existing.config().certificate()));
        distributions.serveAnew(write, existing, served);
    }
}
