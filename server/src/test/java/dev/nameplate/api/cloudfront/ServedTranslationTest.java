package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.OriginGroup;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
class ServedTranslationTest {
    private static final Policies.Resolved MANAGED =
            new Policies.Resolved(
                    byId(ManagedPolicies.cachePolicies()),
                    byId(ManagedPolicies.originRequestPolicies()),
                    byId(ManagedPolicies.responseHeadersPolicies()),
                    Map.of());

    private static <C> Map<String, C> byId(List<Kept<C>> policies) {
        return policies.stream().collect(Collectors.toMap(Kept::id, Kept::config));
    }

    @Test
    void anOriginKeepsItsTimesPortsAndHeaders() {
        Origin origin = served(Configs.minimal("r").build()).origins().getFirst();

        assertThat(origin.host()).isEqualTo("origin.example.com");
        assertThat(origin.protocolPolicy()).isEqualTo(Origin.ProtocolPolicy.HTTP_ONLY);
        assertThat(origin.connectionAttempts()).isEqualTo(3);
        assertThat(origin.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(origin.readTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(origin.keepAlive()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void behaviorsComeInOrderWithTheDefaultLast() {
        DistributionConfig config = Configs.minimal("r").build();
        CacheBehavior images =
                new CacheBehaviorView("images/*", config.defaultCacheBehavior()).toCacheBehavior();

        ServedConfig served =
                served(config.toBuilder().cacheBehaviors(b -> b.quantity(1).items(images)).build());

        assertThat(served.behaviors())
                .extracting(Behavior::pathPattern)
                .containsExactly("images/*", "*");
    }

    @Test
    void cachingDisabledWithAllViewerForwardsWithoutKeeping() {
        DistributionConfig config = Configs.minimal("r").build();
        Behavior behavior =
                served(
                                config.toBuilder()
                                        .defaultCacheBehavior(
                                                config.defaultCacheBehavior()
                                                        .copy(b ->
                                                                b.cachePolicyId(
                                                                                Configs
                                                                                        .CACHING_DISABLED)
                                                                        .originRequestPolicyId(
                                                                                Configs
                                                                                        .ALL_VIEWER_EXCEPT_HOST)))
                                        .build())
                        .behaviors()
                        .getLast();

        assertThat(behavior.caching().enabled()).isFalse();
        assertThat(behavior.forwarding().headers())
                .isEqualTo(new Selection.AllExcept(Set.of("host")));
        assertThat(behavior.forwarding().cookies()).isEqualTo(Selection.ALL);
        assertThat(behavior.forwarding().queryStrings()).isEqualTo(Selection.ALL);
    }

    @Test
    void groupsErrorPagesAndVersionsOfHttpReachTheEdge() {
        DistributionConfig.Builder config = Configs.minimal("r");
        Configs.group(config, g -> {});
        ServedConfig served =
                served(
                        config.httpVersion("http2and3")
                                .customErrorResponses(e ->
                                        e.quantity(1)
                                                .items(
                                                        CustomErrorResponse.builder()
                                                                .errorCode(404)
                                                                .responsePagePath("/missing")
                                                                .responseCode("200")
                                                                .build()))
                                .build());

        assertThat(served.originGroups())
                .containsExactly(new OriginGroup("both", "web", "spare", Set.of(500, 503)));
        assertThat(served.errorAnswers())
                .containsExactly(
                        new ErrorAnswer(
                                404,
                                Optional.of(new ErrorAnswer.Page("/missing", 200)),
                                Duration.ofSeconds(10)));
        assertThat(served.http2()).isTrue();
        assertThat(served.http3()).isTrue();
        assertThat(served(Configs.minimal("s").httpVersion("http1.1").build()).http2()).isFalse();
        assertThat(served(Configs.minimal("s").httpVersion("http3").build()).http2()).isFalse();
    }

    @Test
    void anOriginsTimesTlsVersionsAndAddressesReachTheEdge() {
        Origin origin =
                served(
                                Configs.minimal("r")
                                        .origins(o ->
                                                o.quantity(1)
                                                        .items(
                                                                Configs.origin()
                                                                        .responseCompletionTimeout(
                                                                                60)
                                                                        .customOriginConfig(c ->
                                                                                c.httpPort(80)
                                                                                        .httpsPort(
                                                                                                443)
                                                                                        .ipAddressType(
                                                                                                "ipv6")
                                                                                        .originSslProtocols(
                                                                                                p ->
                                                                                                        p.quantity(
                                                                                                                        1)
                                                                                                                .itemsWithStrings(
                                                                                                                        "TLSv1.1"))
                                                                                        .originProtocolPolicy(
                                                                                                "https-only"))
                                                                        .build()))
                                        .build())
                        .origins()
                        .getFirst();

        assertThat(origin.completionTimeout()).contains(Duration.ofMinutes(1));
        assertThat(origin.tlsProtocols()).containsExactly("TLSv1.1");
        assertThat(origin.addresses()).isEqualTo(Origin.Addresses.IPV6);
    }

    @Test
    void cachingOptimizedKeysByPathAlone() {
        Behavior behavior = served(Configs.minimal("r").build()).behaviors().getLast();

        assertThat(behavior.caching())
                .isEqualTo(
                        new Caching(
                                true,
                                Duration.ofSeconds(1),
                                Duration.ofDays(1),
                                Duration.ofDays(365),
                                RequestParts.NONE,
                                Set.of(ContentCoding.GZIP, ContentCoding.BROTLI)));
    }

    @Test
    void forwardedValuesKeyAndForwardTheSame() {
        Behavior behavior =
                forwarding(v ->
                        v.queryString(true)
                                .headers(h -> h.quantity(1).items("Accept-Language"))
                                .cookies(c ->
                                        c.forward("whitelist")
                                                .whitelistedNames(
                                                        n -> n.quantity(1).items("session"))));

        RequestParts rule = behavior.caching().key();
        assertThat(rule.headers()).isEqualTo(new Selection.Only(Set.of("Accept-Language")));
        assertThat(rule.cookies()).isEqualTo(new Selection.Only(Set.of("session")));
        assertThat(rule.queryStrings()).isEqualTo(Selection.ALL);
        assertThat(behavior.forwarding().headers()).isEqualTo(rule.headers());
    }

    @Test
    void queryStringCacheKeysKeyBySomeAndForwardAll() {
        Behavior behavior =
                forwarding(v ->
                        v.queryString(true)
                                .queryStringCacheKeys(k -> k.quantity(1).items("page"))
                                .cookies(c -> c.forward("none")));

        assertThat(behavior.caching().key().queryStrings())
                .isEqualTo(new Selection.Only(Set.of("page")));
        assertThat(behavior.forwarding().queryStrings()).isEqualTo(Selection.ALL);
    }

    @Test
    void forwardingAllHeadersKeepsNothing() {
        Behavior behavior =
                forwarding(v ->
                        v.queryString(false)
                                .headers(h -> h.quantity(1).items("*"))
                                .cookies(c -> c.forward("all")));

        assertThat(behavior.caching().enabled()).isFalse();
        assertThat(behavior.forwarding().headers()).isEqualTo(Selection.ALL);
        assertThat(behavior.forwarding().queryStrings()).isEqualTo(Selection.NONE);
    }

    private static Behavior forwarding(Consumer<ForwardedValues.Builder> values) {
        DistributionConfig legacy = Configs.legacy("r").build();
        return served(
                        legacy.toBuilder()
                                .defaultCacheBehavior(
                                        legacy.defaultCacheBehavior()
                                                .copy(b -> b.forwardedValues(values)))
                                .build())
                .behaviors()
                .getLast();
    }

    private static ServedConfig served(DistributionConfig config) {
        return ServedTranslation.translate(
                AcceptedConfig.of(config).config(), List.of(), Optional.empty(), MANAGED);
    }
}
