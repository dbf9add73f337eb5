package dev.nameplate.api.cloudfront;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.names.DomainName;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;

import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From a configuration that passed every rule to what the edge does with it.
@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
final class ServedTranslation {
    private ServedTranslation() {}

    /// @param config with defaults filled in and checked
    static ServedConfig translate(
            DistributionConfig config,
            List<DomainName> aliases,
            Optional<CertificateId> certificate,
            Policies.Resolved policies) {
        return ServedConfig.of(
                        aliases,
                        certificate,
                        config.viewerCertificate().minimumProtocolVersionAsString(),
                        config.origins().items().stream().map(ServedTranslation::origin).toList(),
                        CacheBehaviorView.all(config).stream()
                                .map(view -> behavior(view, policies))
                                .toList())
                .toBuilder()
                .enabled(config.enabled())
                .defaultRootObject(config.defaultRootObject())
                .build();
    }

    private static Origin origin(software.amazon.awssdk.services.cloudfront.model.Origin origin) {
        Map<String, String> headers = new HashMap<>();
        origin.customHeaders()
                .items()
                .forEach(header -> headers.put(header.headerName(), header.headerValue()));
        CustomOriginConfig custom = origin.customOriginConfig();
        Origin.Builder built =
                Origin.of(origin.id(), origin.domainName(), protocol(custom)).toBuilder()
                        .path(origin.originPath())
                        .customHeaders(headers)
                        .connectTimeout(Duration.ofSeconds(origin.connectionTimeout()))
                        .connectionAttempts(origin.connectionAttempts());
        if (custom == null) {
            return built.readTimeout(
                            Duration.ofSeconds(origin.s3OriginConfig().originReadTimeout()))
                    .build();
        }
        return built.httpPort(custom.httpPort())
                .httpsPort(custom.httpsPort())
                .readTimeout(Duration.ofSeconds(custom.originReadTimeout()))
                .keepAlive(Duration.ofSeconds(custom.originKeepaliveTimeout()))
                .build();
    }

    /// A bucket that anyone may read is asked over S3's own endpoint, as the visitor came.
    private static Origin.ProtocolPolicy protocol(@Nullable CustomOriginConfig custom) {
        if (custom == null) {
            return Origin.ProtocolPolicy.MATCH_VIEWER;
        }
        return switch (custom.originProtocolPolicy()) {
            case HTTP_ONLY -> Origin.ProtocolPolicy.HTTP_ONLY;
            case HTTPS_ONLY -> Origin.ProtocolPolicy.HTTPS_ONLY;
            case MATCH_VIEWER, UNKNOWN_TO_SDK_VERSION -> Origin.ProtocolPolicy.MATCH_VIEWER;
        };
    }

    private static Optional<TrustedKeys> trustedKeys(
            List<String> groups, Policies.Resolved policies) {
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        Map<String, PublicKey> keys = new HashMap<>();
        groups.forEach(group -> keys.putAll(named(policies.keyGroups(), group).keys()));
        return Optional.of(new TrustedKeys(keys));
    }

    private static Behavior behavior(CacheBehaviorView view, Policies.Resolved policies) {
        DefaultCacheBehavior settings = view.settings();
        Behavior.Builder behavior =
                Behavior.of(view.pathPattern(), settings.targetOriginId()).toBuilder()
                        .viewerProtocol(
                                switch (settings.viewerProtocolPolicy()) {
                                    case ALLOW_ALL, UNKNOWN_TO_SDK_VERSION ->
                                            ViewerProtocol.ALLOW_ALL;
                                    case HTTPS_ONLY -> ViewerProtocol.HTTPS_ONLY;
                                    case REDIRECT_TO_HTTPS -> ViewerProtocol.REDIRECT_TO_HTTPS;
                                })
                        .allowedMethods(Set.copyOf(settings.allowedMethods().itemsAsStrings()))
                        .cachedMethods(
                                Set.copyOf(
                                        settings.allowedMethods()
                                                .cachedMethods()
                                                .itemsAsStrings()));
        if (settings.cachePolicyId() == null) {
            byForwardedValues(settings, behavior);
        } else {
            behavior.caching(
                            PolicyTranslation.caching(
                                    named(policies.cache(), settings.cachePolicyId())))
                    .forwarding(
                            Optional.ofNullable(settings.originRequestPolicyId())
                                    .map(id -> named(policies.originRequest(), id))
                                    .map(PolicyTranslation::forwarding)
                                    .orElse(RequestParts.NONE));
        }
        return behavior.compress(settings.compress())
                .trustedKeys(trustedKeys(settings.trustedKeyGroups().items(), policies))
                .responseHeaders(
                        Optional.ofNullable(settings.responseHeadersPolicyId())
                                .map(id -> named(policies.responseHeaders(), id))
                                .map(PolicyTranslation::responseHeaders))
                .build();
    }

    private static <C> C named(Map<String, C> policies, String id) {
        return Optional.ofNullable(policies.get(id))
                .orElseThrow(
                        () -> new IllegalStateException("policy " + id + " was not looked up"));
    }

    /// The older way: what is forwarded is also what tells two answers apart, but for query strings, of which all may be
    /// forwarded while only some do.
    private static void byForwardedValues(
            DefaultCacheBehavior settings, Behavior.Builder behavior) {
        ForwardedValues values = settings.forwardedValues();
        List<String> names = values.headers().items();
        Selection headers = names.contains("*") ? Selection.ALL : PolicyTranslation.only(names);
        Selection cookies =
                switch (values.cookies().forward()) {
                    case ALL -> Selection.ALL;
                    case WHITELIST ->
                            PolicyTranslation.only(values.cookies().whitelistedNames().items());
                    case NONE, UNKNOWN_TO_SDK_VERSION -> Selection.NONE;
                };
        Selection forwardedQueries = values.queryString() ? Selection.ALL : Selection.NONE;
        behavior.forwarding(new RequestParts(headers, cookies, forwardedQueries));
        // Every visitor's headers differ, so a key of all of them never finds anything again.
        if (headers.equals(Selection.ALL) || settings.maxTTL() == 0) {
            return;
        }
        List<String> keys = values.queryStringCacheKeys().items();
        behavior.caching(
                new Caching(
                        true,
                        Duration.ofSeconds(settings.minTTL()),
                        Duration.ofSeconds(settings.defaultTTL()),
                        Duration.ofSeconds(settings.maxTTL()),
                        new RequestParts(
                                headers,
                                cookies,
                                keys.isEmpty() ? forwardedQueries : PolicyTranslation.only(keys)),
                        settings.compress() ? Set.of(ContentCoding.GZIP) : Set.of()));
    }
}
