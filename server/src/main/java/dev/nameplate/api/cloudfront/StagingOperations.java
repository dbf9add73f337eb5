package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CopyDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListContinuousDeploymentPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListContinuousDeploymentPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateContinuousDeploymentPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionWithStagingConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionWithStagingConfigResponse;

/// See [StagingFamily] and [DeploymentPolicyFamily].
interface StagingOperations extends Operations {
    @Override
    default CopyDistributionResponse copyDistribution(CopyDistributionRequest request) {
        return door().staging.copy(account(), request);
    }

    @Override
    default UpdateDistributionWithStagingConfigResponse updateDistributionWithStagingConfig(
            UpdateDistributionWithStagingConfigRequest request) {
        return door().staging.promote(account(), request);
    }

    @Override
    default CreateContinuousDeploymentPolicyResponse createContinuousDeploymentPolicy(
            CreateContinuousDeploymentPolicyRequest request) {
        return door().deploymentPolicies.create(account(), request);
    }

    @Override
    default GetContinuousDeploymentPolicyResponse getContinuousDeploymentPolicy(
            GetContinuousDeploymentPolicyRequest request) {
        return door().deploymentPolicies.get(account(), request);
    }

    @Override
    default GetContinuousDeploymentPolicyConfigResponse getContinuousDeploymentPolicyConfig(
            GetContinuousDeploymentPolicyConfigRequest request) {
        return door().deploymentPolicies.getConfig(account(), request);
    }

    @Override
    default UpdateContinuousDeploymentPolicyResponse updateContinuousDeploymentPolicy(
            UpdateContinuousDeploymentPolicyRequest request) {
        return door().deploymentPolicies.update(account(), request);
    }

    @Override
    default DeleteContinuousDeploymentPolicyResponse deleteContinuousDeploymentPolicy(
            DeleteContinuousDeploymentPolicyRequest request) {
        return door().deploymentPolicies.delete(account(), request);
    }

    @Override
    default ListContinuousDeploymentPoliciesResponse listContinuousDeploymentPolicies(
            ListContinuousDeploymentPoliciesRequest request) {
        return door().deploymentPolicies.list(account(), request);
    }
}
