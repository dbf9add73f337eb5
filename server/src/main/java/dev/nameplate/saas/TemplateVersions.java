package dev.nameplate.saas;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.util.Optional;

/// The archive of distribution configurations: CloudFront itself keeps only the newest.
@FunctionalInterface
public interface TemplateVersions {
    /// The configuration that was accepted as `number` (1, 2, 3…), aliases and certificate included.
    Optional<DistributionConfig> find(String distributionId, long number);
}
