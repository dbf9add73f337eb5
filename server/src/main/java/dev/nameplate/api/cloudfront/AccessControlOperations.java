package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlResponse;

/// See [AccessControlFamily].
interface AccessControlOperations extends Operations {
    @Override
    default CreateOriginAccessControlResponse createOriginAccessControl(
            CreateOriginAccessControlRequest request) {
        return door().accessControls.create(account(), request);
    }

    @Override
    default GetOriginAccessControlResponse getOriginAccessControl(
            GetOriginAccessControlRequest request) {
        return door().accessControls.get(account(), request);
    }

    @Override
    default GetOriginAccessControlConfigResponse getOriginAccessControlConfig(
            GetOriginAccessControlConfigRequest request) {
        return door().accessControls.getConfig(account(), request);
    }

    @Override
    default UpdateOriginAccessControlResponse updateOriginAccessControl(
            UpdateOriginAccessControlRequest request) {
        return door().accessControls.update(account(), request);
    }

    @Override
    default DeleteOriginAccessControlResponse deleteOriginAccessControl(
            DeleteOriginAccessControlRequest request) {
        return door().accessControls.delete(account(), request);
    }

    @Override
    default ListOriginAccessControlsResponse listOriginAccessControls(
            ListOriginAccessControlsRequest request) {
        return door().accessControls.list(account(), request);
    }
}
