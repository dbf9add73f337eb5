package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyResponse;

/// See [CachePolicyFamily], [OriginRequestPolicyFamily] and [ResponseHeadersPolicyFamily].
interface PolicyOperations extends Operations {
    @Override
    default CreateCachePolicyResponse createCachePolicy(CreateCachePolicyRequest request) {
        return door().cachePolicies.create(account(), request);
    }

    @Override
    default GetCachePolicyResponse getCachePolicy(GetCachePolicyRequest request) {
        return door().cachePolicies.get(account(), request);
    }

    @Override
    default GetCachePolicyConfigResponse getCachePolicyConfig(GetCachePolicyConfigRequest request) {
        return door().cachePolicies.getConfig(account(), request);
    }

    @Override
    default UpdateCachePolicyResponse updateCachePolicy(UpdateCachePolicyRequest request) {
        return door().cachePolicies.update(account(), request);
    }

    @Override
    default DeleteCachePolicyResponse deleteCachePolicy(DeleteCachePolicyRequest request) {
        return door().cachePolicies.delete(account(), request);
    }

    @Override
    default ListCachePoliciesResponse listCachePolicies(ListCachePoliciesRequest request) {
        return door().cachePolicies.list(account(), request);
    }

    @Override
    default CreateOriginRequestPolicyResponse createOriginRequestPolicy(
            CreateOriginRequestPolicyRequest request) {
        return door().originRequestPolicies.create(account(), request);
    }

    @Override
    default GetOriginRequestPolicyResponse getOriginRequestPolicy(
            GetOriginRequestPolicyRequest request) {
        return door().originRequestPolicies.get(account(), request);
    }

    @Override
    default GetOriginRequestPolicyConfigResponse getOriginRequestPolicyConfig(
            GetOriginRequestPolicyConfigRequest request) {
        return door().originRequestPolicies.getConfig(account(), request);
    }

    @Override
    default UpdateOriginRequestPolicyResponse updateOriginRequestPolicy(
            UpdateOriginRequestPolicyRequest request) {
        return door().originRequestPolicies.update(account(), request);
    }

    @Override
    default DeleteOriginRequestPolicyResponse deleteOriginRequestPolicy(
            DeleteOriginRequestPolicyRequest request) {
        return door().originRequestPolicies.delete(account(), request);
    }

    @Override
    default ListOriginRequestPoliciesResponse listOriginRequestPolicies(
            ListOriginRequestPoliciesRequest request) {
        return door().originRequestPolicies.list(account(), request);
    }

    @Override
    default CreateResponseHeadersPolicyResponse createResponseHeadersPolicy(
            CreateResponseHeadersPolicyRequest request) {
        return door().responseHeadersPolicies.create(account(), request);
    }

    @Override
    default GetResponseHeadersPolicyResponse getResponseHeadersPolicy(
            GetResponseHeadersPolicyRequest request) {
        return door().responseHeadersPolicies.get(account(), request);
    }

    @Override
    default GetResponseHeadersPolicyConfigResponse getResponseHeadersPolicyConfig(
            GetResponseHeadersPolicyConfigRequest request) {
        return door().responseHeadersPolicies.getConfig(account(), request);
    }

    @Override
    default UpdateResponseHeadersPolicyResponse updateResponseHeadersPolicy(
            UpdateResponseHeadersPolicyRequest request) {
        return door().responseHeadersPolicies.update(account(), request);
    }

    @Override
    default DeleteResponseHeadersPolicyResponse deleteResponseHeadersPolicy(
            DeleteResponseHeadersPolicyRequest request) {
        return door().responseHeadersPolicies.delete(account(), request);
    }

    @Override
    default ListResponseHeadersPoliciesResponse listResponseHeadersPolicies(
            ListResponseHeadersPoliciesRequest request) {
        return door().responseHeadersPolicies.list(account(), request);
    }
}
