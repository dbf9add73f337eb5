package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyCookieBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyCookiesConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyHeaderBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyQueryStringBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyQueryStringsConfig;
import software.amazon.awssdk.services.cloudfront.model.TooManyCookiesInOriginRequestPolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyHeadersInOriginRequestPolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyQueryStringsInOriginRequestPolicyException;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What must hold within an origin request policy, and what CloudFront fills in.
final class OriginRequestPolicyRules {
    /// `Authorization` goes to origins with all headers or in the cache key, never alone; the rest belong to one connection.
    private static final Set<String> REFUSED =
            Set.of(
                    "accept-encoding",
                    "authorization",
                    "connection",
                    "content-length",
                    "cookie",
                    "expect",
                    "max-forwards",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via");

    private OriginRequestPolicyRules() {}

    /// Complete, and checked against every rule.
    static OriginRequestPolicyConfig accepted(OriginRequestPolicyConfig sent) {
        Quantities.check(sent);
        PolicyRules.check(sent.name(), sent.comment());
        headers(sent.headersConfig());
        cookies(sent.cookiesConfig());
        queryStrings(sent.queryStringsConfig());
        return sent.toBuilder().comment(Objects.requireNonNullElse(sent.comment(), "")).build();
    }

    private static void headers(OriginRequestPolicyHeadersConfig config) {
        List<String> names =
                Optional.ofNullable(config.headers()).map(h -> h.items()).orElse(List.of());
        OriginRequestPolicyHeaderBehavior behavior = config.headerBehavior();
        boolean besideAll =
                behavior == OriginRequestPolicyHeaderBehavior.ALL_VIEWER_AND_WHITELIST_CLOUD_FRONT;
        PolicyRules.names(
                "Headers",
                config.headerBehaviorAsString(),
                besideAll
                        || behavior == OriginRequestPolicyHeaderBehavior.WHITELIST
                        || behavior == OriginRequestPolicyHeaderBehavior.ALL_EXCEPT,
                names,
                () ->
                        TooManyHeadersInOriginRequestPolicyException.builder()
                                .message(tooMany("headers"))
                                .build());
        PolicyRules.headers(
                names,
                behavior == OriginRequestPolicyHeaderBehavior.ALL_EXCEPT ? Set.of() : REFUSED);
        if (besideAll) {
            for (String name : names) {
                String lower = name.toLowerCase(Locale.ROOT);
                require(
                        VisitorFacts.isOne(lower),
                        "The parameter Headers contains "
                                + name
                                + ": beside all of the visitor's headers only CloudFront's own can be named.");
            }
        }
    }

    private static void cookies(OriginRequestPolicyCookiesConfig config) {
        List<String> names =
                Optional.ofNullable(config.cookies()).map(c -> c.items()).orElse(List.of());
        PolicyRules.names(
                "Cookies",
                config.cookieBehaviorAsString(),
                config.cookieBehavior() == OriginRequestPolicyCookieBehavior.WHITELIST
                        || config.cookieBehavior() == OriginRequestPolicyCookieBehavior.ALL_EXCEPT,
                names,
                () ->
                        TooManyCookiesInOriginRequestPolicyException.builder()
                                .message(tooMany("cookies"))
                                .build());
        PolicyRules.plain("Cookies", names);
    }

    private static void queryStrings(OriginRequestPolicyQueryStringsConfig config) {
        List<String> names =
                Optional.ofNullable(config.queryStrings()).map(q -> q.items()).orElse(List.of());
        PolicyRules.names(
                "QueryStrings",
                config.queryStringBehaviorAsString(),
                config.queryStringBehavior() == OriginRequestPolicyQueryStringBehavior.WHITELIST
                        || config.queryStringBehavior()
                                == OriginRequestPolicyQueryStringBehavior.ALL_EXCEPT,
                names,
                () ->
                        TooManyQueryStringsInOriginRequestPolicyException.builder()
                                .message(tooMany("query strings"))
                                .build());
        PolicyRules.plain("QueryStrings", names);
    }

    private static String tooMany(String what) {
        return "Your request contains more %s in the origin request policy than are allowed per policy: %d."
                .formatted(what, PolicyRules.MAX_NAMES);
    }
}
