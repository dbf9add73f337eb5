package dev.nameplate.api.cloudfront;

import dev.nameplate.db.Database;
import dev.nameplate.invalidation.Invalidation;
import dev.nameplate.names.AccountId;
import dev.nameplate.tenant.Tenant;

import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationForDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationForDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationForDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationForDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsForDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsForDistributionTenantResponse;

/// Invalidations of one tenant's content; those of its template reach it too.
final class TenantInvalidationFamily {
    private final Database database;
    private final TenantFamily tenants;
    private final InvalidationFamily invalidations;

    TenantInvalidationFamily(
            Database database, TenantFamily tenants, InvalidationFamily invalidations) {
        this.database = database;
        this.tenants = tenants;
        this.invalidations = invalidations;
    }

    CreateInvalidationForDistributionTenantResponse create(
            AccountId account, CreateInvalidationForDistributionTenantRequest request) {
        Quantities.check("InvalidationBatch", request.invalidationBatch());
        Invalidation created =
                database.write(write -> {
                    Tenant tenant = tenants.find(write.handle(), account, request.id());
                    return invalidations.create(
                            write, tenant.contentId(), request.invalidationBatch());
                });
        return CreateInvalidationForDistributionTenantResponse.builder()
                .invalidation(InvalidationFamily.view(created))
                .location(
                        "https://cloudfront.amazonaws.com/2020-05-31/distribution-tenant/%s/invalidation/%s"
                                .formatted(request.id(), created.id()))
                .build();
    }

    GetInvalidationForDistributionTenantResponse get(
            AccountId account, GetInvalidationForDistributionTenantRequest request) {
        return database.read(handle -> {
            Tenant tenant = tenants.find(handle, account, request.distributionTenantId());
            return GetInvalidationForDistributionTenantResponse.builder()
                    .invalidation(
                            InvalidationFamily.view(
                                    invalidations.find(handle, tenant.contentId(), request.id())))
                    .build();
        });
    }

    ListInvalidationsForDistributionTenantResponse list(
            AccountId account, ListInvalidationsForDistributionTenantRequest request) {
        return database.read(handle -> {
            Tenant tenant = tenants.find(handle, account, request.id());
            Paging paging = ConnectionGroupFamily.paging(request.marker(), request.maxItems());
            return ListInvalidationsForDistributionTenantResponse.builder()
                    .invalidationList(
                            invalidations.list(
                                    handle,
                                    tenant.contentId(),
                                    request.marker(),
                                    Integer.toString(paging.size())))
                    .build();
        });
    }
}
