package dev.nameplate.api.cloudfront;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.tenant.Tenant;

import software.amazon.awssdk.services.cloudfront.model.Customizations;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenant;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenantSummary;
import software.amazon.awssdk.services.cloudfront.model.DomainResult;
import software.amazon.awssdk.services.cloudfront.model.DomainStatus;
import software.amazon.awssdk.services.cloudfront.model.Parameter;

import java.util.List;
import java.util.Map;

/// A tenant as the API shows it.
final class TenantView {
    private TenantView() {}

    static DistributionTenant full(Tenant tenant, Map<String, String> tags) {
        return DistributionTenant.builder()
                .id(tenant.id())
                .distributionId(tenant.settings().template().value())
                .name(tenant.name())
                .arn(arn(tenant))
                .domains(domains(tenant))
                .tags(DistributionTags.write(tags))
                .customizations(customizations(tenant))
                .parameters(parameters(tenant))
                .connectionGroupId(tenant.settings().groupId())
                .createdTime(tenant.createdAt())
                .lastModifiedTime(tenant.modifiedAt())
                .enabled(tenant.settings().enabled())
                .status(status(tenant.status()))
                .build();
    }

    static DistributionTenantSummary summary(Tenant tenant) {
        return DistributionTenantSummary.builder()
                .id(tenant.id())
                .distributionId(tenant.settings().template().value())
                .name(tenant.name())
                .arn(arn(tenant))
                .domains(domains(tenant))
                .connectionGroupId(tenant.settings().groupId())
                .customizations(customizations(tenant))
                .createdTime(tenant.createdAt())
                .lastModifiedTime(tenant.modifiedAt())
                .eTag(tenant.etag())
                .enabled(tenant.settings().enabled())
                .status(status(tenant.status()))
                .build();
    }

    static String status(Distribution.Status status) {
        return switch (status) {
            case IN_PROGRESS -> "InProgress";
            case DEPLOYED -> "Deployed";
        };
    }

    static String certificateArn(AccountId account, CertificateId id) {
        return "arn:aws:acm:" + Region.US_EAST_1.name() + ":" + account + ":certificate/" + id;
    }

    private static String arn(Tenant tenant) {
        return "arn:aws:cloudfront::" + tenant.account() + ":" + tenant.resourceKey();
    }

    private static List<DomainResult> domains(Tenant tenant) {
        return tenant.settings().domains().stream()
                .map(domain ->
                        DomainResult.builder()
                                .domain(domain.ascii())
                                .status(
                                        tenant.active().contains(domain)
                                                ? DomainStatus.ACTIVE
                                                : DomainStatus.INACTIVE)
                                .build())
                .toList();
    }

    private static List<Parameter> parameters(Tenant tenant) {
        return tenant.settings().parameters().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(one -> Parameter.builder().name(one.getKey()).value(one.getValue()).build())
                .toList();
    }

    private static Customizations customizations(Tenant tenant) {
        Customizations.Builder customizations = Customizations.builder();
        tenant.settings()
                .certificate()
                .ifPresent(id ->
                        customizations.certificate(certificate ->
                                certificate.arn(certificateArn(tenant.account(), id))));
        tenant.settings()
                .geoRestriction()
                .ifPresent(geo -> customizations.geoRestrictions(GeoRules.customization(geo)));
        return customizations.build();
    }
}
