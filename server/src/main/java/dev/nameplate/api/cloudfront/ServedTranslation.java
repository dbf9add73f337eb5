package dev.nameplate.api.cloudfront;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.ServedConfig.Behavior;
import dev.nameplate.distribution.ServedConfig.CacheRule;
import dev.nameplate.distribution.ServedConfig.Forward;
import dev.nameplate.distribution.ServedConfig.OriginProtocol;
import dev.nameplate.distribution.ServedConfig.OriginServer;
import dev.nameplate.distribution.ServedConfig.Selection;
import dev.nameplate.distribution.ServedConfig.ViewerProtocol;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.Origin;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From a configuration that passed every rule to what the edge does with it.
@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
final class ServedTranslation {
    private static final Selection NONE = new Selection.None();
    private static final Selection ALL = new Selection.All();

    private ServedTranslation() {}

    /// @param config with defaults filled in and checked
    static ServedConfig translate(
            DistributionConfig config,
            List<DomainName> aliases,
            Optional<CertificateId> certificate) {
        return new ServedConfig(
                config.enabled(),
                aliases,
                certificate,
                config.viewerCertificate().minimumProtocolVersionAsString(),
                config.defaultRootObject(),
                config.origins().items().stream().map(ServedTranslation::origin).toList(),
                CacheBehaviorView.all(config).stream().map(ServedTranslation::behavior).toList());
    }

    private static OriginServer origin(Origin origin) {
        Map<String, String> headers = new HashMap<>();
        origin.customHeaders()
                .items()
                .forEach(header -> headers.put(header.headerName(), header.headerValue()));
        Duration connectTimeout = Duration.ofSeconds(origin.connectionTimeout());
        CustomOriginConfig custom = origin.customOriginConfig();
        if (custom == null) {
            // A bucket that anyone may read, over S3's own endpoint and as the visitor came.
            return new OriginServer(
                    origin.id(),
                    origin.domainName(),
                    80,
                    443,
                    OriginProtocol.MATCH_VIEWER,
                    origin.originPath(),
                    headers,
                    connectTimeout,
                    origin.connectionAttempts(),
                    Duration.ofSeconds(origin.s3OriginConfig().originReadTimeout()),
                    Duration.ofSeconds(5));
        }
        return new OriginServer(
                origin.id(),
                origin.domainName(),
                custom.httpPort(),
                custom.httpsPort(),
                switch (custom.originProtocolPolicy()) {
                    case HTTP_ONLY -> OriginProtocol.HTTP_ONLY;
                    case HTTPS_ONLY -> OriginProtocol.HTTPS_ONLY;
                    case MATCH_VIEWER, UNKNOWN_TO_SDK_VERSION -> OriginProtocol.MATCH_VIEWER;
                },
                origin.originPath(),
                headers,
                connectTimeout,
                origin.connectionAttempts(),
                Duration.ofSeconds(custom.originReadTimeout()),
                Duration.ofSeconds(custom.originKeepaliveTimeout()));
    }

    private static Behavior behavior(CacheBehaviorView view) {
        DefaultCacheBehavior settings = view.settings();
        Caching caching =
                settings.cachePolicyId() != null
                        ? byPolicies(settings)
                        : byForwardedValues(settings);
        return new Behavior(
                view.pathPattern(),
                settings.targetOriginId(),
                switch (settings.viewerProtocolPolicy()) {
                    case ALLOW_ALL, UNKNOWN_TO_SDK_VERSION -> ViewerProtocol.ALLOW_ALL;
                    case HTTPS_ONLY -> ViewerProtocol.HTTPS_ONLY;
                    case REDIRECT_TO_HTTPS -> ViewerProtocol.REDIRECT_TO_HTTPS;
                },
                Set.copyOf(settings.allowedMethods().itemsAsStrings()),
                Set.copyOf(settings.allowedMethods().cachedMethods().itemsAsStrings()),
                caching.rule,
                caching.forward);
    }

    private record Caching(Optional<CacheRule> rule, Forward forward) {}

    private static Caching byPolicies(DefaultCacheBehavior settings) {
        Forward forward =
                Optional.ofNullable(settings.originRequestPolicyId())
                        .map(ManagedPolicies::forward)
                        .orElse(ManagedPolicies.NOTHING);
        return new Caching(ManagedPolicies.cacheRule(settings.cachePolicyId()), forward);
    }

    /// The older way: what is forwarded is also what tells two answers apart, but for query strings, of which all may be
    /// forwarded while only some do.
    private static Caching byForwardedValues(DefaultCacheBehavior settings) {
        ForwardedValues values = settings.forwardedValues();
        List<String> names = values.headers().items();
        Selection headers = names.contains("*") ? ALL : only(names);
        Selection cookies =
                switch (values.cookies().forward()) {
                    case ALL -> ALL;
                    case WHITELIST -> only(values.cookies().whitelistedNames().items());
                    case NONE, UNKNOWN_TO_SDK_VERSION -> NONE;
                };
        Selection forwardedQueries = values.queryString() ? ALL : NONE;
        Forward forward = new Forward(headers, cookies, forwardedQueries);
        // Every visitor's headers differ, so a key of all of them never finds anything again.
        if (headers.equals(ALL) || settings.maxTTL() == 0) {
            return new Caching(Optional.empty(), forward);
        }
        List<String> keys = values.queryStringCacheKeys().items();
        CacheRule rule =
                new CacheRule(
                        Duration.ofSeconds(settings.minTTL()),
                        Duration.ofSeconds(settings.defaultTTL()),
                        Duration.ofSeconds(settings.maxTTL()),
                        headers,
                        cookies,
                        keys.isEmpty() ? forwardedQueries : only(keys));
        return new Caching(Optional.of(rule), forward);
    }

    private static Selection only(List<String> names) {
        return names.isEmpty() ? NONE : new Selection.Only(Set.copyOf(names));
    }
}
