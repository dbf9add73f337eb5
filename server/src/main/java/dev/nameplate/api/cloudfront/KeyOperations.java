package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsResponse;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysRequest;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyResponse;

/// See [PublicKeyFamily] and [KeyGroupFamily].
interface KeyOperations extends Operations {
    @Override
    default CreatePublicKeyResponse createPublicKey(CreatePublicKeyRequest request) {
        return door().publicKeys.create(account(), request);
    }

    @Override
    default GetPublicKeyResponse getPublicKey(GetPublicKeyRequest request) {
        return door().publicKeys.get(account(), request);
    }

    @Override
    default GetPublicKeyConfigResponse getPublicKeyConfig(GetPublicKeyConfigRequest request) {
        return door().publicKeys.getConfig(account(), request);
    }

    @Override
    default UpdatePublicKeyResponse updatePublicKey(UpdatePublicKeyRequest request) {
        return door().publicKeys.update(account(), request);
    }

    @Override
    default DeletePublicKeyResponse deletePublicKey(DeletePublicKeyRequest request) {
        return door().publicKeys.delete(account(), request);
    }

    @Override
    default ListPublicKeysResponse listPublicKeys(ListPublicKeysRequest request) {
        return door().publicKeys.list(account(), request);
    }

    @Override
    default CreateKeyGroupResponse createKeyGroup(CreateKeyGroupRequest request) {
        return door().keyGroups.create(account(), request);
    }

    @Override
    default GetKeyGroupResponse getKeyGroup(GetKeyGroupRequest request) {
        return door().keyGroups.get(account(), request);
    }

    @Override
    default GetKeyGroupConfigResponse getKeyGroupConfig(GetKeyGroupConfigRequest request) {
        return door().keyGroups.getConfig(account(), request);
    }

    @Override
    default UpdateKeyGroupResponse updateKeyGroup(UpdateKeyGroupRequest request) {
        return door().keyGroups.update(account(), request);
    }

    @Override
    default DeleteKeyGroupResponse deleteKeyGroup(DeleteKeyGroupRequest request) {
        return door().keyGroups.delete(account(), request);
    }

    @Override
    default ListKeyGroupsResponse listKeyGroups(ListKeyGroupsRequest request) {
        return door().keyGroups.list(account(), request);
    }

    @Override
    default ListDistributionsByKeyGroupResponse listDistributionsByKeyGroup(
            ListDistributionsByKeyGroupRequest request) {
        return door().lists.byKeyGroup(account(), request);
    }
}
