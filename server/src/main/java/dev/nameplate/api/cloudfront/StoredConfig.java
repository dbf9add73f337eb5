package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/// The configuration inside a distribution's stored document, for those who clone an older version.
public final class StoredConfig {
    private StoredConfig() {}

    /// @param document as this door wrote it: [dev.nameplate.distribution.ConfigVersion#document]
    public static DistributionConfig read(String document) {
        return ModelJson.read(document, DistributionConfig.builder());
    }
}
