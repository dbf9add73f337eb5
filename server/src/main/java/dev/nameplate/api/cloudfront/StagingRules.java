package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.edge.config.Staging.Choice;
import dev.nameplate.edge.config.Staging.Stickiness;

import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyType;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentSingleHeaderConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentSingleWeightConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.SessionStickinessConfig;
import software.amazon.awssdk.services.cloudfront.model.TrafficConfig;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What continuous deployment asks of a configuration and of a policy, as far as it needs no store.
final class StagingRules {
    private static final String HEADER_PREFIX = "aws-cf-cd-";
    private static final float MOST = 0.15f;
    private static final int LEAST_SECONDS = 300;
    private static final int MOST_SECONDS = 3_600;
    private static final Set<HttpVersion> HTTP3 = Set.of(HttpVersion.HTTP3, HttpVersion.HTTP2_AND3);

    private StagingRules() {}

    /// @param config with defaults filled in
    static void check(DistributionConfig config) {
        boolean deployed = !config.continuousDeploymentPolicyId().isEmpty();
        if (config.staging()) {
            require(
                    config.aliases().items().isEmpty(),
                    "The parameter Aliases must be empty for a staging distribution: it is reached through its primary's names.");
            require(
                    config.viewerCertificate().cloudFrontDefaultCertificate(),
                    "The parameter ViewerCertificate must be the default one for a staging distribution: visitors see its"
                            + " primary's.");
            require(
                    !deployed,
                    "The parameter ContinuousDeploymentPolicyId belongs to a primary distribution, not to a staging one.");
        }
        require(
                !(config.staging() || deployed) || !HTTP3.contains(config.httpVersion()),
                "The parameter HttpVersion cannot include HTTP/3 with continuous deployment.");
    }

    static ContinuousDeploymentPolicyConfig accepted(ContinuousDeploymentPolicyConfig sent) {
        Quantities.check("ContinuousDeploymentPolicyConfig", sent);
        require(
                sent.stagingDistributionDnsNames().items().size() == 1,
                "The parameter StagingDistributionDnsNames must name exactly one staging distribution.");
        TrafficConfig traffic = sent.trafficConfig();
        require(
                traffic != null || !sent.enabled(),
                "The parameter TrafficConfig is required for a policy that is enabled.");
        if (traffic != null) {
            check(traffic);
        }
        return sent;
    }

    private static void check(TrafficConfig traffic) {
        boolean byHeader = traffic.type() == ContinuousDeploymentPolicyType.SINGLE_HEADER;
        require(
                byHeader || traffic.type() == ContinuousDeploymentPolicyType.SINGLE_WEIGHT,
                "The parameter Type must be SingleWeight or SingleHeader.");
        require(
                (traffic.singleHeaderConfig() != null) == byHeader
                        && (traffic.singleWeightConfig() != null) == !byHeader,
                "The parameter TrafficConfig needs exactly the configuration that its Type "
                        + traffic.typeAsString()
                        + " names.");
        if (byHeader) {
            check(traffic.singleHeaderConfig());
        } else {
            check(traffic.singleWeightConfig());
        }
    }

    private static void check(ContinuousDeploymentSingleHeaderConfig header) {
        String name = header.header().toLowerCase(Locale.ROOT);
        require(
                name.startsWith(HEADER_PREFIX)
                        && name.length() > HEADER_PREFIX.length()
                        && name.length() <= 256
                        && HttpText.isToken(name),
                "The parameter Header must be a header's name that starts with "
                        + HEADER_PREFIX
                        + ": "
                        + header.header());
        require(
                !header.value().isEmpty()
                        && header.value().length() <= 1_783
                        && HttpText.isFieldValue(header.value()),
                "The parameter Value must be a header's value of 1 to 1783 characters.");
    }

    private static void check(ContinuousDeploymentSingleWeightConfig weight) {
        require(
                weight.weight() >= 0 && weight.weight() <= MOST,
                "The parameter Weight must be 0 to 0.15: " + weight.weight());
        SessionStickinessConfig sticky = weight.sessionStickinessConfig();
        if (sticky != null) {
            seconds("IdleTTL", sticky.idleTTL());
            seconds("MaximumTTL", sticky.maximumTTL());
            require(
                    sticky.idleTTL() <= sticky.maximumTTL(),
                    "The parameter IdleTTL must not exceed MaximumTTL.");
        }
    }

    private static void seconds(String name, int value) {
        require(
                value >= LEAST_SECONDS && value <= MOST_SECONDS,
                "The parameter %s must be %d to %d seconds: %d"
                        .formatted(name, LEAST_SECONDS, MOST_SECONDS, value));
    }

    /// @param traffic checked
    static Choice choice(TrafficConfig traffic) {
        ContinuousDeploymentSingleHeaderConfig header = traffic.singleHeaderConfig();
        if (header != null) {
            return new Choice.ByHeader(header.header().toLowerCase(Locale.ROOT), header.value());
        }
        ContinuousDeploymentSingleWeightConfig weight = traffic.singleWeightConfig();
        return new Choice.ByWeight(
                Double.parseDouble(weight.weight().toString()), // 0.15, not 0.15000000596
                Optional.ofNullable(weight.sessionStickinessConfig())
                        .map(sticky ->
                                new Stickiness(
                                        Duration.ofSeconds(sticky.idleTTL()),
                                        Duration.ofSeconds(sticky.maximumTTL()))));
    }
}
