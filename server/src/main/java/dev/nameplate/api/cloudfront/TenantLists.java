package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenants;
import dev.nameplate.tenant.Tenants.TenantFilter;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.DistributionTenantAssociationFilter;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsByCustomizationRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsByCustomizationResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionTenantsResponse;

import java.util.List;
import java.util.Optional;

/// An account's distribution tenants in pages: all, those of a template or a connection group, those with a certificate.
final class TenantLists {
    private final Database database;
    private final OwnedDistributions distributions;
    private final Tenants tenants;
    private final ConnectionGroups groups;
    private final ViewerCertificates certificates;

    TenantLists(
            Database database,
            OwnedDistributions distributions,
            Tenants tenants,
            ConnectionGroups groups,
            ViewerCertificates certificates) {
        this.database = database;
        this.distributions = distributions;
        this.tenants = tenants;
        this.groups = groups;
        this.certificates = certificates;
    }

    ListDistributionTenantsResponse list(
            AccountId account, ListDistributionTenantsRequest request) {
        Paging paging = ConnectionGroupFamily.paging(request.marker(), request.maxItems());
        TenantFilter filter =
                database.read(handle ->
                        filter(handle, account, Optional.ofNullable(request.associationFilter())));
        Paging.Page<Tenant> page = page(account, paging, filter);
        ListDistributionTenantsResponse.Builder list = ListDistributionTenantsResponse.builder();
        if (!page.items().isEmpty()) {
            list.distributionTenantList(page.items().stream().map(TenantView::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return list.build();
    }

    /// No tenant has a web ACL of its own, so the list of those is empty.
    ListDistributionTenantsByCustomizationResponse list(
            AccountId account, ListDistributionTenantsByCustomizationRequest request) {
        require(
                (request.webACLArn() == null) != (request.certificateArn() == null),
                "The parameters WebACLArn and CertificateArn: give one of them.");
        if (request.certificateArn() == null) {
            return ListDistributionTenantsByCustomizationResponse.builder().build();
        }
        CertificateId certificate =
                ViewerCertificates.idIn(request.certificateArn(), account)
                        .orElseThrow(() ->
                                invalidArgument(
                                        "The parameter CertificateArn is not the ARN of a certificate of this account in"
                                                + " us-east-1: "
                                                + request.certificateArn()));
        require(
                database.read(handle -> certificates.isThere(handle, account, certificate)),
                () -> ConnectionGroupFamily.missing(request.certificateArn()));
        Paging.Page<Tenant> page =
                page(
                        account,
                        ConnectionGroupFamily.paging(request.marker(), request.maxItems()),
                        new TenantFilter.WithCertificate(certificate));
        ListDistributionTenantsByCustomizationResponse.Builder list =
                ListDistributionTenantsByCustomizationResponse.builder();
        if (!page.items().isEmpty()) {
            list.distributionTenantList(page.items().stream().map(TenantView::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return list.build();
    }

    private Paging.Page<Tenant> page(AccountId account, Paging paging, TenantFilter filter) {
        List<Tenant> found =
                database.read(handle ->
                        tenants.page(handle, account, filter, paging.after(), paging.size() + 1));
        return paging.page(found, last -> Paging.marker(last.id(), last.createdAt()));
    }

    private TenantFilter filter(
            Handle handle, AccountId account, Optional<DistributionTenantAssociationFilter> sent) {
        Optional<String> distribution =
                sent.map(DistributionTenantAssociationFilter::distributionId);
        Optional<String> group = sent.map(DistributionTenantAssociationFilter::connectionGroupId);
        require(
                distribution.isEmpty() || group.isEmpty(),
                "The parameter AssociationFilter takes DistributionId or ConnectionGroupId, not both.");
        return distribution
                .<TenantFilter>map(id ->
                        new TenantFilter.OfTemplate(
                                distributions
                                        .look(handle, account, id)
                                        .orElseThrow(() -> ConnectionGroupFamily.missing(id))
                                        .id()))
                .or(() ->
                        group.map(id ->
                                new TenantFilter.InGroup(
                                        groups.find(handle, account, id)
                                                .orElseThrow(
                                                        () -> ConnectionGroupFamily.missing(id))
                                                .id())))
                .orElseGet(TenantFilter.All::new);
    }
}
