package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CreateConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationForDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationForDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupByRoutingEndpointRequest;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupByRoutingEndpointResponse;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantByDomainRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantByDomainResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationForDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationForDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.GetManagedCertificateDetailsRequest;
import software.amazon.awssdk.services.cloudfront.model.GetManagedCertificateDetailsResponse;
import software.amazon.awssdk.services.cloudfront.model.ListConnectionGroupsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListConnectionGroupsResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsByCustomizationRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsByCustomizationResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDomainConflictsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDomainConflictsResponse;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsForDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsForDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateDomainAssociationRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDomainAssociationResponse;
import software.amazon.awssdk.services.cloudfront.model.VerifyDnsConfigurationRequest;
import software.amazon.awssdk.services.cloudfront.model.VerifyDnsConfigurationResponse;

/// See [TenantFamily], [ConnectionGroupFamily], [ManagedCertificates], [DomainFamily] and [TenantInvalidationFamily].
interface TenantOperations extends Operations {
    @Override
    default CreateDistributionTenantResponse createDistributionTenant(
            CreateDistributionTenantRequest request) {
        return door().tenants.create(account(), request);
    }

    @Override
    default GetDistributionTenantResponse getDistributionTenant(
            GetDistributionTenantRequest request) {
        return door().tenants.get(account(), request);
    }

    @Override
    default GetDistributionTenantByDomainResponse getDistributionTenantByDomain(
            GetDistributionTenantByDomainRequest request) {
        return door().tenants.get(account(), request);
    }

    @Override
    default UpdateDistributionTenantResponse updateDistributionTenant(
            UpdateDistributionTenantRequest request) {
        return door().tenants.update(account(), request);
    }

    @Override
    default DeleteDistributionTenantResponse deleteDistributionTenant(
            DeleteDistributionTenantRequest request) {
        return door().tenants.delete(account(), request);
    }

    @Override
    default ListDistributionTenantsResponse listDistributionTenants(
            ListDistributionTenantsRequest request) {
        return door().tenantLists.list(account(), request);
    }

    @Override
    default ListDistributionTenantsByCustomizationResponse listDistributionTenantsByCustomization(
            ListDistributionTenantsByCustomizationRequest request) {
        return door().tenantLists.list(account(), request);
    }

    @Override
    default CreateConnectionGroupResponse createConnectionGroup(
            CreateConnectionGroupRequest request) {
        return door().connectionGroups.create(account(), request);
    }

    @Override
    default GetConnectionGroupResponse getConnectionGroup(GetConnectionGroupRequest request) {
        return door().connectionGroups.get(account(), request);
    }

    @Override
    default GetConnectionGroupByRoutingEndpointResponse getConnectionGroupByRoutingEndpoint(
            GetConnectionGroupByRoutingEndpointRequest request) {
        return door().connectionGroups.get(account(), request);
    }

    @Override
    default UpdateConnectionGroupResponse updateConnectionGroup(
            UpdateConnectionGroupRequest request) {
        return door().connectionGroups.update(account(), request);
    }

    @Override
    default DeleteConnectionGroupResponse deleteConnectionGroup(
            DeleteConnectionGroupRequest request) {
        return door().connectionGroups.delete(account(), request);
    }

    @Override
    default ListConnectionGroupsResponse listConnectionGroups(ListConnectionGroupsRequest request) {
        return door().connectionGroups.list(account(), request);
    }

    @Override
    default GetManagedCertificateDetailsResponse getManagedCertificateDetails(
            GetManagedCertificateDetailsRequest request) {
        return door().managedCertificates.details(account(), request);
    }

    @Override
    default VerifyDnsConfigurationResponse verifyDnsConfiguration(
            VerifyDnsConfigurationRequest request) {
        return door().managedCertificates.verify(account(), request);
    }

    @Override
    default CreateInvalidationForDistributionTenantResponse createInvalidationForDistributionTenant(
            CreateInvalidationForDistributionTenantRequest request) {
        return door().tenantInvalidations.create(account(), request);
    }

    @Override
    default GetInvalidationForDistributionTenantResponse getInvalidationForDistributionTenant(
            GetInvalidationForDistributionTenantRequest request) {
        return door().tenantInvalidations.get(account(), request);
    }

    @Override
    default ListInvalidationsForDistributionTenantResponse listInvalidationsForDistributionTenant(
            ListInvalidationsForDistributionTenantRequest request) {
        return door().tenantInvalidations.list(account(), request);
    }

    @Override
    default ListDomainConflictsResponse listDomainConflicts(ListDomainConflictsRequest request) {
        return door().domains.conflicts(account(), request);
    }

    @Override
    default UpdateDomainAssociationResponse updateDomainAssociation(
            UpdateDomainAssociationRequest request) {
        return door().domains.move(account(), request);
    }
}
