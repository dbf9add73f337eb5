package dev.nameplate.api.cloudfront;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.ActiveTrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.AliasICPRecordal;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.ICPRecordalStatus;
import software.amazon.awssdk.services.cloudfront.model.KGKeyPairIds;

import java.util.List;
import java.util.function.Function;

/// A distribution as the API shows it.
final class DistributionView {
    private DistributionView() {}

    static software.amazon.awssdk.services.cloudfront.model.Distribution full(
            Distribution distribution,
            long invalidationsInProgress,
            Function<String, List<String>> keysOfGroup) {
        DistributionConfig config = AcceptedConfig.read(distribution.document());
        return software.amazon.awssdk.services.cloudfront.model.Distribution.builder()
                .id(distribution.id().value())
                .arn(arn(distribution))
                .status(status(distribution))
                .lastModifiedTime(distribution.modifiedAt())
                .inProgressInvalidationBatches(Math.toIntExact(invalidationsInProgress))
                .domainName(distribution.domainName())
                .activeTrustedSigners(signers -> signers.enabled(false).quantity(0))
                .activeTrustedKeyGroups(trusted(config, keysOfGroup))
                .distributionConfig(config)
                .aliasICPRecordals(recordals(config))
                .build();
    }

    /// Each group with its keys, as clients count on.
    private static ActiveTrustedKeyGroups trusted(
            DistributionConfig config, Function<String, List<String>> keysOfGroup) {
        List<KGKeyPairIds> groups =
                CacheBehaviorView.all(config).stream()
                        .flatMap(view -> view.settings().trustedKeyGroups().items().stream())
                        .distinct()
                        .map(id -> group(id, keysOfGroup.apply(id)))
                        .toList();
        ActiveTrustedKeyGroups.Builder trusted =
                ActiveTrustedKeyGroups.builder().enabled(!groups.isEmpty()).quantity(groups.size());
        return groups.isEmpty() ? trusted.build() : trusted.items(groups).build();
    }

    private static KGKeyPairIds group(String id, List<String> keys) {
        return KGKeyPairIds.builder()
                .keyGroupId(id)
                .keyPairIds(ids -> ids.quantity(keys.size()).items(keys))
                .build();
    }

    static DistributionSummary summary(Distribution distribution) {
        DistributionConfig config = AcceptedConfig.read(distribution.document());
        return DistributionSummary.builder()
                .id(distribution.id().value())
                .arn(arn(distribution))
                .eTag(distribution.etag())
                .status(status(distribution))
                .lastModifiedTime(distribution.modifiedAt())
                .domainName(distribution.domainName())
                .aliases(config.aliases())
                .origins(config.origins())
                .originGroups(config.originGroups())
                .defaultCacheBehavior(config.defaultCacheBehavior())
                .cacheBehaviors(config.cacheBehaviors())
                .customErrorResponses(config.customErrorResponses())
                .comment(config.comment())
                .priceClass(config.priceClassAsString())
                .enabled(config.enabled())
                .viewerCertificate(config.viewerCertificate())
                .restrictions(config.restrictions())
                .webACLId(config.webACLId())
                .httpVersion(config.httpVersionAsString())
                .isIPV6Enabled(config.isIPV6Enabled())
                .aliasICPRecordals(recordals(config))
                .staging(config.staging())
                .connectionMode(config.connectionModeAsString())
                .build();
    }

    static String arn(Distribution distribution) {
        return arnPrefix(distribution.account()) + distribution.id();
    }

    static String arnPrefix(AccountId account) {
        return "arn:aws:cloudfront::" + account + ":distribution/";
    }

    static String location(Distribution distribution) {
        return "https://cloudfront.amazonaws.com/2020-05-31/distribution/" + distribution.id();
    }

    private static String status(Distribution distribution) {
        return switch (distribution.status()) {
            case IN_PROGRESS -> "InProgress";
            case DEPLOYED -> "Deployed";
        };
    }

    /// China's registration of names; elsewhere every alias counts as approved.
    private static List<AliasICPRecordal> recordals(DistributionConfig config) {
        return config.aliases().items().stream()
                .map(alias ->
                        AliasICPRecordal.builder()
                                .cname(alias)
                                .icpRecordalStatus(ICPRecordalStatus.APPROVED)
                                .build())
                .toList();
    }
}
