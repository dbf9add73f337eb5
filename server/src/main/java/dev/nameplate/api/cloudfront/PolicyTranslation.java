package dev.nameplate.api.cloudfront;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.ResponseHeaders;
import dev.nameplate.edge.config.Selection;

import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ParametersInCacheKeyAndForwardedToOrigin;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyXSSProtection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// From a policy to what the edge does with it.
final class PolicyTranslation {
    private PolicyTranslation() {}

    static Caching caching(CachePolicyConfig policy) {
        if (policy.maxTTL() == 0) {
            return Caching.off(RequestParts.NONE);
        }
        ParametersInCacheKeyAndForwardedToOrigin key =
                policy.parametersInCacheKeyAndForwardedToOrigin();
        Set<ContentCoding> codings = EnumSet.noneOf(ContentCoding.class);
        if (key.enableAcceptEncodingGzip()) {
            codings.add(ContentCoding.GZIP);
        }
        if (Boolean.TRUE.equals(key.enableAcceptEncodingBrotli())) {
            codings.add(ContentCoding.BROTLI);
        }
        return new Caching(
                true,
                Duration.ofSeconds(policy.minTTL()),
                Duration.ofSeconds(policy.defaultTTL()),
                Duration.ofSeconds(policy.maxTTL()),
                new RequestParts(
                        switch (key.headersConfig().headerBehavior()) {
                            case WHITELIST -> only(key.headersConfig().headers().items());
                            case NONE, UNKNOWN_TO_SDK_VERSION -> Selection.NONE;
                        },
                        switch (key.cookiesConfig().cookieBehavior()) {
                            case WHITELIST -> only(key.cookiesConfig().cookies().items());
                            case ALL_EXCEPT -> allExcept(key.cookiesConfig().cookies().items());
                            case ALL -> Selection.ALL;
                            case NONE, UNKNOWN_TO_SDK_VERSION -> Selection.NONE;
                        },
                        switch (key.queryStringsConfig().queryStringBehavior()) {
                            case WHITELIST -> only(key.queryStringsConfig().queryStrings().items());
                            case ALL_EXCEPT ->
                                    allExcept(key.queryStringsConfig().queryStrings().items());
                            case ALL -> Selection.ALL;
                            case NONE, UNKNOWN_TO_SDK_VERSION -> Selection.NONE;
                        }),
                codings);
    }

    static RequestParts forwarding(OriginRequestPolicyConfig policy) {
        return new RequestParts(
                switch (policy.headersConfig().headerBehavior()) {
                    case WHITELIST -> only(policy.headersConfig().headers().items());
                    case ALL_EXCEPT -> allExcept(policy.headersConfig().headers().items());
                    case ALL_VIEWER_AND_WHITELIST_CLOUD_FRONT ->
                            new Selection.AllAnd(
                                    Set.copyOf(policy.headersConfig().headers().items()));
                    case ALL_VIEWER -> Selection.ALL;
                    case NONE, UNKNOWN_TO_SDK_VERSION -> Selection.NONE;
                },
                switch (policy.cookiesConfig().cookieBehavior()) {
                    case WHITELIST -> only(policy.cookiesConfig().cookies().items());
                    case ALL_EXCEPT -> allExcept(policy.cookiesConfig().cookies().items());
                    case ALL -> Selection.ALL;
                    case NONE, UNKNOWN_TO_SDK_VERSION -> Selection.NONE;
                },
                switch (policy.queryStringsConfig().queryStringBehavior()) {
                    case WHITELIST -> only(policy.queryStringsConfig().queryStrings().items());
                    case ALL_EXCEPT ->
                            allExcept(policy.queryStringsConfig().queryStrings().items());
                    case ALL -> Selection.ALL;
                    case NONE, UNKNOWN_TO_SDK_VERSION -> Selection.NONE;
                });
    }

    static ResponseHeaders responseHeaders(ResponseHeadersPolicyConfig policy) {
        List<ResponseHeaders.Fixed> fixed = new ArrayList<>();
        if (policy.securityHeadersConfig() != null) {
            security(policy.securityHeadersConfig(), fixed);
        }
        if (policy.customHeadersConfig() != null) {
            policy.customHeadersConfig()
                    .items()
                    .forEach(one ->
                            fixed.add(
                                    new ResponseHeaders.Fixed(
                                            one.header(), one.value(), one.override())));
        }
        List<String> removed = new ArrayList<>();
        if (policy.removeHeadersConfig() != null) {
            policy.removeHeadersConfig().items().forEach(one -> removed.add(one.header()));
        }
        return new ResponseHeaders(
                removed,
                Optional.ofNullable(policy.corsConfig()).map(PolicyTranslation::cors),
                fixed,
                Optional.ofNullable(policy.serverTimingHeadersConfig())
                        .filter(timing -> timing.enabled())
                        .map(timing -> timing.samplingRate())
                        .orElse(0.0));
    }

    private static ResponseHeaders.Cors cors(ResponseHeadersPolicyCorsConfig cors) {
        return new ResponseHeaders.Cors(
                cors.accessControlAllowOrigins().items(),
                cors.accessControlAllowHeaders().items(),
                cors.accessControlAllowMethods().itemsAsStrings(),
                cors.accessControlAllowCredentials(),
                cors.accessControlExposeHeaders() == null
                        ? List.of()
                        : cors.accessControlExposeHeaders().items(),
                Optional.ofNullable(cors.accessControlMaxAgeSec()).map(Duration::ofSeconds),
                cors.originOverride());
    }

    private static void security(
            ResponseHeadersPolicySecurityHeadersConfig security,
            List<ResponseHeaders.Fixed> fixed) {
        var transport = security.strictTransportSecurity();
        if (transport != null) {
            String value =
                    "max-age="
                            + transport.accessControlMaxAgeSec()
                            + (Boolean.TRUE.equals(transport.includeSubdomains())
                                    ? "; includeSubDomains"
                                    : "")
                            + (Boolean.TRUE.equals(transport.preload()) ? "; preload" : "");
            fixed.add(
                    new ResponseHeaders.Fixed(
                            "Strict-Transport-Security", value, transport.override()));
        }
        var content = security.contentSecurityPolicy();
        if (content != null) {
            fixed.add(
                    new ResponseHeaders.Fixed(
                            "Content-Security-Policy",
                            content.contentSecurityPolicy(),
                            content.override()));
        }
        var type = security.contentTypeOptions();
        if (type != null) {
            fixed.add(
                    new ResponseHeaders.Fixed(
                            "X-Content-Type-Options", "nosniff", type.override()));
        }
        var frame = security.frameOptions();
        if (frame != null) {
            fixed.add(
                    new ResponseHeaders.Fixed(
                            "X-Frame-Options", frame.frameOptionAsString(), frame.override()));
        }
        var referrer = security.referrerPolicy();
        if (referrer != null) {
            fixed.add(
                    new ResponseHeaders.Fixed(
                            "Referrer-Policy",
                            referrer.referrerPolicyAsString(),
                            referrer.override()));
        }
        if (security.xssProtection() != null) {
            fixed.add(
                    new ResponseHeaders.Fixed(
                            "X-XSS-Protection",
                            xss(security.xssProtection()),
                            security.xssProtection().override()));
        }
    }

    private static String xss(ResponseHeadersPolicyXSSProtection xss) {
        if (!xss.protection()) {
            return "0";
        }
        if (Boolean.TRUE.equals(xss.modeBlock())) {
            return "1; mode=block";
        }
        return xss.reportUri() == null || xss.reportUri().isEmpty()
                ? "1"
                : "1; report=" + xss.reportUri();
    }

    static Selection only(List<String> names) {
        return names.isEmpty() ? Selection.NONE : new Selection.Only(Set.copyOf(names));
    }

    private static Selection allExcept(List<String> names) {
        return new Selection.AllExcept(Set.copyOf(names));
    }
}
