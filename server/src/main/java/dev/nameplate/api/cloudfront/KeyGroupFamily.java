package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.KeyGroup;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupList;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupSummary;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResourceException;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResourceInUseException;
import software.amazon.awssdk.services.cloudfront.model.TooManyKeyGroupsException;
import software.amazon.awssdk.services.cloudfront.model.TooManyPublicKeysInKeyGroupException;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupResponse;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Key groups: the public keys that the behaviours of a distribution trust. A change reaches every distribution that names the
/// group, whose own configuration stays.
final class KeyGroupFamily {
    static final int QUOTA = 10;
    static final int MAX_KEYS = 5;

    private final KeptConfigs<KeyGroupConfig> kept;
    private final KeptConfigs<PublicKeyConfig> keys;
    private final Derivation derivation;

    KeyGroupFamily(
            KeptConfigs<KeyGroupConfig> kept,
            KeptConfigs<PublicKeyConfig> keys,
            Derivation derivation) {
        this.kept = kept;
        this.keys = keys;
        this.derivation = derivation;
    }

    static KeptConfigs.Terms<KeyGroupConfig> terms() {
        return new KeptConfigs.Terms<>(
                Kind.KEY_GROUP,
                QUOTA,
                Ids::uuid,
                KeyGroupFamily::accepted,
                KeyGroupConfig::name,
                document -> ModelJson.read(document, KeyGroupConfig.builder()),
                id ->
                        NoSuchResourceException.builder()
                                .message("The key group " + id + " does not exist.")
                                .build(),
                name ->
                        KeyGroupAlreadyExistsException.builder()
                                .message(
                                        "A key group with this name already exists. You must provide a unique name: "
                                                + name)
                                .build(),
                () ->
                        ResourceInUseException.builder()
                                .message(
                                        "Cannot delete this resource because it is in use: a distribution trusts the key group.")
                                .build(),
                quota ->
                        TooManyKeyGroupsException.builder()
                                .message(
                                        "You have reached the maximum number of key groups for this AWS account: "
                                                + quota
                                                + ".")
                                .build());
    }

    private static KeyGroupConfig accepted(KeyGroupConfig sent) {
        require(
                !sent.name().isEmpty() && sent.name().length() <= 128,
                "The parameter Name must have 1 to 128 characters.");
        require(
                sent.comment() == null || sent.comment().length() <= 128,
                "The parameter Comment is too long: it may have 128 characters.");
        require(!sent.items().isEmpty(), "The parameter Items needs at least one public key.");
        require(
                sent.items().size() <= MAX_KEYS,
                () ->
                        TooManyPublicKeysInKeyGroupException.builder()
                                .message(
                                        "The number of public keys in this key group is more than the maximum allowed: "
                                                + MAX_KEYS
                                                + ".")
                                .build());
        require(
                new HashSet<>(sent.items()).size() == sent.items().size(),
                "The parameter Items contains a public key twice.");
        return sent;
    }

    CreateKeyGroupResponse create(AccountId account, CreateKeyGroupRequest request) {
        Kept<KeyGroupConfig> created =
                kept.create(account, request.keyGroupConfig(), this::keepKeys);
        return CreateKeyGroupResponse.builder()
                .keyGroup(view(created))
                .location("https://cloudfront.amazonaws.com/2020-05-31/key-group/" + created.id())
                .eTag(created.etag())
                .build();
    }

    GetKeyGroupResponse get(AccountId account, GetKeyGroupRequest request) {
        Kept<KeyGroupConfig> found = kept.get(account, request.id());
        return GetKeyGroupResponse.builder().keyGroup(view(found)).eTag(found.etag()).build();
    }

    GetKeyGroupConfigResponse getConfig(AccountId account, GetKeyGroupConfigRequest request) {
        Kept<KeyGroupConfig> found = kept.get(account, request.id());
        return GetKeyGroupConfigResponse.builder()
                .keyGroupConfig(found.config())
                .eTag(found.etag())
                .build();
    }

    UpdateKeyGroupResponse update(AccountId account, UpdateKeyGroupRequest request) {
        Kept<KeyGroupConfig> changed =
                kept.update(
                        account,
                        request.id(),
                        request.ifMatch(),
                        request.keyGroupConfig(),
                        (write, owner, group) -> {
                            keepKeys(write, owner, group);
                            derivation.changed(write, owner, Kind.KEY_GROUP, group.id());
                        });
        return UpdateKeyGroupResponse.builder()
                .keyGroup(view(changed))
                .eTag(changed.etag())
                .build();
    }

    DeleteKeyGroupResponse delete(AccountId account, DeleteKeyGroupRequest request) {
        kept.delete(
                account,
                request.id(),
                request.ifMatch(),
                (write, _, group) -> Uses.forget(write.handle(), group.id()));
        return DeleteKeyGroupResponse.builder().build();
    }

    ListKeyGroupsResponse list(AccountId account, ListKeyGroupsRequest request) {
        Paging paging = Paging.of(request.marker(), request.maxItems());
        Paging.Page<Kept<KeyGroupConfig>> page = kept.page(account, paging, Optional.empty());
        KeyGroupList.Builder list =
                KeyGroupList.builder().maxItems(paging.size()).quantity(page.items().size());
        if (!page.items().isEmpty()) {
            List<KeyGroupSummary> items =
                    page.items().stream()
                            .map(group -> KeyGroupSummary.builder().keyGroup(view(group)).build())
                            .toList();
            list.items(items);
        }
        page.next().ifPresent(list::nextMarker);
        return ListKeyGroupsResponse.builder().keyGroupList(list.build()).build();
    }

    /// A key that a group contains cannot be deleted.
    private void keepKeys(Write write, AccountId account, Kept<KeyGroupConfig> group) {
        Set<Uses.Named> named = new LinkedHashSet<>();
        for (String id : group.config().items()) {
            require(
                    keys.find(write.handle(), account, id).isPresent(),
                    "The parameter Items names the public key " + id + ", which does not exist.");
            named.add(new Uses.Named(Kind.PUBLIC_KEY, id));
        }
        Uses.keep(write.handle(), group.id(), account, group.createdAt(), named);
    }

    private static KeyGroup view(Kept<KeyGroupConfig> kept) {
        return KeyGroup.builder()
                .id(kept.id())
                .lastModifiedTime(kept.modifiedAt())
                .keyGroupConfig(kept.config())
                .build();
    }
}
