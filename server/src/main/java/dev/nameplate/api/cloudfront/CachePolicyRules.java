package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookieBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookiesConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeaderBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringsConfig;
import software.amazon.awssdk.services.cloudfront.model.ParametersInCacheKeyAndForwardedToOrigin;
import software.amazon.awssdk.services.cloudfront.model.TooManyCookiesInCachePolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyHeadersInCachePolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyQueryStringsInCachePolicyException;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What must hold within a cache policy, and what CloudFront fills in.
final class CachePolicyRules {
    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;

    /// Headers that belong to one connection, or of which the cache has its own idea.
    private static final Set<String> REFUSED =
            Set.of(
                    "accept-encoding",
                    "connection",
                    "content-length",
                    "cookie",
                    "expect",
                    "if-match",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "max-forwards",
                    "pragma",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "range",
                    "request-range",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via",
                    "x-real-ip");

    private CachePolicyRules() {}

    /// Complete, and checked against every rule.
    static CachePolicyConfig accepted(CachePolicyConfig sent) {
        Quantities.check(sent);
        CachePolicyConfig config = filled(sent);
        PolicyRules.check(config.name(), config.comment());
        require(
                0 <= config.minTTL()
                        && config.minTTL() <= config.defaultTTL()
                        && config.defaultTTL() <= config.maxTTL(),
                "The parameters MinTTL, DefaultTTL and MaxTTL must satisfy 0 <= MinTTL <= DefaultTTL <= MaxTTL.");
        ParametersInCacheKeyAndForwardedToOrigin key =
                config.parametersInCacheKeyAndForwardedToOrigin();
        headers(key.headersConfig());
        cookies(key.cookiesConfig());
        queryStrings(key.queryStringsConfig());
        if (config.maxTTL() == 0) {
            disabled(key);
        }
        return config;
    }

    private static CachePolicyConfig filled(CachePolicyConfig sent) {
        long minimum = sent.minTTL();
        long standard = Objects.requireNonNullElse(sent.defaultTTL(), Math.max(DAY, minimum));
        ParametersInCacheKeyAndForwardedToOrigin key =
                Objects.requireNonNullElse(
                        sent.parametersInCacheKeyAndForwardedToOrigin(),
                        ParametersInCacheKeyAndForwardedToOrigin.builder()
                                .enableAcceptEncodingGzip(false)
                                .headersConfig(
                                        h -> h.headerBehavior(CachePolicyHeaderBehavior.NONE))
                                .cookiesConfig(
                                        c -> c.cookieBehavior(CachePolicyCookieBehavior.NONE))
                                .queryStringsConfig(q ->
                                        q.queryStringBehavior(CachePolicyQueryStringBehavior.NONE))
                                .build());
        return sent.toBuilder()
                .comment(Objects.requireNonNullElse(sent.comment(), ""))
                .defaultTTL(standard)
                .maxTTL(Objects.requireNonNullElse(sent.maxTTL(), Math.max(YEAR, standard)))
                .parametersInCacheKeyAndForwardedToOrigin(
                        key.toBuilder()
                                .enableAcceptEncodingBrotli(
                                        Objects.requireNonNullElse(
                                                key.enableAcceptEncodingBrotli(), false))
                                .build())
                .build();
    }

    /// A key tells kept answers apart; where none are kept, CloudFront wants it empty.
    private static void disabled(ParametersInCacheKeyAndForwardedToOrigin key) {
        allowed(
                "HeaderBehavior",
                key.headersConfig().headerBehavior() == CachePolicyHeaderBehavior.NONE);
        allowed(
                "CookieBehavior",
                key.cookiesConfig().cookieBehavior() == CachePolicyCookieBehavior.NONE);
        allowed(
                "QueryStringBehavior",
                key.queryStringsConfig().queryStringBehavior()
                        == CachePolicyQueryStringBehavior.NONE);
        allowed("EnableAcceptEncodingGzip", !key.enableAcceptEncodingGzip());
        allowed("EnableAcceptEncodingBrotli", !key.enableAcceptEncodingBrotli());
    }

    private static void allowed(String parameter, boolean allowed) {
        require(
                allowed,
                "The parameter " + parameter + " is invalid for policy with caching disabled.");
    }

    private static void headers(CachePolicyHeadersConfig config) {
        List<String> names =
                Optional.ofNullable(config.headers()).map(h -> h.items()).orElse(List.of());
        PolicyRules.names(
                "Headers",
                config.headerBehaviorAsString(),
                config.headerBehavior() == CachePolicyHeaderBehavior.WHITELIST,
                names,
                () ->
                        TooManyHeadersInCachePolicyException.builder()
                                .message(tooMany("headers"))
                                .build());
        PolicyRules.headers(names, REFUSED);
    }

    private static void cookies(CachePolicyCookiesConfig config) {
        List<String> names =
                Optional.ofNullable(config.cookies()).map(c -> c.items()).orElse(List.of());
        PolicyRules.names(
                "Cookies",
                config.cookieBehaviorAsString(),
                config.cookieBehavior() == CachePolicyCookieBehavior.WHITELIST
                        || config.cookieBehavior() == CachePolicyCookieBehavior.ALL_EXCEPT,
                names,
                () ->
                        TooManyCookiesInCachePolicyException.builder()
                                .message(tooMany("cookies"))
                                .build());
        PolicyRules.plain("Cookies", names);
    }

    private static void queryStrings(CachePolicyQueryStringsConfig config) {
        List<String> names =
                Optional.ofNullable(config.queryStrings()).map(q -> q.items()).orElse(List.of());
        PolicyRules.names(
                "QueryStrings",
                config.queryStringBehaviorAsString(),
                config.queryStringBehavior() == CachePolicyQueryStringBehavior.WHITELIST
                        || config.queryStringBehavior()
                                == CachePolicyQueryStringBehavior.ALL_EXCEPT,
                names,
                () ->
                        TooManyQueryStringsInCachePolicyException.builder()
                                .message(tooMany("query strings"))
                                .build());
        PolicyRules.plain("QueryStrings", names);
    }

    private static String tooMany(String what) {
        return "The number of %s in the cache policy exceeds the maximum: %d."
                .formatted(what, PolicyRules.MAX_NAMES);
    }
}
