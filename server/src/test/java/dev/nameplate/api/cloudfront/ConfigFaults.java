package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// For each error that a distribution's configuration alone brings about, the change of a sound one that does.
@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
final class ConfigFaults {
    static final String NO_POLICY = "00000000-0000-4000-8000-000000000000";

    /// By error.
    static final Map<String, Consumer<DistributionConfig.Builder>> ALL = new TreeMap<>();

    static {
        put("InconsistentQuantities", c -> c.aliases(a -> a.quantity(2).items("a.example.com")));
        put("InvalidArgument", c -> c.comment("x".repeat(129)));
        put("InvalidDefaultRootObject", c -> c.defaultRootObject("/index.html"));
        put("InvalidErrorCode", c -> errorAnswer(c, 418, "/oops", "200"));
        put("InvalidResponseCode", c -> errorAnswer(c, 404, "/oops", "204"));
        put("InvalidRelativePath", c -> errorAnswer(c, 404, "oops", "200"));
        put("InvalidWebAclId", c -> c.webACLId("acl"));
        put("InvalidGeoRestrictionParameter", c -> geo(c, GeoRestrictionType.WHITELIST));
        put("InvalidLocationCode", c -> geo(c, GeoRestrictionType.BLACKLIST, "XX"));
        put(
                "InvalidProtocolSettings",
                c ->
                        c.viewerCertificate(v ->
                                v.acmCertificateArn("arn")
                                        .sslSupportMethod(SSLSupportMethod.SNI_ONLY)
                                        .minimumProtocolVersion("SSLv3")));
        put(
                "InvalidViewerCertificate",
                c ->
                        c.viewerCertificate(v ->
                                v.acmCertificateArn("arn")
                                        .sslSupportMethod(SSLSupportMethod.SNI_ONLY)));
        put("TooManyDistributionCnamEs", c -> c.aliases(a -> a.quantity(101).items(names(101))));
        origins();
        policies();
        forwardedValues();
        behaviors();
    }

    private ConfigFaults() {}

    private static void origins() {
        put("InvalidOrigin", c -> origin(c, o -> o.domainName("169.254.169.254")));
        put("InvalidOriginReadTimeout", c -> custom(c, 121, 5));
        put("InvalidOriginKeepaliveTimeout", c -> custom(c, 30, 121));
        put(
                "InvalidOriginAccessIdentity",
                c ->
                        bucket(
                                c,
                                o ->
                                        o.s3OriginConfig(s ->
                                                s.originAccessIdentity(
                                                        "origin-access-identity/cloudfront/E1"))));
        put(
                "InvalidOriginAccessControl",
                c -> bucket(c, o -> o.originAccessControlId("E0000000000000")));
        put(
                "TooManyOriginCustomHeaders",
                c ->
                        origin(
                                c,
                                o ->
                                        o.customHeaders(h ->
                                                h.quantity(11)
                                                        .items(
                                                                names(11).stream()
                                                                        .map(ConfigFaults::header)
                                                                        .toList()))));
        put(
                "TooManyOrigins",
                c -> {
                    List<Origin> all =
                            names(101).stream().map(n -> Configs.origin().id(n).build()).toList();
                    c.origins(o -> o.quantity(all.size()).items(all));
                });
        put(
                "TooManyOriginGroupsPerDistribution",
                c -> {
                    Configs.group(c, one -> {});
                    OriginGroup group = c.build().originGroups().items().getFirst();
                    c.originGroups(g -> g.quantity(11).items(Collections.nCopies(11, group)));
                });
        put("NoSuchOrigin", c -> behavior(c, b -> b.targetOriginId("other")));
    }

    private static void policies() {
        put("NoSuchCachePolicy", c -> behavior(c, b -> b.cachePolicyId(NO_POLICY)));
        put("NoSuchOriginRequestPolicy", c -> behavior(c, b -> b.originRequestPolicyId(NO_POLICY)));
        put(
                "NoSuchResponseHeadersPolicy",
                c -> behavior(c, b -> b.responseHeadersPolicyId(NO_POLICY)));
        put("TrustedKeyGroupDoesNotExist", c -> behavior(c, b -> keyGroups(b, 1)));
        put("TooManyKeyGroupsAssociatedToDistribution", c -> behavior(c, b -> keyGroups(b, 5)));
        put(
                "TrustedSignerDoesNotExist",
                c ->
                        behavior(
                                c,
                                b ->
                                        b.trustedSigners(
                                                t -> t.enabled(true).quantity(1).items("self"))));
        put(
                "NoSuchFieldLevelEncryptionConfig",
                c -> behavior(c, b -> b.fieldLevelEncryptionId("f")));
        put("NoSuchRealtimeLogConfig", c -> behavior(c, b -> b.realtimeLogConfigArn("arn")));
        put(
                "InvalidFunctionAssociation",
                c ->
                        behavior(
                                c,
                                b ->
                                        b.functionAssociations(f ->
                                                f.quantity(1)
                                                        .items(
                                                                FunctionAssociation.builder()
                                                                        .functionARN(
                                                                                "arn:aws:cloudfront::111111111111:function/f")
                                                                        .eventType(
                                                                                EventType
                                                                                        .VIEWER_REQUEST)
                                                                        .build()))));
        put(
                "InvalidLambdaFunctionAssociation",
                c ->
                        behavior(
                                c,
                                b ->
                                        b.lambdaFunctionAssociations(f ->
                                                f.quantity(1)
                                                        .items(
                                                                LambdaFunctionAssociation.builder()
                                                                        .lambdaFunctionARN("arn")
                                                                        .eventType(
                                                                                EventType
                                                                                        .VIEWER_REQUEST)
                                                                        .build()))));
    }

    private static void forwardedValues() {
        put("InvalidTtlOrder", c -> legacy(c, v -> {}, b -> b.minTTL(9L).defaultTTL(5L)));
        put(
                "InvalidForwardCookies",
                c -> legacy(c, v -> v.cookies(k -> k.forward(ItemSelection.WHITELIST)), b -> {}));
        put(
                "TooManyCookieNamesInWhiteList",
                c ->
                        legacy(
                                c,
                                v ->
                                        v.cookies(k ->
                                                k.forward(ItemSelection.WHITELIST)
                                                        .whitelistedNames(n ->
                                                                n.quantity(11).items(names(11)))),
                                b -> {}));
        put(
                "TooManyHeadersInForwardedValues",
                c -> legacy(c, v -> v.headers(h -> h.quantity(11).items(names(11))), b -> {}));
        put(
                "InvalidQueryStringParameters",
                c ->
                        legacy(
                                c,
                                v -> v.queryStringCacheKeys(k -> k.quantity(1).items("q")),
                                b -> {}));
        put(
                "TooManyQueryStringParameters",
                c ->
                        legacy(
                                c,
                                v ->
                                        v.queryString(true)
                                                .queryStringCacheKeys(
                                                        k -> k.quantity(11).items(names(11))),
                                b -> {}));
    }

    private static void behaviors() {
        put(
                "TooManyCacheBehaviors",
                c -> {
                    List<CacheBehavior> all =
                            names(76).stream()
                                    .map(n ->
                                            CacheBehavior.builder()
                                                    .pathPattern("/" + n)
                                                    .targetOriginId("web")
                                                    .viewerProtocolPolicy(
                                                            ViewerProtocolPolicy.ALLOW_ALL)
                                                    .cachePolicyId(Configs.CACHING_OPTIMIZED)
                                                    .build())
                                    .toList();
                    c.cacheBehaviors(b -> b.quantity(all.size()).items(all));
                });
    }

    static void behavior(
            DistributionConfig.Builder config, Consumer<DefaultCacheBehavior.Builder> change) {
        config.defaultCacheBehavior(b -> {
            b.targetOriginId("web")
                    .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                    .cachePolicyId(Configs.CACHING_OPTIMIZED);
            change.accept(b);
        });
    }

    static void bucket(DistributionConfig.Builder config, Consumer<Origin.Builder> change) {
        Origin.Builder bucket = Configs.bucket();
        change.accept(bucket);
        config.origins(o -> o.quantity(1).items(bucket.build()));
    }

    static void origin(DistributionConfig.Builder config, Consumer<Origin.Builder> change) {
        Origin.Builder origin = Configs.origin();
        change.accept(origin);
        config.origins(o -> o.quantity(1).items(origin.build()));
    }

    private static void put(String error, Consumer<DistributionConfig.Builder> change) {
        ALL.put(error, change);
    }

    private static void custom(DistributionConfig.Builder config, int read, int keepalive) {
        origin(
                config,
                o ->
                        o.customOriginConfig(custom ->
                                custom.httpPort(80)
                                        .httpsPort(443)
                                        .originProtocolPolicy("http-only")
                                        .originReadTimeout(read)
                                        .originKeepaliveTimeout(keepalive)));
    }

    private static void geo(
            DistributionConfig.Builder config, GeoRestrictionType type, String... countries) {
        config.restrictions(r ->
                r.geoRestriction(
                        g -> g.restrictionType(type).quantity(countries.length).items(countries)));
    }

    private static void errorAnswer(
            DistributionConfig.Builder config, int error, String page, String code) {
        config.customErrorResponses(r ->
                r.quantity(1)
                        .items(
                                CustomErrorResponse.builder()
                                        .errorCode(error)
                                        .responsePagePath(page)
                                        .responseCode(code)
                                        .build()));
    }

    private static void keyGroups(DefaultCacheBehavior.Builder behavior, int number) {
        behavior.trustedKeyGroups(
                groups -> groups.enabled(true).quantity(number).items(names(number)));
    }

    private static void legacy(
            DistributionConfig.Builder config,
            Consumer<ForwardedValues.Builder> values,
            Consumer<DefaultCacheBehavior.Builder> change) {
        config.defaultCacheBehavior(b -> {
            b.targetOriginId("web")
                    .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                    .minTTL(0L)
                    .forwardedValues(v -> {
                        v.queryString(false).cookies(k -> k.forward(ItemSelection.NONE));
                        values.accept(v);
                    });
            change.accept(b);
        });
    }

    private static OriginCustomHeader header(String name) {
        return OriginCustomHeader.builder().headerName("x-" + name).headerValue("v").build();
    }

    static List<String> names(int number) {
        return IntStream.range(0, number).mapToObj(n -> "n" + n).toList();
    }
}
