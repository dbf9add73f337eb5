package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomHeaders;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMembers;
import software.amazon.awssdk.services.cloudfront.model.ParameterDefinition;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;

import java.util.function.Consumer;
import java.util.stream.Stream;

@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
class AcceptedConfigTest {
    @Test
    void whatTheClientLeftOutIsWrittenBackAsCloudFrontDoes() {
        DistributionConfig config = AcceptedConfig.of(Configs.legacy("r").build()).config();

        assertThat(config.aliases().quantity()).isZero();
        assertThat(config.defaultRootObject()).isEmpty();
        assertThat(config.originGroups().quantity()).isZero();
        assertThat(config.cacheBehaviors().quantity()).isZero();
        assertThat(config.customErrorResponses().quantity()).isZero();
        assertThat(config.logging().enabled()).isFalse();
        assertThat(config.logging().bucket()).isEmpty();
        assertThat(config.priceClass()).isEqualTo(PriceClass.PRICE_CLASS_ALL);
        assertThat(config.viewerCertificate().cloudFrontDefaultCertificate()).isTrue();
        assertThat(config.viewerCertificate().minimumProtocolVersion())
                .isEqualTo(MinimumProtocolVersion.TLS_V1);
        assertThat(config.viewerCertificate().certificateSourceAsString()).isEqualTo("cloudfront");
        assertThat(config.restrictions().geoRestriction().restrictionType())
                .isEqualTo(GeoRestrictionType.NONE);
        assertThat(config.webACLId()).isEmpty();
        assertThat(config.httpVersion()).isEqualTo(HttpVersion.HTTP2);
        assertThat(config.isIPV6Enabled()).isTrue();
        assertThat(config.continuousDeploymentPolicyId()).isEmpty();
        assertThat(config.staging()).isFalse();

        Origin origin = config.origins().items().getFirst();
        assertThat(origin.originPath()).isEmpty();
        assertThat(origin.customHeaders().quantity()).isZero();
        assertThat(origin.connectionAttempts()).isEqualTo(3);
        assertThat(origin.connectionTimeout()).isEqualTo(10);
        assertThat(origin.originShield().enabled()).isFalse();
        assertThat(origin.originAccessControlId()).isEmpty();
        assertThat(origin.customOriginConfig().originReadTimeout()).isEqualTo(30);
        assertThat(origin.customOriginConfig().originKeepaliveTimeout()).isEqualTo(5);

        DefaultCacheBehavior behavior = config.defaultCacheBehavior();
        assertThat(behavior.trustedKeyGroups().enabled()).isFalse();
        assertThat(behavior.allowedMethods().items()).containsExactly(Method.HEAD, Method.GET);
        assertThat(behavior.allowedMethods().cachedMethods().items())
                .containsExactly(Method.HEAD, Method.GET);
        assertThat(behavior.compress()).isFalse();
        assertThat(behavior.fieldLevelEncryptionId()).isEmpty();
        assertThat(behavior.grpcConfig().enabled()).isFalse();
        assertThat(behavior.defaultTTL()).isEqualTo(86_400);
        assertThat(behavior.maxTTL()).isEqualTo(31_536_000);
        assertThat(behavior.cachePolicyId()).isNull();
    }

    @Test
    void anEmptyIdMeansNone() {
        DistributionConfig config =
                AcceptedConfig.of(
                                behavior(b ->
                                        b.originRequestPolicyId("")
                                                .responseHeadersPolicyId("")
                                                .realtimeLogConfigArn("")))
                        .config();

        assertThat(config.defaultCacheBehavior().originRequestPolicyId()).isNull();
        assertThat(config.defaultCacheBehavior().responseHeadersPolicyId()).isNull();
    }

    @Test
    void theOlderWayToNameACertificateMeansTheSame() {
        String arn = "arn:aws:acm:us-east-1:111111111111:certificate/x";
        DistributionConfig config =
                AcceptedConfig.of(
                                Configs.minimal("r")
                                        .viewerCertificate(v ->
                                                v.certificate(arn)
                                                        .certificateSource("acm")
                                                        .sslSupportMethod("sni-only"))
                                        .build())
                        .config();

        assertThat(config.viewerCertificate().acmCertificateArn()).isEqualTo(arn);
        assertThat(config.viewerCertificate().certificate()).isEqualTo(arn);
        assertThat(config.viewerCertificate().cloudFrontDefaultCertificate()).isFalse();
    }

    @Test
    void aPathPatternMayHaveAllOfCloudFrontsCharacters() {
        DistributionConfig.Builder config = Configs.minimal("r");
        behind(config, "/aZ09_-.*$/~\"'@:+&?");
        assertThatCode(() -> AcceptedConfig.of(config.build())).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void isRefused(String code, String why, DistributionConfig config) {
        assertThatThrownBy(() -> AcceptedConfig.of(config))
                .isInstanceOf(CloudFrontException.class)
                .satisfies(thrown ->
                        assertThat(thrown.getClass().getSimpleName()).isEqualTo(code + "Exception"))
                .hasMessageContaining(why);
    }

    private static Arguments countries(String code, String why, String type, String... countries) {
        return refused(
                code,
                why,
                c ->
                        c.restrictions(r ->
                                r.geoRestriction(g ->
                                        g.restrictionType(type)
                                                .quantity(countries.length)
                                                .items(countries))));
    }

    static Stream<Arguments> isRefused() {
        return Stream.of(
                refused(
                        "InconsistentQuantities",
                        "Aliases says 2",
                        c -> c.aliases(a -> a.quantity(2).items("a.example.com"))),
                refused("InvalidWebAclId", "there is no WAF", c -> c.webACLId("acl")),
                refused(
                        "InvalidArgument",
                        "Logging",
                        c -> c.logging(l -> l.enabled(true).bucket("b").prefix(""))),
                countries("InvalidLocationCode", "UK is not a country", "blacklist", "DE", "UK"),
                countries("InvalidLocationCode", "de is not", "whitelist", "de"),
                countries("InvalidGeoRestrictionParameter", "at least one", "whitelist"),
                countries("InvalidGeoRestrictionParameter", "at least one", "blacklist"),
                countries("InvalidGeoRestrictionParameter", "takes no countries", "none", "DE"),
                countries("InvalidGeoRestrictionParameter", "or none", "greylist", "DE"),
                refused(
                        "InconsistentQuantities",
                        "GeoRestriction says 2 and has 1",
                        c ->
                                c.restrictions(r ->
                                        r.geoRestriction(g ->
                                                g.restrictionType("blacklist")
                                                        .quantity(2)
                                                        .items("DE")))),
                refused("InvalidArgument", "AnycastIpListId", c -> c.anycastIpListId("a")),
                refused(
                        "InvalidArgument",
                        "PriceClass is not allowed",
                        c ->
                                c.connectionMode(ConnectionMode.TENANT_ONLY)
                                        .priceClass(PriceClass.PRICE_CLASS_ALL)),
                refused(
                        "InvalidArgument",
                        "TenantConfig needs",
                        c ->
                                c.tenantConfig(t ->
                                        t.parameterDefinitions(
                                                ParameterDefinition.builder().name("n").build()))),
                pattern("1 to 255", "/" + "a".repeat(255)),
                pattern("not allowed", "/a b"),
                pattern("not allowed", "/ä"),
                pattern("not allowed", "/<script>"),
                refused(
                        "InvalidDefaultRootObject",
                        "slash",
                        c -> c.defaultRootObject("/index.html")),
                refused("InvalidArgument", "Comment", c -> c.comment("x".repeat(129))),
                refused(
                        "InvalidArgument",
                        "Origins",
                        c -> c.origins(o -> o.quantity(0).items(new Origin[0]))),
                origin(
                        "InvalidArgument",
                        "ResponseCompletionTimeout",
                        o -> o.responseCompletionTimeout(10)),
                error("InvalidErrorCode", "402", e -> e.errorCode(402)),
                error("InvalidResponseCode", "together", e -> e.errorCode(404).responseCode("200")),
                error(
                        "InvalidResponseCode",
                        "201",
                        e -> e.errorCode(404).responsePagePath("/x").responseCode("201")),
                error(
                        "InvalidRelativePath",
                        "begin with a slash",
                        e -> e.errorCode(404).responsePagePath("x").responseCode("200")),
                error(
                        "InvalidArgument",
                        "ErrorCachingMinTTL",
                        e -> e.errorCode(404).errorCachingMinTTL(-1L)),
                group("NoSuchOrigin", "do not exist", g -> g.members(members("web", "gone"))),
                group("InvalidArgument", "two different", g -> g.members(members("web", "web"))),
                group(
                        "InvalidArgument",
                        "StatusCodes",
                        g -> g.failoverCriteria(f -> f.statusCodes(c -> c.quantity(1).items(200)))),
                group("InvalidArgument", "another origin", g -> g.id("web")),
                group(
                        "InvalidArgument",
                        "SelectionCriteria",
                        g -> g.selectionCriteria("media-quality-based")),
                refused(
                        "InvalidArgument",
                        "associated with an origin group",
                        c -> {
                            Configs.group(c, g -> {});
                            c.defaultCacheBehavior(b ->
                                    b.targetOriginId("both")
                                            .viewerProtocolPolicy("allow-all")
                                            .cachePolicyId(Configs.CACHING_OPTIMIZED)
                                            .allowedMethods(m ->
                                                    m.quantity(7)
                                                            .items(
                                                                    Method.GET,
                                                                    Method.HEAD,
                                                                    Method.OPTIONS,
                                                                    Method.PUT,
                                                                    Method.PATCH,
                                                                    Method.POST,
                                                                    Method.DELETE)));
                        }),
                origin("InvalidArgument", "colon", o -> o.domainName("host:8080")),
                origin("InvalidOrigin", "never asked", o -> o.domainName("169.254.169.254")),
                origin("InvalidOrigin", "never asked", o -> o.domainName("100.100.100.200")),
                origin("InvalidArgument", "not a host name", o -> o.domainName("a b")),
                origin("InvalidArgument", "OriginPath", o -> o.originPath("base")),
                origin("InvalidArgument", "OriginPath", o -> o.originPath("/base/")),
                origin("InvalidArgument", "ConnectionAttempts", o -> o.connectionAttempts(4)),
                origin("InvalidArgument", "ConnectionTimeout", o -> o.connectionTimeout(0)),
                origin(
                        "InvalidOrigin",
                        "exactly one",
                        o -> o.s3OriginConfig(s -> s.originAccessIdentity(""))),
                origin(
                        "InvalidArgument",
                        "does not refer to a valid S3 bucket",
                        o ->
                                o.customOriginConfig((CustomOriginConfig) null)
                                        .s3OriginConfig(s -> s.originAccessIdentity(""))),
                origin(
                        "InvalidArgument",
                        "HeaderName : Host",
                        o -> o.customHeaders(header("Host", "x"))),
                origin(
                        "InvalidArgument",
                        "HeaderValue",
                        o -> o.customHeaders(header("X-A", "x\r\nX-B: y"))),
                behaviorCase("NoSuchOrigin", "do not exist", b -> b.targetOriginId("nowhere")),
                behaviorCase(
                        "InvalidLambdaFunctionAssociation",
                        "no functions run",
                        b -> b.lambdaFunctionAssociations(l -> l.quantity(1).items(function()))),
                behaviorCase(
                        "InvalidArgument",
                        "TrustedKeyGroups must be enabled",
                        b -> b.trustedKeyGroups(g -> g.enabled(false).quantity(1).items("k"))),
                behaviorCase(
                        "InvalidArgument",
                        "ForwardedValues is required",
                        b -> b.cachePolicyId(null)),
                behaviorCase(
                        "InvalidArgument", "cannot be used when a cache policy", b -> b.minTTL(1L)),
                behaviorCase(
                        "InvalidArgument",
                        "AllowedMethods",
                        b -> b.allowedMethods(m -> m.quantity(1).items(Method.POST))),
                legacy("InvalidTtlOrder", "MinTTL <= DefaultTTL", b -> b.minTTL(10L).maxTTL(5L)),
                legacy(
                        "InvalidForwardCookies",
                        "whitelist needs names",
                        b ->
                                b.forwardedValues(v ->
                                        v.queryString(false)
                                                .cookies(c -> c.forward(ItemSelection.WHITELIST)))),
                legacy(
                        "InvalidQueryStringParameters",
                        "needs QueryString",
                        b ->
                                b.forwardedValues(v ->
                                        v.queryString(false)
                                                .queryStringCacheKeys(k -> k.quantity(1).items("q"))
                                                .cookies(c -> c.forward("none")))),
                legacy(
                        "InvalidArgument",
                        "fact about the visitor",
                        b ->
                                b.forwardedValues(v ->
                                        v.queryString(false)
                                                .headers(h ->
                                                        h.quantity(1)
                                                                .items(
                                                                        "CloudFront-Viewer-JA3-Fingerprint"))
                                                .cookies(c -> c.forward("none")))));
    }

    private static LambdaFunctionAssociation function() {
        return LambdaFunctionAssociation.builder()
                .lambdaFunctionARN("arn")
                .eventType("viewer-request")
                .build();
    }

    private static CustomHeaders header(String name, String value) {
        return CustomHeaders.builder()
                .quantity(1)
                .items(OriginCustomHeader.builder().headerName(name).headerValue(value).build())
                .build();
    }

    private static Arguments pattern(String why, String pattern) {
        return refused("InvalidArgument", why, c -> behind(c, pattern));
    }

    private static void behind(DistributionConfig.Builder config, String pattern) {
        config.cacheBehaviors(all ->
                all.quantity(1)
                        .items(
                                CacheBehavior.builder()
                                        .pathPattern(pattern)
                                        .targetOriginId("web")
                                        .viewerProtocolPolicy("allow-all")
                                        .cachePolicyId(Configs.CACHING_OPTIMIZED)
                                        .build()));
    }

    private static Arguments refused(
            String code, String why, Consumer<DistributionConfig.Builder> change) {
        return Arguments.of(code, why, Configs.minimal("r").applyMutation(change).build());
    }

    private static Arguments origin(String code, String why, Consumer<Origin.Builder> change) {
        Origin origin = Configs.origin().applyMutation(change).build();
        return refused(code, why, c -> c.origins(o -> o.quantity(1).items(origin)));
    }

    private static Arguments error(
            String code, String why, Consumer<CustomErrorResponse.Builder> change) {
        CustomErrorResponse response = CustomErrorResponse.builder().applyMutation(change).build();
        return refused(code, why, c -> c.customErrorResponses(e -> e.quantity(1).items(response)));
    }

    private static Arguments group(String code, String why, Consumer<OriginGroup.Builder> change) {
        return refused(code, why, c -> Configs.group(c, change));
    }

    private static OriginGroupMembers members(String first, String second) {
        return Configs.members(first, second);
    }

    private static Arguments behaviorCase(
            String code, String why, Consumer<DefaultCacheBehavior.Builder> change) {
        return Arguments.of(code, why, behavior(change));
    }

    private static Arguments legacy(
            String code, String why, Consumer<DefaultCacheBehavior.Builder> change) {
        DistributionConfig legacy = Configs.legacy("r").build();
        return Arguments.of(
                code,
                why,
                legacy.toBuilder()
                        .defaultCacheBehavior(legacy.defaultCacheBehavior().copy(change))
                        .build());
    }

    private static DistributionConfig behavior(Consumer<DefaultCacheBehavior.Builder> change) {
        DistributionConfig config = Configs.minimal("r").build();
        return config.toBuilder()
                .defaultCacheBehavior(config.defaultCacheBehavior().copy(change))
                .build();
    }
}
