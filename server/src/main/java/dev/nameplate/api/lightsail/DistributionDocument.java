package dev.nameplate.api.lightsail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.util.List;

/// A Lightsail distribution's configuration as its owner sees it, defaults filled in: kept as JSON with every version.
///
/// @param certificateName empty while none is attached
record DistributionDocument(
        Origin origin,
        String defaultBehavior,
        List<PathBehavior> pathBehaviors,
        CacheSettings cacheSettings,
        String bundleId,
        String ipAddressType,
        String minimumTls,
        String certificateName) {
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

    DistributionDocument withCertificate(String name) {
        return new DistributionDocument(
                origin,
                defaultBehavior,
                pathBehaviors,
                cacheSettings,
                bundleId,
                ipAddressType,
                minimumTls,
                name);
    }
}
