package dev.nameplate.api.cloudfront;

import dev.nameplate.distribution.ServedConfig.CacheRule;
import dev.nameplate.distribution.ServedConfig.Forward;
import dev.nameplate.distribution.ServedConfig.Selection;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The policies every CloudFront account has, under the same ids everywhere. Listed are those whose effect the edge can give;
/// the others ask for facts about the visitor (country, device) that nobody here knows.
///
/// No policy forwards `Accept-Encoding` as such: the origin answers uncompressed, and that answer suits every visitor.
final class ManagedPolicies {
    private static final Selection NONE = new Selection.None();
    private static final Selection ALL = new Selection.All();
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    private static final Selection ORIGIN_CACHE_CONTROL_HEADERS =
            only("host", "origin", "x-http-method", "x-http-method-override", "x-method-override");

    /// Empty: never cached.
    private static final Map<String, Optional<CacheRule>> CACHE =
            Map.of(
                    // CachingOptimized
                    "658327ea-f89d-4fab-a63d-7e88639e58f6",
                    rule(SECOND, DAY, NONE, NONE, NONE),
                    // CachingOptimizedForUncompressedObjects
                    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
                    rule(SECOND, DAY, NONE, NONE, NONE),
                    // CachingDisabled
                    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                    Optional.empty(),
                    // Elemental-MediaPackage
                    "08627262-05a9-4f76-9ded-b50ca2e3a84f",
                    rule(
                            Duration.ZERO,
                            DAY,
                            only("origin"),
                            NONE,
                            only("aws.manifestfilter", "start", "end", "m")),
                    // UseOriginCacheControlHeaders
                    "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
                    rule(Duration.ZERO, Duration.ZERO, ORIGIN_CACHE_CONTROL_HEADERS, ALL, NONE),
                    // UseOriginCacheControlHeaders-QueryStrings
                    "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
                    rule(Duration.ZERO, Duration.ZERO, ORIGIN_CACHE_CONTROL_HEADERS, ALL, ALL));

    private static final Map<String, Forward> ORIGIN_REQUEST =
            Map.of(
                    // AllViewer
                    "216adef6-5c7f-47e4-b989-5492eafa07d3",
                    new Forward(ALL, ALL, ALL),
                    // AllViewerExceptHostHeader
                    "b689b0a8-53d0-40ab-baf2-68738e2966ac",
                    new Forward(new Selection.AllExcept(Set.of("host")), ALL, ALL),
                    // CORS-CustomOrigin
                    "59781a5b-3903-41f3-afcb-af62929ccde1",
                    new Forward(only("origin"), NONE, NONE),
                    // CORS-S3Origin
                    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
                    new Forward(
                            only(
                                    "origin",
                                    "access-control-request-headers",
                                    "access-control-request-method"),
                            NONE,
                            NONE),
                    // HostHeaderOnly
                    "bf0718e1-ba1e-49d1-88b1-f726733018ae",
                    new Forward(only("host"), NONE, NONE),
                    // UserAgentRefererHeaders
                    "acba4595-bd28-49b8-b9fe-13317c0390fa",
                    new Forward(only("user-agent", "referer"), NONE, NONE));

    static final Forward NOTHING = new Forward(NONE, NONE, NONE);

    private ManagedPolicies() {}

    static boolean isCachePolicy(String id) {
        return CACHE.containsKey(id);
    }

    static boolean isOriginRequestPolicy(String id) {
        return ORIGIN_REQUEST.containsKey(id);
    }

    /// The rule of a policy that [#isCachePolicy] knows.
    static Optional<CacheRule> cacheRule(String id) {
        return CACHE.getOrDefault(id, Optional.empty());
    }

    /// What a policy that [#isOriginRequestPolicy] knows sends on.
    static Forward forward(String id) {
        return ORIGIN_REQUEST.getOrDefault(id, NOTHING);
    }

    private static Optional<CacheRule> rule(
            Duration minimum,
            Duration standard,
            Selection headers,
            Selection cookies,
            Selection queryStrings) {
        return Optional.of(new CacheRule(minimum, standard, YEAR, headers, cookies, queryStrings));
    }

    private static Selection only(String... names) {
        return new Selection.Only(Set.of(names));
    }
}
