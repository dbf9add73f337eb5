package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicy;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyInUseException;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.CreateContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListContinuousDeploymentPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListContinuousDeploymentPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchContinuousDeploymentPolicyException;
import software.amazon.awssdk.services.cloudfront.model.StagingDistributionInUseException;
import software.amazon.awssdk.services.cloudfront.model.TooManyContinuousDeploymentPoliciesException;
import software.amazon.awssdk.services.cloudfront.model.UpdateContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateContinuousDeploymentPolicyResponse;

import java.util.Optional;
import java.util.Set;

/// Continuous deployment policies: which requests of the distribution that names one are served by which staging
/// distribution. A change reaches that distribution in the same transaction.
final class DeploymentPolicyFamily {
    static final int QUOTA = 20;

    private final KeptConfigs<ContinuousDeploymentPolicyConfig> kept;
    private final Distributions distributions;
    private final Derivation derivation;

    DeploymentPolicyFamily(
            KeptConfigs<ContinuousDeploymentPolicyConfig> kept,
            Distributions distributions,
            Derivation derivation) {
        this.kept = kept;
        this.distributions = distributions;
        this.derivation = derivation;
    }

    /// A policy has no name of its own; its staging distribution's makes that one's policy the only one.
    static KeptConfigs.Terms<ContinuousDeploymentPolicyConfig> terms() {
        return new KeptConfigs.Terms<>(
                Kind.CONTINUOUS_DEPLOYMENT_POLICY,
                QUOTA,
                Ids::uuid,
                StagingRules::accepted,
                config -> config.stagingDistributionDnsNames().items().getFirst(),
                document -> ModelJson.read(document, ContinuousDeploymentPolicyConfig.builder()),
                id ->
                        NoSuchContinuousDeploymentPolicyException.builder()
                                .message(
                                        "The continuous deployment policy "
                                                + id
                                                + " does not exist.")
                                .build(),
                name -> stagingInUse("A policy for the staging distribution exists: " + name + "."),
                () ->
                        ContinuousDeploymentPolicyInUseException.builder()
                                .message(
                                        "You cannot delete a continuous deployment policy that is associated with a primary"
                                                + " distribution.")
                                .build(),
                quota ->
                        TooManyContinuousDeploymentPoliciesException.builder()
                                .message(
                                        "You have reached the maximum number of continuous deployment policies for this AWS"
                                                + " account: "
                                                + quota
                                                + ".")
                                .build());
    }

    static StagingDistributionInUseException stagingInUse(String message) {
        return StagingDistributionInUseException.builder().message(message).build();
    }

    CreateContinuousDeploymentPolicyResponse create(
            AccountId account, CreateContinuousDeploymentPolicyRequest request) {
        Kept<ContinuousDeploymentPolicyConfig> created =
                kept.create(account, request.continuousDeploymentPolicyConfig(), this::keepStaging);
        return CreateContinuousDeploymentPolicyResponse.builder()
                .continuousDeploymentPolicy(view(created))
                .location(
                        "https://cloudfront.amazonaws.com/2020-05-31/continuous-deployment-policy/"
                                + created.id())
                .eTag(created.etag())
                .build();
    }

    GetContinuousDeploymentPolicyResponse get(
            AccountId account, GetContinuousDeploymentPolicyRequest request) {
        Kept<ContinuousDeploymentPolicyConfig> found = kept.get(account, request.id());
        return GetContinuousDeploymentPolicyResponse.builder()
                .continuousDeploymentPolicy(view(found))
                .eTag(found.etag())
                .build();
    }

    GetContinuousDeploymentPolicyConfigResponse getConfig(
            AccountId account, GetContinuousDeploymentPolicyConfigRequest request) {
        Kept<ContinuousDeploymentPolicyConfig> found = kept.get(account, request.id());
        return GetContinuousDeploymentPolicyConfigResponse.builder()
                .continuousDeploymentPolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    UpdateContinuousDeploymentPolicyResponse update(
            AccountId account, UpdateContinuousDeploymentPolicyRequest request) {
        Kept<ContinuousDeploymentPolicyConfig> changed =
                kept.update(
                        account,
                        request.id(),
                        request.ifMatch(),
                        request.continuousDeploymentPolicyConfig(),
                        (write, owner, policy) -> {
                            keepStaging(write, owner, policy);
                            reach(write, owner, policy);
                        });
        return UpdateContinuousDeploymentPolicyResponse.builder()
                .continuousDeploymentPolicy(view(changed))
                .eTag(changed.etag())
                .build();
    }

    DeleteContinuousDeploymentPolicyResponse delete(
            AccountId account, DeleteContinuousDeploymentPolicyRequest request) {
        kept.delete(
                account,
                request.id(),
                request.ifMatch(),
                (write, _, policy) -> Uses.forget(write.handle(), policy.id()));
        return DeleteContinuousDeploymentPolicyResponse.builder().build();
    }

    ListContinuousDeploymentPoliciesResponse list(
            AccountId account, ListContinuousDeploymentPoliciesRequest request) {
        Paging paging = Paging.of(request.marker(), request.maxItems());
        Paging.Page<Kept<ContinuousDeploymentPolicyConfig>> page =
                kept.page(account, paging, Optional.empty());
        ContinuousDeploymentPolicyList.Builder list =
                ContinuousDeploymentPolicyList.builder()
                        .maxItems(paging.size())
                        .quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(
                    page.items().stream()
                            .map(policy ->
                                    ContinuousDeploymentPolicySummary.builder()
                                            .continuousDeploymentPolicy(view(policy))
                                            .build())
                            .toList());
        }
        page.next().ifPresent(list::nextMarker);
        return ListContinuousDeploymentPoliciesResponse.builder()
                .continuousDeploymentPolicyList(list.build())
                .build();
    }

    Kept<ContinuousDeploymentPolicyConfig> get(Handle handle, AccountId account, String id) {
        return kept.get(handle, account, id);
    }

    /// That which a policy names; it is there as long as the policy is.
    Distribution staging(Handle handle, Kept<ContinuousDeploymentPolicyConfig> policy) {
        return distributions
                .named(handle, policy.config().stagingDistributionDnsNames().items().getFirst())
                .orElseThrow();
    }

    /// Sends all requests to the primary distribution again.
    void disable(Write write, AccountId account, Kept<ContinuousDeploymentPolicyConfig> existing) {
        if (existing.config().enabled()) {
            reach(
                    write,
                    account,
                    kept.replace(
                            write, existing, existing.config().toBuilder().enabled(false).build()));
        }
    }

    private void reach(
            Write write, AccountId account, Kept<ContinuousDeploymentPolicyConfig> policy) {
        derivation.changed(write, account, Kind.CONTINUOUS_DEPLOYMENT_POLICY, policy.id());
    }

    /// A staging distribution that a policy names cannot be deleted.
    private void keepStaging(
            Write write, AccountId account, Kept<ContinuousDeploymentPolicyConfig> policy) {
        String name = policy.config().stagingDistributionDnsNames().items().getFirst();
        Optional<Distribution> staging =
                distributions
                        .named(write.handle(), name)
                        .filter(found -> found.account().equals(account))
                        .filter(found -> found.config().staging());
        require(
                staging.isPresent(),
                "The parameter StagingDistributionDnsNames names no staging distribution: " + name);
        Uses.keep(
                write.handle(),
                policy.id(),
                account,
                policy.createdAt(),
                Set.of(
                        new Uses.Named(
                                Kind.STAGING_DISTRIBUTION, staging.orElseThrow().id().value())));
    }

    private static ContinuousDeploymentPolicy view(Kept<ContinuousDeploymentPolicyConfig> kept) {
        return ContinuousDeploymentPolicy.builder()
                .id(kept.id())
                .lastModifiedTime(kept.modifiedAt())
                .continuousDeploymentPolicyConfig(kept.config())
                .build();
    }
}
