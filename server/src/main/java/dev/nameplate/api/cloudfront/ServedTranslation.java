package dev.nameplate.api.cloudfront;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.OriginGroup;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.names.DomainName;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.IpAddressType;
import software.amazon.awssdk.services.cloudfront.model.SslProtocol;

import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From a configuration that passed every rule to what the edge does with it.
@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
final class ServedTranslation {
    private static final Set<HttpVersion> HTTP2 = Set.of(HttpVersion.HTTP2, HttpVersion.HTTP2_AND3);

    private static final Set<HttpVersion> HTTP3 = Set.of(HttpVersion.HTTP3, HttpVersion.HTTP2_AND3);

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
                .template(TemplateRules.template(config))
                .defaultRootObject(config.defaultRootObject())
                .originGroups(
                        config.originGroups().items().stream()
                                .map(ServedTranslation::group)
                                .toList())
                .errorAnswers(
                        config.customErrorResponses().items().stream()
                                .map(ServedTranslation::errorAnswer)
                                .toList())
                .geoRestriction(GeoRules.served(config))
                .http2(HTTP2.contains(config.httpVersion()))
                .http3(HTTP3.contains(config.httpVersion()))
                .build();
    }

    private static OriginGroup group(
            software.amazon.awssdk.services.cloudfront.model.OriginGroup group) {
        return new OriginGroup(
                group.id(),
                group.members().items().getFirst().originId(),
                group.members().items().getLast().originId(),
                Set.copyOf(group.failoverCriteria().statusCodes().items()));
    }

    private static ErrorAnswer errorAnswer(CustomErrorResponse response) {
        return new ErrorAnswer(
                response.errorCode(),
                Optional.of(response.responsePagePath())
                        .filter(path -> !path.isEmpty())
                        .map(path ->
                                new ErrorAnswer.Page(
                                        path, Integer.parseInt(response.responseCode()))),
                Duration.ofSeconds(response.errorCachingMinTTL()));
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
                        .connectionAttempts(origin.connectionAttempts())
                        .completionTimeout(
                                Optional.ofNullable(origin.responseCompletionTimeout())
                                        .map(Duration::ofSeconds));
        if (custom == null) {
            return built.readTimeout(
                            Duration.ofSeconds(origin.s3OriginConfig().originReadTimeout()))
                    .build();
        }
        return built.httpPort(custom.httpPort())
                .httpsPort(custom.httpsPort())
                .readTimeout(Duration.ofSeconds(custom.originReadTimeout()))
                .keepAlive(Duration.ofSeconds(custom.originKeepaliveTimeout()))
                .tlsProtocols(tls(custom.originSslProtocols().items()))
                .addresses(addresses(custom.ipAddressType()))
                .build();
    }

    /// CloudFront's newest name stands for TLS 1.3 too.
    private static Set<String> tls(List<SslProtocol> named) {
        Set<String> versions = new HashSet<>();
        for (SslProtocol version : named) {
            switch (version) {
                case TLS_V1 -> versions.add("TLSv1");
                case TLS_V1_1 -> versions.add("TLSv1.1");
                case TLS_V1_2 -> versions.addAll(Set.of("TLSv1.2", "TLSv1.3"));
                case SSL_V3, UNKNOWN_TO_SDK_VERSION -> {}
            }
        }
        return versions;
    }

    private static Origin.Addresses addresses(@Nullable IpAddressType type) {
        return switch (type) {
            case IPV4 -> Origin.Addresses.IPV4;
            case IPV6 -> Origin.Addresses.IPV6;
            case DUALSTACK, UNKNOWN_TO_SDK_VERSION -> Origin.Addresses.ANY;
            case null -> Origin.Addresses.ANY;
        };
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
