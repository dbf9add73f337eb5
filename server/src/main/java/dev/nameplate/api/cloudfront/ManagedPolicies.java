package dev.nameplate.api.cloudfront;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// The policies every CloudFront account has, under the same ids everywhere. Listed are those whose effect the edge can give;
/// the others ask for facts about the visitor (country, device) that nobody here knows.
///
/// No policy forwards `Accept-Encoding` as such: the origin answers uncompressed, and that answer suits every visitor.
final class ManagedPolicies {
    private static final Selection NONE = Selection.NONE;
    private static final Selection ALL = Selection.ALL;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    private static final Selection ORIGIN_CACHE_CONTROL_HEADERS =
            only("host", "origin", "x-http-method", "x-http-method-override", "x-method-override");

    private static final Map<String, Caching> CACHE =
            Map.of(
                    // CachingOptimized
                    "658327ea-f89d-4fab-a63d-7e88639e58f6",
                    rule(SECOND, DAY, NONE, NONE, NONE),
                    // CachingOptimizedForUncompressedObjects
                    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
                    rule(SECOND, DAY, NONE, NONE, NONE),
                    // CachingDisabled
                    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                    Caching.off(RequestParts.NONE),
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

    private static final Map<String, RequestParts> ORIGIN_REQUEST =
            Map.of(
                    // AllViewer
                    "216adef6-5c7f-47e4-b989-5492eafa07d3",
                    new RequestParts(ALL, ALL, ALL),
                    // AllViewerExceptHostHeader
                    "b689b0a8-53d0-40ab-baf2-68738e2966ac",
                    new RequestParts(new Selection.AllExcept(Set.of("host")), ALL, ALL),
                    // CORS-CustomOrigin
                    "59781a5b-3903-41f3-afcb-af62929ccde1",
                    new RequestParts(only("origin"), NONE, NONE),
                    // CORS-S3Origin
                    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
                    new RequestParts(
                            only(
                                    "origin",
                                    "access-control-request-headers",
                                    "access-control-request-method"),
                            NONE,
                            NONE),
                    // HostHeaderOnly
                    "bf0718e1-ba1e-49d1-88b1-f726733018ae",
                    new RequestParts(only("host"), NONE, NONE),
                    // UserAgentRefererHeaders
                    "acba4595-bd28-49b8-b9fe-13317c0390fa",
                    new RequestParts(only("user-agent", "referer"), NONE, NONE));

    private ManagedPolicies() {}

    static boolean isCachePolicy(String id) {
        return CACHE.containsKey(id);
    }

    static boolean isOriginRequestPolicy(String id) {
        return ORIGIN_REQUEST.containsKey(id);
    }

    /// The caching of a policy that [#isCachePolicy] knows.
    static Caching caching(String id) {
        return CACHE.getOrDefault(id, Caching.off(RequestParts.NONE));
    }

    /// What a policy that [#isOriginRequestPolicy] knows sends on.
    static RequestParts forward(String id) {
        return ORIGIN_REQUEST.getOrDefault(id, RequestParts.NONE);
    }

    private static Caching rule(
            Duration minimum,
            Duration standard,
            Selection headers,
            Selection cookies,
            Selection queryStrings) {
        return new Caching(
                true,
                minimum,
                standard,
                YEAR,
                new RequestParts(headers, cookies, queryStrings),
                Set.of());
    }

    private static Selection only(String... names) {
        return new Selection.Only(Set.of(names));
    }
}
