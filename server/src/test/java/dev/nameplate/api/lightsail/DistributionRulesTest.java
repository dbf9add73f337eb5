package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.lightsail.model.CacheBehaviorPerPath;
import software.amazon.awssdk.services.lightsail.model.CacheSettings;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionRequest;

import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

final class DistributionRulesTest {

    @Test
    void everyWordMustBeOneThatLightsailKnows() {
        refused(r -> r.bundleId("tiny_1_0"), "The bundleId 'tiny_1_0' is not known");
        refused(r -> r.bundleId(null), "The bundleId is missing; it must be one of large_1_0");
        refused(r -> r.defaultCacheBehavior(c -> c.behavior("maybe")), "cache | dont-cache");
        refused(r -> r.ipAddressType("ipv6"), "cannot be ipv6 only");
        refused(r -> r.ipAddressType("ipv9"), "dualstack | ipv4");
        refused(r -> r.viewerMinimumTlsProtocolVersion("SSLv3"), "TLSv1.2_2021");
        refused(r -> r.origin(o -> o.name("a.example.com").protocolPolicy("match")), "https-only");
        refused(settings(s -> s.allowedHTTPMethods("GET")), "GET,HEAD");
        refused(settings(s -> s.cachedHTTPMethods("GET,POST")), "GET,HEAD");
        refused(settings(s -> s.forwardedCookies(c -> c.option("some"))), "allow-list");
    }

    @Test
    void anOriginIsAHostOrHostAndPort() {
        for (String good :
                List.of(
                        "app.example.com",
                        "app.example.com:8080",
                        "localhost:8080",
                        "192.0.2.7",
                        "[2001:db8::1]:8443",
                        "my-service:80")) {
            assertThat(DistributionRules.read(request(r -> r.origin(o -> o.name(good)))).origin())
                    .extracting(DistributionDocument.Origin::name)
                    .isEqualTo(good);
        }
        refused(
                r -> r.origin(o -> o.name("container-service-1")),
                "there is no instance, bucket, load balancer or container service here");
        refused(r -> r.origin(o -> o.name("https://app.example.com")), "is not a host");
        refused(r -> r.origin(o -> o.name("app.example.com/path")), "is not a host");
        refused(r -> r.origin(o -> o.name("app.example.com:0")), "between 1 and 65535");
        refused(r -> r.origin(o -> o.name("app.example.com:65536")), "between 1 and 65535");
        refused(r -> r.origin(o -> o.name("a..example.com")), "not a valid host name");
        refused(r -> r.origin(o -> o.name("169.254.169.254")), "is never asked");
        refused(r -> r.origin(o -> o.name("[fe80::1]:80")), "is never asked");
        refused(r -> r.origin(o -> o.name("[fd00:ec2::254]")), "is never asked");
        refused(r -> r.origin(o -> o.regionName("us-east-1")), "The origin needs a name.");
        refused(
                r -> r.origin(o -> o.name("app.example.com").responseTimeout(0)),
                "1 to 60 seconds, not 0");
        refused(
                r -> r.origin(o -> o.name("app.example.com").responseTimeout(61)),
                "1 to 60 seconds, not 61");
    }

    @Test
    void timesToLiveMustBeInOrder() {
        refused(settings(s -> s.minimumTTL(-1L)), "cannot be negative");
        refused(settings(s -> s.minimumTTL(10L).defaultTTL(5L)), "they are 10, 5 and 31536000");
        refused(settings(s -> s.maximumTTL(10L).defaultTTL(20L)), "they are 0, 20 and 10");
        var bounded = read(settings(s -> s.maximumTTL(10L)));
        assertThat(bounded.cacheSettings().defaultTtl()).isEqualTo(10);
        var raised = read(settings(s -> s.minimumTTL(100_000L)));
        assertThat(raised.cacheSettings().defaultTtl()).isEqualTo(100_000);
        refused(
                settings(s -> s.minimumTTL(1L).forwardedHeaders(h -> h.option("all"))),
                "The minimumTTL must be 0 when all headers are forwarded.");
    }

    @Test
    void allowListsAreBoundedAndNotEmpty() {
        refused(
                settings(s -> s.forwardedCookies(c -> c.option("allow-list"))),
                "cookiesAllowList is empty although the option is allow-list");
        refused(
                settings(s ->
                        s.forwardedCookies(c ->
                                c.option("allow-list")
                                        .cookiesAllowList(Collections.nCopies(11, "a")))),
                "at most 10 entries, not 11");
        refused(
                settings(s ->
                        s.forwardedHeaders(
                                h -> h.option("allow-list").headersAllowListWithStrings("X-Own"))),
                "'X-Own' is not known");
        refused(
                settings(s ->
                        s.forwardedQueryStrings(q ->
                                q.option(false)
                                        .queryStringsAllowList(Collections.nCopies(11, "a")))),
                "at most 10 entries, not 11");
        var all =
                read(
                        settings(s ->
                                s.forwardedQueryStrings(
                                        q -> q.option(true).queryStringsAllowList("a"))));
        assertThat(all.cacheSettings().queryStrings()).isEmpty();
        var none = read(settings(s -> s.forwardedHeaders(h -> h.option("none"))));
        assertThat(none.cacheSettings().headerOption()).isEqualTo("default");
    }

    @Test
    void pathsAreBoundedAndEachOnce() {
        refused(r -> r.cacheBehaviors(path("a/*"), path("/a/*")), "occurs more than once");
        refused(r -> r.cacheBehaviors(path(" ")), "needs a path");
        refused(
                r -> r.cacheBehaviors(IntStream.range(0, 26).mapToObj(i -> path("p" + i)).toList()),
                "at most 25 cacheBehaviors, not 26");
        refused(
                r ->
                        r.cacheBehaviors(
                                CacheBehaviorPerPath.builder().path("a").behavior("no").build()),
                "cacheBehaviors.behavior 'no' is not known");
    }

    private static CacheBehaviorPerPath path(String path) {
        return CacheBehaviorPerPath.builder().path(path).behavior("cache").build();
    }

    private static Consumer<CreateDistributionRequest.Builder> settings(
            Consumer<CacheSettings.Builder> change) {
        return request -> request.cacheBehaviorSettings(change);
    }

    private static DistributionDocument read(Consumer<CreateDistributionRequest.Builder> change) {
        return DistributionRules.read(request(change));
    }

    private static void refused(
            Consumer<CreateDistributionRequest.Builder> change, String message) {
        Door.assertInvalid(() -> read(change), message);
    }

    static CreateDistributionRequest request(Consumer<CreateDistributionRequest.Builder> change) {
        return CreateDistributionRequest.builder()
                .distributionName("shop")
                .bundleId("small_1_0")
                .origin(origin -> origin.name("192.0.2.7:8080"))
                .defaultCacheBehavior(cache -> cache.behavior("cache"))
                .applyMutation(change)
                .build();
    }
}
