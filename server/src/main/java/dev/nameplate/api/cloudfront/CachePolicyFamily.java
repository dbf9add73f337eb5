package dev.nameplate.api.cloudfront;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyInUseException;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyList;
import software.amazon.awssdk.services.cloudfront.model.CachePolicySummary;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyType;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchCachePolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyCachePoliciesException;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyResponse;

import java.util.Optional;

/// Cache policies: what tells two kept answers apart, and how long they are kept.
final class CachePolicyFamily {
    static final int QUOTA = 20;

    private final KeptConfigs<CachePolicyConfig> kept;
    private final Derivation derivation;

    CachePolicyFamily(KeptConfigs<CachePolicyConfig> kept, Derivation derivation) {
        this.kept = kept;
        this.derivation = derivation;
    }

    static KeptConfigs.Terms<CachePolicyConfig> terms() {
        return new KeptConfigs.Terms<>(
                Kind.CACHE_POLICY,
                QUOTA,
                Ids::uuid,
                CachePolicyRules::accepted,
                CachePolicyConfig::name,
                document -> ModelJson.read(document, CachePolicyConfig.builder()),
                id ->
                        NoSuchCachePolicyException.builder()
                                .message("The cache policy " + id + " does not exist.")
                                .build(),
                name ->
                        CachePolicyAlreadyExistsException.builder()
                                .message(
                                        "A cache policy with this name already exists. You must provide a unique name: "
                                                + name)
                                .build(),
                () ->
                        CachePolicyInUseException.builder()
                                .message(
                                        "Cannot delete the cache policy because it is attached to one or more cache behaviors.")
                                .build(),
                quota ->
                        TooManyCachePoliciesException.builder()
                                .message(
                                        "You have reached the maximum number of cache policies for this AWS account: "
                                                + quota
                                                + ".")
                                .build());
    }

    CreateCachePolicyResponse create(AccountId account, CreateCachePolicyRequest request) {
        Kept<CachePolicyConfig> created = kept.create(account, request.cachePolicyConfig());
        return CreateCachePolicyResponse.builder()
                .cachePolicy(view(created))
                .location(
                        "https://cloudfront.amazonaws.com/2020-05-31/cache-policy/" + created.id())
                .eTag(created.etag())
                .build();
    }

    GetCachePolicyResponse get(AccountId account, GetCachePolicyRequest request) {
        Kept<CachePolicyConfig> found = kept.get(account, request.id());
        return GetCachePolicyResponse.builder().cachePolicy(view(found)).eTag(found.etag()).build();
    }

    GetCachePolicyConfigResponse getConfig(AccountId account, GetCachePolicyConfigRequest request) {
        Kept<CachePolicyConfig> found = kept.get(account, request.id());
        return GetCachePolicyConfigResponse.builder()
                .cachePolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    UpdateCachePolicyResponse update(AccountId account, UpdateCachePolicyRequest request) {
        Kept<CachePolicyConfig> updated =
                kept.update(
                        account,
                        request.id(),
                        request.ifMatch(),
                        request.cachePolicyConfig(),
                        (write, owner, changed) ->
                                derivation.changed(write, owner, Kind.CACHE_POLICY, changed.id()));
        return UpdateCachePolicyResponse.builder()
                .cachePolicy(view(updated))
                .eTag(updated.etag())
                .build();
    }

    DeleteCachePolicyResponse delete(AccountId account, DeleteCachePolicyRequest request) {
        kept.delete(account, request.id(), request.ifMatch());
        return DeleteCachePolicyResponse.builder().build();
    }

    ListCachePoliciesResponse list(AccountId account, ListCachePoliciesRequest request) {
        Paging paging = Paging.of(request.marker(), request.maxItems());
        Paging.Page<Kept<CachePolicyConfig>> page =
                kept.page(
                        account,
                        paging,
                        Optional.ofNullable(request.type())
                                .map(type -> type == CachePolicyType.MANAGED));
        CachePolicyList.Builder list =
                CachePolicyList.builder().maxItems(paging.size()).quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(CachePolicyFamily::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return ListCachePoliciesResponse.builder().cachePolicyList(list.build()).build();
    }

    private static CachePolicySummary summary(Kept<CachePolicyConfig> one) {
        return CachePolicySummary.builder()
                .type(one.managed() ? CachePolicyType.MANAGED : CachePolicyType.CUSTOM)
                .cachePolicy(view(one))
                .build();
    }

    private static CachePolicy view(Kept<CachePolicyConfig> one) {
        return CachePolicy.builder()
                .id(one.id())
                .lastModifiedTime(one.modifiedAt())
                .cachePolicyConfig(one.config())
                .build();
    }
}
