package dev.nameplate.api.lightsail;

import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.AttachInstancesToLoadBalancerRequest;
import software.amazon.awssdk.services.lightsail.model.AttachInstancesToLoadBalancerResponse;
import software.amazon.awssdk.services.lightsail.model.AttachLoadBalancerTlsCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.AttachLoadBalancerTlsCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.CreateLoadBalancerRequest;
import software.amazon.awssdk.services.lightsail.model.CreateLoadBalancerResponse;
import software.amazon.awssdk.services.lightsail.model.CreateLoadBalancerTlsCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.CreateLoadBalancerTlsCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteLoadBalancerRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteLoadBalancerResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteLoadBalancerTlsCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteLoadBalancerTlsCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.DetachInstancesFromLoadBalancerRequest;
import software.amazon.awssdk.services.lightsail.model.DetachInstancesFromLoadBalancerResponse;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerMetricDataRequest;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerMetricDataResponse;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerRequest;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerResponse;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerTlsCertificatesRequest;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerTlsCertificatesResponse;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerTlsPoliciesRequest;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancerTlsPoliciesResponse;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancersRequest;
import software.amazon.awssdk.services.lightsail.model.GetLoadBalancersResponse;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.UpdateLoadBalancerAttributeRequest;
import software.amazon.awssdk.services.lightsail.model.UpdateLoadBalancerAttributeResponse;

import java.util.List;

/// Lightsail's load balancers, of which there are none: lists are empty, each by itself is not found, and none can be made.
/// Their TLS certificates are bound to them, so there are none of those either.
abstract class WithoutLoadBalancers implements LightsailClient {

    @Override
    public CreateLoadBalancerResponse createLoadBalancer(CreateLoadBalancerRequest request) {
        throw Refusal.unsupported(
                "This server has no load balancers: its edge serves what a distribution serves. Use"
                        + " CreateDistribution.");
    }

    @Override
    public CreateLoadBalancerTlsCertificateResponse createLoadBalancerTlsCertificate(
            CreateLoadBalancerTlsCertificateRequest request) {
        throw Refusal.unsupported(
                "This server has no load balancers, and so no certificates of theirs. Use"
                        + " CreateCertificate and AttachCertificateToDistribution.");
    }

    @Override
    public GetLoadBalancersResponse getLoadBalancers(GetLoadBalancersRequest request) {
        PageToken.decode("balancers", request.pageToken(), PageToken.Position.OLDEST);
        return GetLoadBalancersResponse.builder().loadBalancers(List.of()).build();
    }

    @Override
    public GetLoadBalancerTlsPoliciesResponse getLoadBalancerTlsPolicies(
            GetLoadBalancerTlsPoliciesRequest request) {
        throw Refusal.unsupported(
                "This server has no load balancers, and so no TLS policies of theirs.");
    }

    @Override
    public AttachInstancesToLoadBalancerResponse attachInstancesToLoadBalancer(
            AttachInstancesToLoadBalancerRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public AttachLoadBalancerTlsCertificateResponse attachLoadBalancerTlsCertificate(
            AttachLoadBalancerTlsCertificateRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public DeleteLoadBalancerResponse deleteLoadBalancer(DeleteLoadBalancerRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public DeleteLoadBalancerTlsCertificateResponse deleteLoadBalancerTlsCertificate(
            DeleteLoadBalancerTlsCertificateRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public DetachInstancesFromLoadBalancerResponse detachInstancesFromLoadBalancer(
            DetachInstancesFromLoadBalancerRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public GetLoadBalancerResponse getLoadBalancer(GetLoadBalancerRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public GetLoadBalancerMetricDataResponse getLoadBalancerMetricData(
            GetLoadBalancerMetricDataRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public GetLoadBalancerTlsCertificatesResponse getLoadBalancerTlsCertificates(
            GetLoadBalancerTlsCertificatesRequest request) {
        throw absent(request.loadBalancerName());
    }

    @Override
    public UpdateLoadBalancerAttributeResponse updateLoadBalancerAttribute(
            UpdateLoadBalancerAttributeRequest request) {
        throw absent(request.loadBalancerName());
    }

    private static RuntimeException absent(String name) {
        return Refusal.notFound(ResourceType.LOAD_BALANCER, name);
    }
}
