package dev.nameplate.api.cloudfront;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResponseHeadersPolicyException;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyInUseException;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyType;
import software.amazon.awssdk.services.cloudfront.model.TooManyResponseHeadersPoliciesException;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyResponse;

import java.util.Optional;

/// Response headers policies: what is done to the headers of every answer.
final class ResponseHeadersPolicyFamily {
    static final int QUOTA = 20;

    private final KeptConfigs<ResponseHeadersPolicyConfig> kept;
    private final Derivation derivation;

    ResponseHeadersPolicyFamily(
            KeptConfigs<ResponseHeadersPolicyConfig> kept, Derivation derivation) {
        this.kept = kept;
        this.derivation = derivation;
    }

    static KeptConfigs.Terms<ResponseHeadersPolicyConfig> terms() {
        return new KeptConfigs.Terms<>(
                Kind.RESPONSE_HEADERS_POLICY,
                QUOTA,
                Ids::uuid,
                ResponseHeadersPolicyRules::accepted,
                ResponseHeadersPolicyConfig::name,
                document -> ModelJson.read(document, ResponseHeadersPolicyConfig.builder()),
                id ->
                        NoSuchResponseHeadersPolicyException.builder()
                                .message("The response headers policy " + id + " does not exist.")
                                .build(),
                name ->
                        ResponseHeadersPolicyAlreadyExistsException.builder()
                                .message(
                                        "A response headers policy with this name already exists. You must provide a unique name: "
                                                + name)
                                .build(),
                () ->
                        ResponseHeadersPolicyInUseException.builder()
                                .message(
                                        "Cannot delete the response headers policy because it is attached to one or more cache behaviors.")
                                .build(),
                quota ->
                        TooManyResponseHeadersPoliciesException.builder()
                                .message(
                                        "You have reached the maximum number of response headers policies for this AWS account: "
                                                + quota
                                                + ".")
                                .build());
    }

    CreateResponseHeadersPolicyResponse create(
            AccountId account, CreateResponseHeadersPolicyRequest request) {
        Kept<ResponseHeadersPolicyConfig> created =
                kept.create(account, request.responseHeadersPolicyConfig());
        return CreateResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(view(created))
                .location(
                        "https://cloudfront.amazonaws.com/2020-05-31/response-headers-policy/"
                                + created.id())
                .eTag(created.etag())
                .build();
    }

    GetResponseHeadersPolicyResponse get(
            AccountId account, GetResponseHeadersPolicyRequest request) {
        Kept<ResponseHeadersPolicyConfig> found = kept.get(account, request.id());
        return GetResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(view(found))
                .eTag(found.etag())
                .build();
    }

    GetResponseHeadersPolicyConfigResponse getConfig(
            AccountId account, GetResponseHeadersPolicyConfigRequest request) {
        Kept<ResponseHeadersPolicyConfig> found = kept.get(account, request.id());
        return GetResponseHeadersPolicyConfigResponse.builder()
                .responseHeadersPolicyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    UpdateResponseHeadersPolicyResponse update(
            AccountId account, UpdateResponseHeadersPolicyRequest request) {
        Kept<ResponseHeadersPolicyConfig> updated =
                kept.update(
                        account,
                        request.id(),
                        request.ifMatch(),
                        request.responseHeadersPolicyConfig(),
                        (write, owner, changed) ->
                                derivation.changed(
                                        write, owner, Kind.RESPONSE_HEADERS_POLICY, changed.id()));
        return UpdateResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(view(updated))
                .eTag(updated.etag())
                .build();
    }

    DeleteResponseHeadersPolicyResponse delete(
            AccountId account, DeleteResponseHeadersPolicyRequest request) {
        kept.delete(account, request.id(), request.ifMatch());
        return DeleteResponseHeadersPolicyResponse.builder().build();
    }

    ListResponseHeadersPoliciesResponse list(
            AccountId account, ListResponseHeadersPoliciesRequest request) {
        Paging paging = Paging.of(request.marker(), request.maxItems());
        Paging.Page<Kept<ResponseHeadersPolicyConfig>> page =
                kept.page(
                        account,
                        paging,
                        Optional.ofNullable(request.type())
                                .map(type -> type == ResponseHeadersPolicyType.MANAGED));
        ResponseHeadersPolicyList.Builder list =
                ResponseHeadersPolicyList.builder()
                        .maxItems(paging.size())
                        .quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(ResponseHeadersPolicyFamily::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return ListResponseHeadersPoliciesResponse.builder()
                .responseHeadersPolicyList(list.build())
                .build();
    }

    private static ResponseHeadersPolicySummary summary(Kept<ResponseHeadersPolicyConfig> one) {
        return ResponseHeadersPolicySummary.builder()
                .type(
                        one.managed()
                                ? ResponseHeadersPolicyType.MANAGED
                                : ResponseHeadersPolicyType.CUSTOM)
                .responseHeadersPolicy(view(one))
                .build();
    }

    private static ResponseHeadersPolicy view(Kept<ResponseHeadersPolicyConfig> one) {
        return ResponseHeadersPolicy.builder()
                .id(one.id())
                .lastModifiedTime(one.modifiedAt())
                .responseHeadersPolicyConfig(one.config())
                .build();
    }
}
