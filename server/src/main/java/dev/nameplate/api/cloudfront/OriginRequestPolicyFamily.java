package dev.nameplate.api.cloudfront;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchOriginRequestPolicyException;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyInUseException;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyList;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyType;
import software.amazon.awssdk.services.cloudfront.model.TooManyOriginRequestPoliciesException;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyResponse;

import java.util.Optional;

/// Origin request policies: what reaches the origin beyond the cache key.
final class OriginRequestPolicyFamily {
    static final int QUOTA = 20;

    private final KeptConfigs<OriginRequestPolicyConfig> kept;
    private final Derivation derivation;

    OriginRequestPolicyFamily(KeptConfigs<OriginRequestPolicyConfig> kept, Derivation derivation) {
        this.kept = kept;
        this.derivation = derivation;
    }

    static KeptConfigs.Terms<OriginRequestPolicyConfig> terms() {
        return new KeptConfigs.Terms<>(
                Kind.ORIGIN_REQUEST_POLICY,
                QUOTA,
                Ids::uuid,
                OriginRequestPolicyRules::accepted,
                OriginRequestPolicyConfig::name,
                document -> ModelJson.read(document, OriginRequestPolicyConfig.builder()),
                id ->
                        NoSuchOriginRequestPolicyException.builder()
                                .message("The origin request policy " + id + " does not exist.")
                                .build(),
                name ->
                        OriginRequestPolicyAlreadyExistsException.builder()
                                .message(
                                        "An origin request policy with this name already exists. You must provide a unique name: "
                                                + name)
                                .build(),
                () ->
                        OriginRequestPolicyInUseException.builder()
                                .message(
                                        "Cannot delete the origin request policy because it is attached to one or more cache behaviors.")
                                .build(),
                quota ->
                        TooManyOriginRequestPoliciesException.builder()
                                .message(
                                        "You have reached the maximum number of origin request policies for this AWS account: "
                                                + quota
                                                + ".")
                                .build());
    }

    CreateOriginRequestPolicyResponse create(
            AccountId account, CreateOriginRequestPolicyRequest request) {
        Kept<OriginRequestPolicyConfig> created =
                kept.create(account, request.originRequestPolicyConfig());
        return CreateOriginRequestPolicyResponse.builder()
                .originRequestPolicy(view(created))
                .location(
                        "https://cloudfront.amazonaws.com/2020-05-31/origin-request-policy/"
                                + created.id())
                .eTag(created.etag())
                .build();
    }

    GetOriginRequestPolicyResponse get(AccountId account, GetOriginRequestPolicyRequest request) {
        Kept<OriginRequestPolicyConfig> found = kept.get(account, request.id());
        return GetOriginRequestPolicyResponse.builder()
                .originRequestPolicy(view(found))
                .eTag(found.etag())
                .build();
    }

    GetOriginRequestPolicyConfigResponse getConfig(
            AccountId account, GetOriginRequestPolicyConfigRequest request) {
        Kept<OriginRequestPolicyConfig> found = kept.get(account, request.id());
        return GetOriginRequestPolicyConfigResponse.builder()
                .originRequestPolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    UpdateOriginRequestPolicyResponse update(
            AccountId account, UpdateOriginRequestPolicyRequest request) {
        Kept<OriginRequestPolicyConfig> updated =
                kept.update(
                        account,
                        request.id(),
                        request.ifMatch(),
                        request.originRequestPolicyConfig(),
                        (write, owner, changed) ->
                                derivation.changed(
                                        write, owner, Kind.ORIGIN_REQUEST_POLICY, changed.id()));
        return UpdateOriginRequestPolicyResponse.builder()
                .originRequestPolicy(view(updated))
                .eTag(updated.etag())
                .build();
    }

    DeleteOriginRequestPolicyResponse delete(
            AccountId account, DeleteOriginRequestPolicyRequest request) {
        kept.delete(account, request.id(), request.ifMatch());
        return DeleteOriginRequestPolicyResponse.builder().build();
    }

    ListOriginRequestPoliciesResponse list(
            AccountId account, ListOriginRequestPoliciesRequest request) {
        Paging paging = Paging.of(request.marker(), request.maxItems());
        Paging.Page<Kept<OriginRequestPolicyConfig>> page =
                kept.page(
                        account,
                        paging,
                        Optional.ofNullable(request.type())
                                .map(type -> type == OriginRequestPolicyType.MANAGED));
        OriginRequestPolicyList.Builder list =
                OriginRequestPolicyList.builder()
                        .maxItems(paging.size())
                        .quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(OriginRequestPolicyFamily::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return ListOriginRequestPoliciesResponse.builder()
                .originRequestPolicyList(list.build())
                .build();
    }

    private static OriginRequestPolicySummary summary(Kept<OriginRequestPolicyConfig> one) {
        return OriginRequestPolicySummary.builder()
                .type(
                        one.managed()
                                ? OriginRequestPolicyType.MANAGED
                                : OriginRequestPolicyType.CUSTOM)
                .originRequestPolicy(view(one))
                .build();
    }

    private static OriginRequestPolicy view(Kept<OriginRequestPolicyConfig> one) {
        return OriginRequestPolicy.builder()
                .id(one.id())
                .lastModifiedTime(one.modifiedAt())
                .originRequestPolicyConfig(one.config())
                .build();
    }
}
