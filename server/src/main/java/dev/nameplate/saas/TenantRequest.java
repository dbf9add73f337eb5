package dev.nameplate.saas;

import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenant;
import software.amazon.awssdk.services.cloudfront.model.DomainItem;
import software.amazon.awssdk.services.cloudfront.model.Parameter;
import software.amazon.awssdk.services.cloudfront.model.Tag;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tenant that serves an entry, in CloudFront's words. Its name is the same at every attempt, and its tags say whose it is: that
/// is how an interrupted attempt finds what it made.
public final class TenantRequest {
    private TenantRequest() {}

    /// @param entry served by a tenant, with its certificate
    /// @param names those of the entry's that it is to have
    public static CreateDistributionTenantRequest of(Entry entry, Collection<DomainName> names) {
        Template template = entry.template().orElseThrow();
        Tenancy tenancy = tenancy(entry);
        return CreateDistributionTenantRequest.builder()
                .distributionId(template.distributionId())
                .name(name(entry))
                .domains(domains(names))
                .customizations(with ->
                        with.certificate(certificate ->
                                certificate.arn(entry.progress().certificateArn().orElseThrow())))
                .parameters(parameters(tenancy.parameters()))
                .connectionGroupId(tenancy.connectionGroup().orElse(null))
                .enabled(true)
                .tags(tags -> tags.items(marks(entry)))
                .build();
    }

    static String name(Entry entry) {
        return tenancy(entry).name().orElseGet(entry::reference);
    }

    static Tenancy tenancy(Entry entry) {
        return entry.template().flatMap(Template::tenancy).orElseThrow();
    }

    static List<DomainItem> domains(Collection<DomainName> names) {
        return names.stream()
                .map(name -> DomainItem.builder().domain(name.ascii()).build())
                .toList();
    }

    /// Whether an attempt at this entry made it.
    static boolean made(Entry entry, DistributionTenant tenant) {
        return Optional.ofNullable(tenant.tags())
                .filter(tags -> tags.items().containsAll(marks(entry)))
                .isPresent();
    }

    private static List<Parameter> parameters(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> Parameter.builder().name(each.getKey()).value(each.getValue()).build())
                .toList();
    }

    private static List<Tag> marks(Entry entry) {
        return List.of(
                Tag.builder().key(CertificateSearch.JOB_TAG).value(entry.job().value()).build(),
                Tag.builder()
                        .key(CertificateSearch.ENTRY_TAG)
                        .value(Integer.toString(entry.number()))
                        .build());
    }
}
