package dev.nameplate.api.lightsail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.util.List;

/// A Lightsail distribution's configuration as its owner sees it, defaults filled in: kept as JSON with every version.
///
/// Rows outlive releases: what is absent in an older one reads as 0 or false.
///
/// @param certificateName empty while none is attached
/// @param disabled whether visitors are refused
/// @param bundleChangedAt in milliseconds since 1970; 0 if the bundle is the one it was made with
record DistributionDocument(
        Origin origin,
        String defaultBehavior,
        List<PathBehavior> pathBehaviors,
        CacheSettings cacheSettings,
        String bundleId,
        String ipAddressType,
        String minimumTls,
        String certificateName,
        boolean disabled,
        long bundleChangedAt) {
    private static final ObjectMapper JSON = new ObjectMapper();

    DistributionDocument {
        pathBehaviors = List.copyOf(pathBehaviors);
    }

    /// @param name a host or `host:port`
    record Origin(String name, String regionName, String protocolPolicy, int responseTimeout) {}

    record PathBehavior(String path, String behavior) {}

    /// @param headerOption `default` (none), `allow-list` or `all`
    record CacheSettings(
            long defaultTtl,
            long minimumTtl,
            long maximumTtl,
            String allowedMethods,
            String cachedMethods,
            String cookieOption,
            List<String> cookies,
            String headerOption,
            List<String> headers,
            boolean allQueryStrings,
            List<String> queryStrings) {
        CacheSettings {
            cookies = List.copyOf(cookies);
            headers = List.copyOf(headers);
            queryStrings = List.copyOf(queryStrings);
        }
    }

    static DistributionDocument fromJson(String json) {
        try {
            return JSON.readValue(json, DistributionDocument.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored Lightsail distribution is unreadable", e);
        }
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts and numbers is always JSON", e);
        }
    }

    Builder toBuilder() {
        return new Builder(this);
    }

    DistributionDocument withCertificate(String name) {
        return toBuilder().certificateName(name).build();
    }

    /// Changes single members.
    static final class Builder {
        private Origin origin;
        private String defaultBehavior;
        private List<PathBehavior> pathBehaviors;
        private CacheSettings cacheSettings;
        private String bundleId;
        private String ipAddressType;
        private String minimumTls;
        private String certificateName;
        private boolean disabled;
        private long bundleChangedAt;

        private Builder(DistributionDocument from) {
            origin = from.origin;
            defaultBehavior = from.defaultBehavior;
            pathBehaviors = from.pathBehaviors;
            cacheSettings = from.cacheSettings;
            bundleId = from.bundleId;
            ipAddressType = from.ipAddressType;
            minimumTls = from.minimumTls;
            certificateName = from.certificateName;
            disabled = from.disabled;
            bundleChangedAt = from.bundleChangedAt;
        }

        Builder origin(Origin value) {
            origin = value;
            return this;
        }

        Builder defaultBehavior(String value) {
            defaultBehavior = value;
            return this;
        }

        Builder pathBehaviors(List<PathBehavior> value) {
            pathBehaviors = value;
            return this;
        }

        Builder cacheSettings(CacheSettings value) {
            cacheSettings = value;
            return this;
        }

        /// The plan, and when it was last changed.
        Builder bundle(String id, long changedAt) {
            bundleId = id;
            bundleChangedAt = changedAt;
            return this;
        }

        Builder ipAddressType(String value) {
            ipAddressType = value;
            return this;
        }

        Builder minimumTls(String value) {
            minimumTls = value;
            return this;
        }

        Builder certificateName(String value) {
            certificateName = value;
            return this;
        }

        Builder disabled(boolean value) {
            disabled = value;
            return this;
        }

        DistributionDocument build() {
            return new DistributionDocument(
                    origin,
                    defaultBehavior,
                    pathBehaviors,
                    cacheSettings,
                    bundleId,
                    ipAddressType,
                    minimumTls,
                    certificateName,
                    disabled,
                    bundleChangedAt);
        }
    }
}
