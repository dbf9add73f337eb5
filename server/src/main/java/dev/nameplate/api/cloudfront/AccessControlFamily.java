package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControl;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlInUseException;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlList;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSummary;
import software.amazon.awssdk.services.cloudfront.model.TooManyOriginAccessControlsException;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlResponse;

import java.util.Objects;
import java.util.Optional;

/// Origin access controls: records of how requests to an origin are to be signed. All can be kept; a distribution may name
/// only one that never signs, since requests to origins are not signed here.
final class AccessControlFamily {
    static final int QUOTA = 100;

    private final KeptConfigs<OriginAccessControlConfig> kept;

    AccessControlFamily(KeptConfigs<OriginAccessControlConfig> kept) {
        this.kept = kept;
    }

    static KeptConfigs.Terms<OriginAccessControlConfig> terms() {
        return new KeptConfigs.Terms<>(
                Kind.ORIGIN_ACCESS_CONTROL,
                QUOTA,
                ids -> ids.prefixed("E"),
                AccessControlFamily::accepted,
                OriginAccessControlConfig::name,
                document -> ModelJson.read(document, OriginAccessControlConfig.builder()),
                id ->
                        NoSuchOriginAccessControlException.builder()
                                .message("The origin access control " + id + " does not exist.")
                                .build(),
                name ->
                        OriginAccessControlAlreadyExistsException.builder()
                                .message(
                                        "An origin access control with this name already exists. You must provide a unique"
                                                + " name: "
                                                + name)
                                .build(),
                () ->
                        OriginAccessControlInUseException.builder()
                                .message(
                                        "Cannot delete the origin access control because it's in use by one or more"
                                                + " distributions.")
                                .build(),
                quota ->
                        TooManyOriginAccessControlsException.builder()
                                .message(
                                        "The number of origin access controls in your AWS account exceeds the maximum: "
                                                + quota
                                                + ".")
                                .build());
    }

    private static OriginAccessControlConfig accepted(OriginAccessControlConfig sent) {
        require(
                !sent.name().isEmpty() && sent.name().length() <= 64,
                "The parameter Name must have 1 to 64 characters: " + sent.name());
        require(
                sent.description() == null || sent.description().length() <= 256,
                "The parameter Description is too long: it may have 256 characters.");
        return sent.toBuilder()
                .description(Objects.requireNonNullElse(sent.description(), ""))
                .build();
    }

    CreateOriginAccessControlResponse create(
            AccountId account, CreateOriginAccessControlRequest request) {
        Kept<OriginAccessControlConfig> created =
                kept.create(account, request.originAccessControlConfig());
        return CreateOriginAccessControlResponse.builder()
                .originAccessControl(view(created))
                .location(
                        "https://cloudfront.amazonaws.com/2020-05-31/origin-access-control/"
                                + created.id())
                .eTag(created.etag())
                .build();
    }

    GetOriginAccessControlResponse get(AccountId account, GetOriginAccessControlRequest request) {
        Kept<OriginAccessControlConfig> found = kept.get(account, request.id());
        return GetOriginAccessControlResponse.builder()
                .originAccessControl(view(found))
                .eTag(found.etag())
                .build();
    }

    GetOriginAccessControlConfigResponse getConfig(
            AccountId account, GetOriginAccessControlConfigRequest request) {
        Kept<OriginAccessControlConfig> found = kept.get(account, request.id());
        return GetOriginAccessControlConfigResponse.builder()
                .originAccessControlConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    UpdateOriginAccessControlResponse update(
            AccountId account, UpdateOriginAccessControlRequest request) {
        Kept<OriginAccessControlConfig> updated =
                kept.update(
                        account,
                        request.id(),
                        request.ifMatch(),
                        request.originAccessControlConfig(),
                        (write, owner, changed) ->
                                require(
                                        changed.config().signingBehavior()
                                                        == OriginAccessControlSigningBehaviors.NEVER
                                                || Uses.page(
                                                                write.handle(),
                                                                owner,
                                                                Kind.ORIGIN_ACCESS_CONTROL,
                                                                changed.id(),
                                                                Optional.empty(),
                                                                1)
                                                        .isEmpty(),
                                        () ->
                                                IllegalUpdateException.builder()
                                                        .message(
                                                                "The update contains modifications that are not allowed: a"
                                                                        + " distribution uses the origin access control, and"
                                                                        + " requests to origins are not signed here.")
                                                        .build()));
        return UpdateOriginAccessControlResponse.builder()
                .originAccessControl(view(updated))
                .eTag(updated.etag())
                .build();
    }

    DeleteOriginAccessControlResponse delete(
            AccountId account, DeleteOriginAccessControlRequest request) {
        kept.delete(account, request.id(), request.ifMatch());
        return DeleteOriginAccessControlResponse.builder().build();
    }

    ListOriginAccessControlsResponse list(
            AccountId account, ListOriginAccessControlsRequest request) {
        Paging paging = Paging.of(request.marker(), request.maxItems());
        Paging.Page<Kept<OriginAccessControlConfig>> page =
                kept.page(account, paging, Optional.empty());
        OriginAccessControlList.Builder list =
                OriginAccessControlList.builder()
                        .marker(paging.marker())
                        .maxItems(paging.size())
                        .isTruncated(page.isTruncated())
                        .quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(AccessControlFamily::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return ListOriginAccessControlsResponse.builder()
                .originAccessControlList(list.build())
                .build();
    }

    private static OriginAccessControl view(Kept<OriginAccessControlConfig> one) {
        return OriginAccessControl.builder()
                .id(one.id())
                .originAccessControlConfig(one.config())
                .build();
    }

    private static OriginAccessControlSummary summary(Kept<OriginAccessControlConfig> one) {
        return OriginAccessControlSummary.builder()
                .id(one.id())
                .name(one.config().name())
                .description(one.config().description())
                .signingProtocol(one.config().signingProtocolAsString())
                .signingBehavior(one.config().signingBehaviorAsString())
                .originAccessControlOriginType(one.config().originAccessControlOriginTypeAsString())
                .build();
    }
}
