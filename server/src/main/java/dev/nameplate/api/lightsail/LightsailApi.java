package dev.nameplate.api.lightsail;

import software.amazon.awssdk.services.lightsail.model.AttachCertificateToDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.AttachCertificateToDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.CreateDomainEntryRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDomainEntryResponse;
import software.amazon.awssdk.services.lightsail.model.CreateDomainRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDomainResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainEntryRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainEntryResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainResponse;
import software.amazon.awssdk.services.lightsail.model.DetachCertificateFromDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.DetachCertificateFromDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.GetActiveNamesRequest;
import software.amazon.awssdk.services.lightsail.model.GetActiveNamesResponse;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesRequest;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesResponse;
import software.amazon.awssdk.services.lightsail.model.GetDistributionBundlesRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionBundlesResponse;
import software.amazon.awssdk.services.lightsail.model.GetDistributionLatestCacheResetRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionLatestCacheResetResponse;
import software.amazon.awssdk.services.lightsail.model.GetDistributionMetricDataRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionMetricDataResponse;
import software.amazon.awssdk.services.lightsail.model.GetDistributionsRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionsResponse;
import software.amazon.awssdk.services.lightsail.model.GetDomainRequest;
import software.amazon.awssdk.services.lightsail.model.GetDomainResponse;
import software.amazon.awssdk.services.lightsail.model.GetDomainsRequest;
import software.amazon.awssdk.services.lightsail.model.GetDomainsResponse;
import software.amazon.awssdk.services.lightsail.model.GetOperationRequest;
import software.amazon.awssdk.services.lightsail.model.GetOperationResponse;
import software.amazon.awssdk.services.lightsail.model.GetOperationsForResourceRequest;
import software.amazon.awssdk.services.lightsail.model.GetOperationsForResourceResponse;
import software.amazon.awssdk.services.lightsail.model.GetOperationsRequest;
import software.amazon.awssdk.services.lightsail.model.GetOperationsResponse;
import software.amazon.awssdk.services.lightsail.model.GetRegionsRequest;
import software.amazon.awssdk.services.lightsail.model.GetRegionsResponse;
import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.ResetDistributionCacheRequest;
import software.amazon.awssdk.services.lightsail.model.ResetDistributionCacheResponse;
import software.amazon.awssdk.services.lightsail.model.SetIpAddressTypeRequest;
import software.amazon.awssdk.services.lightsail.model.SetIpAddressTypeResponse;
import software.amazon.awssdk.services.lightsail.model.TagResourceRequest;
import software.amazon.awssdk.services.lightsail.model.TagResourceResponse;
import software.amazon.awssdk.services.lightsail.model.UntagResourceRequest;
import software.amazon.awssdk.services.lightsail.model.UntagResourceResponse;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionBundleRequest;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionBundleResponse;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.UpdateDomainEntryRequest;
import software.amazon.awssdk.services.lightsail.model.UpdateDomainEntryResponse;

/// Every Lightsail operation offered here, for one caller. An operation that is missing is refused by the wire in
/// Lightsail's own terms, those about load balancers by [WithoutLoadBalancers].
final class LightsailApi extends WithoutLoadBalancers {
    private final Lightsail door;
    private final Call call;

    LightsailApi(Lightsail door, Call call) {
        this.door = door;
        this.call = call;
    }

    @Override
    public CreateCertificateResponse createCertificate(CreateCertificateRequest request) {
        return door.certificates.create(call, request);
    }

    @Override
    public GetCertificatesResponse getCertificates(GetCertificatesRequest request) {
        return door.certificates.get(call, request);
    }

    @Override
    public DeleteCertificateResponse deleteCertificate(DeleteCertificateRequest request) {
        return door.certificates.delete(call, request);
    }

    @Override
    public CreateDistributionResponse createDistribution(CreateDistributionRequest request) {
        return door.distributions.create(call, request);
    }

    @Override
    public GetDistributionsResponse getDistributions(GetDistributionsRequest request) {
        return door.distributions.get(call, request);
    }

    @Override
    public DeleteDistributionResponse deleteDistribution(DeleteDistributionRequest request) {
        return door.distributions.delete(call, request);
    }

    @Override
    public AttachCertificateToDistributionResponse attachCertificateToDistribution(
            AttachCertificateToDistributionRequest request) {
        return door.changes.attach(call, request);
    }

    @Override
    public DetachCertificateFromDistributionResponse detachCertificateFromDistribution(
            DetachCertificateFromDistributionRequest request) {
        return door.changes.detach(call, request);
    }

    @Override
    public UpdateDistributionResponse updateDistribution(UpdateDistributionRequest request) {
        return door.changes.update(call, request);
    }

    @Override
    public UpdateDistributionBundleResponse updateDistributionBundle(
            UpdateDistributionBundleRequest request) {
        return door.changes.updateBundle(call, request);
    }

    @Override
    public GetDistributionBundlesResponse getDistributionBundles(
            GetDistributionBundlesRequest request) {
        call.requireHomeOf(LightsailDistributions.FAMILY);
        return DistributionBundles.describe();
    }

    @Override
    public ResetDistributionCacheResponse resetDistributionCache(
            ResetDistributionCacheRequest request) {
        return door.cacheReset.reset(call, request);
    }

    @Override
    public GetDistributionLatestCacheResetResponse getDistributionLatestCacheReset(
            GetDistributionLatestCacheResetRequest request) {
        return door.cacheReset.latest(call, request);
    }

    @Override
    public GetDistributionMetricDataResponse getDistributionMetricData(
            GetDistributionMetricDataRequest request) {
        return door.metrics.get(call, request);
    }

    @Override
    public SetIpAddressTypeResponse setIpAddressType(SetIpAddressTypeRequest request) {
        return door.changes.setIpAddressType(call, request);
    }

    @Override
    public CreateDomainResponse createDomain(CreateDomainRequest request) {
        return door.domains.create(call, request);
    }

    @Override
    public GetDomainResponse getDomain(GetDomainRequest request) {
        return door.domains.get(call, request);
    }

    @Override
    public GetDomainsResponse getDomains(GetDomainsRequest request) {
        return door.domains.list(call, request);
    }

    @Override
    public DeleteDomainResponse deleteDomain(DeleteDomainRequest request) {
        return door.domains.delete(call, request);
    }

    @Override
    public CreateDomainEntryResponse createDomainEntry(CreateDomainEntryRequest request) {
        return door.domains.createEntry(call, request);
    }

    @Override
    public UpdateDomainEntryResponse updateDomainEntry(UpdateDomainEntryRequest request) {
        return door.domains.updateEntry(call, request);
    }

    @Override
    public DeleteDomainEntryResponse deleteDomainEntry(DeleteDomainEntryRequest request) {
        return door.domains.deleteEntry(call, request);
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        return door.tags.tag(call, request);
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        return door.tags.untag(call, request);
    }

    @Override
    public GetOperationResponse getOperation(GetOperationRequest request) {
        return GetOperationResponse.builder()
                .operation(door.operations.get(call, request.operationId()))
                .build();
    }

    @Override
    public GetOperationsResponse getOperations(GetOperationsRequest request) {
        PageToken.Page<Operation> page = door.operations.all(call, request.pageToken());
        return GetOperationsResponse.builder()
                .operations(page.items())
                .nextPageToken(page.nextToken())
                .build();
    }

    @Override
    public GetOperationsForResourceResponse getOperationsForResource(
            GetOperationsForResourceRequest request) {
        PageToken.Page<Operation> page =
                door.operations.of(call, request.resourceName(), request.pageToken());
        return GetOperationsForResourceResponse.builder()
                .operations(page.items())
                .nextPageToken(page.nextToken())
                .build();
    }

    @Override
    public GetActiveNamesResponse getActiveNames(GetActiveNamesRequest request) {
        return door.activeNames.get(call, request);
    }

    @Override
    public GetRegionsResponse getRegions(GetRegionsRequest request) {
        return LightsailRegions.describe(request);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    /// Holds nothing of its own.
    @Override
    public void close() {}
}
