package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.CannotChangeImmutablePublicKeyFieldsException;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysRequest;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchPublicKeyException;
import software.amazon.awssdk.services.cloudfront.model.PublicKey;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyInUseException;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyList;
import software.amazon.awssdk.services.cloudfront.model.PublicKeySummary;
import software.amazon.awssdk.services.cloudfront.model.TooManyPublicKeysException;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyResponse;

import java.util.Objects;
import java.util.Optional;

/// Public keys, by which signed URLs and cookies are verified. Only the comment of one can change.
final class PublicKeyFamily {
    static final int QUOTA = 10;

    private final KeptConfigs<PublicKeyConfig> kept;

    PublicKeyFamily(KeptConfigs<PublicKeyConfig> kept) {
        this.kept = kept;
    }

    static KeptConfigs.Terms<PublicKeyConfig> terms() {
        return new KeptConfigs.Terms<>(
                Kind.PUBLIC_KEY,
                QUOTA,
                ids -> ids.prefixed("K"),
                PublicKeyFamily::accepted,
                PublicKeyConfig::name,
                document -> ModelJson.read(document, PublicKeyConfig.builder()),
                id ->
                        NoSuchPublicKeyException.builder()
                                .message("The specified public key doesn't exist: " + id + ".")
                                .build(),
                name ->
                        PublicKeyAlreadyExistsException.builder()
                                .message("The specified public key already exists: " + name + ".")
                                .build(),
                () ->
                        PublicKeyInUseException.builder()
                                .message(
                                        "The specified public key is in use: a key group contains it.")
                                .build(),
                quota ->
                        TooManyPublicKeysException.builder()
                                .message(
                                        "The maximum number of public keys has been created: "
                                                + quota
                                                + ".")
                                .build());
    }

    private static PublicKeyConfig accepted(PublicKeyConfig sent) {
        require(!sent.callerReference().isEmpty(), "The parameter CallerReference is required.");
        require(
                !sent.name().isEmpty() && sent.name().length() <= 128,
                "The parameter Name must have 1 to 128 characters.");
        require(
                sent.comment() == null || sent.comment().length() <= 128,
                "The parameter Comment is too long: it may have 128 characters.");
        PublicKeyPem.parse(sent.encodedKey());
        return sent;
    }

    CreatePublicKeyResponse create(AccountId account, CreatePublicKeyRequest request) {
        Kept<PublicKeyConfig> created = kept.create(account, request.publicKeyConfig());
        return CreatePublicKeyResponse.builder()
                .publicKey(view(created))
                .location("https://cloudfront.amazonaws.com/2020-05-31/public-key/" + created.id())
                .eTag(created.etag())
                .build();
    }

    GetPublicKeyResponse get(AccountId account, GetPublicKeyRequest request) {
        Kept<PublicKeyConfig> found = kept.get(account, request.id());
        return GetPublicKeyResponse.builder().publicKey(view(found)).eTag(found.etag()).build();
    }

    GetPublicKeyConfigResponse getConfig(AccountId account, GetPublicKeyConfigRequest request) {
        Kept<PublicKeyConfig> found = kept.get(account, request.id());
        return GetPublicKeyConfigResponse.builder()
                .publicKeyConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    UpdatePublicKeyResponse update(AccountId account, UpdatePublicKeyRequest request) {
        PublicKeyConfig now = kept.get(account, request.id()).config();
        PublicKeyConfig sent = request.publicKeyConfig();
        require(
                now.callerReference().equals(sent.callerReference())
                        && now.name().equals(sent.name())
                        && Objects.equals(now.encodedKey().strip(), sent.encodedKey().strip()),
                () ->
                        CannotChangeImmutablePublicKeyFieldsException.builder()
                                .message("You can't change the value of a public key.")
                                .build());
        Kept<PublicKeyConfig> changed =
                kept.update(account, request.id(), request.ifMatch(), sent, (_, _, _) -> {});
        return UpdatePublicKeyResponse.builder()
                .publicKey(view(changed))
                .eTag(changed.etag())
                .build();
    }

    DeletePublicKeyResponse delete(AccountId account, DeletePublicKeyRequest request) {
        kept.delete(account, request.id(), request.ifMatch());
        return DeletePublicKeyResponse.builder().build();
    }

    ListPublicKeysResponse list(AccountId account, ListPublicKeysRequest request) {
        Paging paging = Paging.of(request.marker(), request.maxItems());
        Paging.Page<Kept<PublicKeyConfig>> page = kept.page(account, paging, Optional.empty());
        PublicKeyList.Builder list =
                PublicKeyList.builder().maxItems(paging.size()).quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(PublicKeyFamily::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return ListPublicKeysResponse.builder().publicKeyList(list.build()).build();
    }

    private static PublicKey view(Kept<PublicKeyConfig> kept) {
        return PublicKey.builder()
                .id(kept.id())
                .createdTime(kept.createdAt())
                .publicKeyConfig(kept.config())
                .build();
    }

    private static PublicKeySummary summary(Kept<PublicKeyConfig> kept) {
        return PublicKeySummary.builder()
                .id(kept.id())
                .name(kept.config().name())
                .createdTime(kept.createdAt())
                .encodedKey(kept.config().encodedKey())
                .comment(kept.config().comment())
                .build();
    }
}
