package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Provenance;
import dev.nameplate.names.AccountId;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionWithStagingConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionWithStagingConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

import java.util.Map;
import java.util.Optional;

/// A primary distribution's way into its staging distribution and back.
final class StagingFamily {
    private final Database database;
    private final OwnedDistributions owned;
    private final DistributionFamily distributions;
    private final DeploymentPolicyFamily policies;

    StagingFamily(
            Database database,
            OwnedDistributions owned,
            DistributionFamily distributions,
            DeploymentPolicyFamily policies) {
        this.database = database;
        this.owned = owned;
        this.distributions = distributions;
        this.policies = policies;
    }

    CopyDistributionResponse copy(AccountId account, CopyDistributionRequest request) {
        require(
                Boolean.TRUE.equals(request.staging()),
                "The parameter Staging must be true: a distribution is copied into a staging distribution only.");
        return database.write(write -> {
            Distribution primary =
                    owned.find(write.handle(), account, request.primaryDistributionId());
            IfMatch.require(primary.etag(), request.ifMatch());
            require(
                    !primary.config().staging(),
                    "The parameter PrimaryDistributionId names a staging distribution.");
            DistributionConfig copy =
                    AcceptedConfig.read(primary.document()).toBuilder()
                            .callerReference(request.callerReference())
                            .enabled(!Boolean.FALSE.equals(request.enabled()))
                            .aliases(Aliases.builder().quantity(0).build())
                            .viewerCertificate(
                                    ViewerCertificate.builder()
                                            .cloudFrontDefaultCertificate(true)
                                            .build())
                            .continuousDeploymentPolicyId("")
                            .staging(true)
                            .build();
            Distribution created =
                    distributions.create(write, account, AcceptedConfig.of(copy), Map.of());
            return CopyDistributionResponse.builder()
                    .distribution(distributions.full(write.handle(), created))
                    .location(DistributionView.location(created))
                    .eTag(created.etag())
                    .build();
        });
    }

    /// The primary keeps what is its own: caller reference, names, certificate and policy. The policy is disabled, since there
    /// is no difference left to try out.
    UpdateDistributionWithStagingConfigResponse promote(
            AccountId account, UpdateDistributionWithStagingConfigRequest request) {
        return database.write(write -> {
            Distribution primary = owned.find(write.handle(), account, request.id());
            DistributionConfig own = AcceptedConfig.read(primary.document());
            require(
                    !own.continuousDeploymentPolicyId().isEmpty(),
                    () ->
                            refusal(
                                    "the distribution has no continuous deployment policy and so no staging"
                                            + " distribution."));
            Kept<ContinuousDeploymentPolicyConfig> policy =
                    policies.get(write.handle(), account, own.continuousDeploymentPolicyId());
            Distribution staging = policies.staging(write.handle(), policy);
            require(
                    request.stagingDistributionId() == null
                            || request.stagingDistributionId().equals(staging.id().value()),
                    () ->
                            refusal(
                                    "its continuous deployment policy names another staging distribution, "
                                            + staging.id()
                                            + "."));
            String[] versions = both(request.ifMatch());
            IfMatch.require(primary.etag(), versions[0]);
            IfMatch.require(staging.etag(), versions[1]);
            DistributionConfig promoted =
                    AcceptedConfig.read(staging.document()).toBuilder()
                            .callerReference(own.callerReference())
                            .aliases(own.aliases())
                            .viewerCertificate(own.viewerCertificate())
                            .continuousDeploymentPolicyId(own.continuousDeploymentPolicyId())
                            .staging(false)
                            .build();
            policies.disable(write, account, policy);
            Distribution changed =
                    distributions.accept(
                            write,
                            primary,
                            AcceptedConfig.of(promoted),
                            new Provenance(
                                    Provenance.of(primary.kind()).door(),
                                    "promoted from %s, version %d"
                                            .formatted(staging.id(), staging.version())));
            return UpdateDistributionWithStagingConfigResponse.builder()
                    .distribution(distributions.full(write.handle(), changed))
                    .eTag(changed.etag())
                    .build();
        });
    }

    /// The primary's and the staging distribution's, joined by a comma.
    private static String[] both(@Nullable String ifMatch) {
        String[] versions = Optional.ofNullable(ifMatch).orElse("").split(",", -1);
        return versions.length == 2
                ? new String[] {versions[0].strip(), versions[1].strip()}
                : new String[] {"", ""};
    }

    private static IllegalUpdateException refusal(String why) {
        return IllegalUpdateException.builder()
                .message("The update contains modifications that are not allowed: " + why)
                .build();
    }
}
