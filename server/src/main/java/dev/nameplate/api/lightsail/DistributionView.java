package dev.nameplate.api.lightsail;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.lightsail.model.CacheBehaviorPerPath;
import software.amazon.awssdk.services.lightsail.model.CacheSettings;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.time.Instant;
import java.util.List;

/// A distribution in Lightsail's words. Decides nothing but the words.
final class DistributionView {
    private DistributionView() {}

    static LightsailDistribution of(
            NamedResource resource, Distribution distribution, List<Tag> tags, Instant now) {
        DistributionDocument document = DistributionDocument.fromJson(distribution.document());
        DistributionDocument.Origin origin = document.origin();
        return LightsailDistribution.builder()
                .name(resource.name())
                .arn(resource.arn().toString())
                .supportCode(SupportCode.of(distribution.account(), distribution.id()))
                .createdAt(resource.createdAt())
                .location(at -> at.availabilityZone("all").regionName(resource.arn().location()))
                .resourceType(ResourceType.DISTRIBUTION)
                .alternativeDomainNames(
                        distribution.config().aliases().stream().map(DomainName::ascii).toList())
                .status(
                        switch (distribution.status()) {
                            case IN_PROGRESS -> "InProgress";
                            case DEPLOYED -> "Deployed";
                        })
                .isEnabled(distribution.config().enabled())
                .domainName(distribution.domainName())
                .bundleId(document.bundleId())
                .certificateName(
                        document.certificateName().isEmpty() ? null : document.certificateName())
                // The origin is a host, none of Lightsail's resource types.
                .origin(from ->
                        from.name(origin.name())
                                .regionName(origin.regionName())
                                .protocolPolicy(origin.protocolPolicy())
                                .responseTimeout(origin.responseTimeout()))
                .originPublicDNS(OriginAddress.parse(origin.name()).host())
                .defaultCacheBehavior(cache -> cache.behavior(document.defaultBehavior()))
                .cacheBehaviorSettings(settings(document.cacheSettings()))
                .cacheBehaviors(
                        document.pathBehaviors().stream()
                                .map(path ->
                                        CacheBehaviorPerPath.builder()
                                                .path(path.path())
                                                .behavior(path.behavior())
                                                .build())
                                .toList())
                .ableToUpdateBundle(DistributionBundles.mayChange(document, now))
                .ipAddressType(document.ipAddressType())
                .tags(tags)
                .viewerMinimumTlsProtocolVersion(document.minimumTls())
                .build();
    }

    private static CacheSettings settings(DistributionDocument.CacheSettings settings) {
        return CacheSettings.builder()
                .defaultTTL(settings.defaultTtl())
                .minimumTTL(settings.minimumTtl())
                .maximumTTL(settings.maximumTtl())
                .allowedHTTPMethods(settings.allowedMethods())
                .cachedHTTPMethods(settings.cachedMethods())
                .forwardedCookies(cookies ->
                        cookies.option(settings.cookieOption())
                                .cookiesAllowList(settings.cookies()))
                .forwardedHeaders(headers ->
                        headers.option(settings.headerOption())
                                .headersAllowListWithStrings(settings.headers()))
                .forwardedQueryStrings(queries ->
                        queries.option(settings.allQueryStrings())
                                .queryStringsAllowList(settings.queryStrings()))
                .build();
    }
}
