package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByCachePolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByCachePolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByConnectionModeRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByConnectionModeResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByOriginRequestPolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByOriginRequestPolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByResponseHeadersPolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByResponseHeadersPolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByWebAclIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByWebAclIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

/// See [DistributionFamily] and [DistributionLists].
interface DistributionOperations extends Operations {
    @Override
    default CreateDistributionResponse createDistribution(CreateDistributionRequest request) {
        return door().distributions.create(account(), request);
    }

    @Override
    default CreateDistributionWithTagsResponse createDistributionWithTags(
            CreateDistributionWithTagsRequest request) {
        return door().distributions.create(account(), request);
    }

    @Override
    default GetDistributionResponse getDistribution(GetDistributionRequest request) {
        return door().distributions.get(account(), request);
    }

    @Override
    default GetDistributionConfigResponse getDistributionConfig(
            GetDistributionConfigRequest request) {
        return door().distributions.getConfig(account(), request);
    }

    @Override
    default UpdateDistributionResponse updateDistribution(UpdateDistributionRequest request) {
        return door().distributions.update(account(), request);
    }

    @Override
    default DeleteDistributionResponse deleteDistribution(DeleteDistributionRequest request) {
        return door().distributions.delete(account(), request);
    }

    @Override
    default ListDistributionsResponse listDistributions(ListDistributionsRequest request) {
        return door().lists.all(account(), request);
    }

    @Override
    default ListDistributionsByConnectionModeResponse listDistributionsByConnectionMode(
            ListDistributionsByConnectionModeRequest request) {
        return door().lists.byConnectionMode(account(), request);
    }

    @Override
    default ListDistributionsByCachePolicyIdResponse listDistributionsByCachePolicyId(
            ListDistributionsByCachePolicyIdRequest request) {
        return door().lists.byCachePolicy(account(), request);
    }

    @Override
    default ListDistributionsByOriginRequestPolicyIdResponse
            listDistributionsByOriginRequestPolicyId(
                    ListDistributionsByOriginRequestPolicyIdRequest request) {
        return door().lists.byOriginRequestPolicy(account(), request);
    }

    @Override
    default ListDistributionsByResponseHeadersPolicyIdResponse
            listDistributionsByResponseHeadersPolicyId(
                    ListDistributionsByResponseHeadersPolicyIdRequest request) {
        return door().lists.byResponseHeadersPolicy(account(), request);
    }

    @Override
    default ListDistributionsByWebAclIdResponse listDistributionsByWebACLId(
            ListDistributionsByWebAclIdRequest request) {
        return door().lists.byWebAcl(account(), request);
    }
}
