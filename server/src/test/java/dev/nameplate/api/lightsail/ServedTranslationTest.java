package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.ServedConfig.Behavior;
import dev.nameplate.distribution.ServedConfig.CacheRule;
import dev.nameplate.distribution.ServedConfig.OriginProtocol;
import dev.nameplate.distribution.ServedConfig.Selection;
import dev.nameplate.distribution.ServedConfig.ViewerProtocol;
import dev.nameplate.names.DomainName;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.lightsail.model.CacheBehaviorPerPath;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionRequest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

final class ServedTranslationTest {

    @Test
    void aCachingDistributionKeysOnNothingButThePath() {
        ServedConfig served = served(_ -> {});
        assertThat(served.enabled()).isTrue();
        assertThat(served.defaultRootObject()).isEmpty();
        assertThat(served.behaviors()).hasSize(1);
        Behavior all = served.behaviors().getFirst();
        assertThat(all.pathPattern()).isEqualTo("*");
        assertThat(all.viewerProtocol()).isEqualTo(ViewerProtocol.REDIRECT_TO_HTTPS);
        assertThat(all.allowedMethods())
                .isEqualTo(Set.of("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"));
        assertThat(all.cachedMethods()).isEqualTo(Set.of("GET", "HEAD"));
        assertThat(all.cache())
                .contains(
                        new CacheRule(
                                Duration.ZERO,
                                Duration.ofDays(1),
                                Duration.ofDays(365),
                                new Selection.None(),
                                new Selection.None(),
                                new Selection.None()));
        assertThat(all.forward().headers()).isEqualTo(new Selection.None());
    }

    @Test
    void whatIsNotCachedIsForwardedWholeExceptForTheHost() {
        Behavior all =
                served(r -> r.defaultCacheBehavior(c -> c.behavior("dont-cache")))
                        .behaviors()
                        .getFirst();
        assertThat(all.cache()).isEmpty();
        assertThat(all.forward().headers()).isEqualTo(new Selection.AllExcept(Set.of("Host")));
        assertThat(all.forward().cookies()).isEqualTo(new Selection.All());
        assertThat(all.forward().queryStrings()).isEqualTo(new Selection.All());
    }

    @Test
    void theHostIsForwardedWhereTheSettingsNameIt() {
        ServedConfig served =
                served(r ->
                        r.defaultCacheBehavior(c -> c.behavior("dont-cache"))
                                .cacheBehaviors(path("static/*", "cache"))
                                .cacheBehaviorSettings(s ->
                                        s.forwardedHeaders(h ->
                                                h.option("allow-list")
                                                        .headersAllowListWithStrings("Host"))));
        assertThat(served.behaviors().getLast().forward().headers()).isEqualTo(new Selection.All());
        assertThat(served.behaviors().getFirst().cache().orElseThrow().headers())
                .isEqualTo(new Selection.Only(Set.of("Host")));
    }

    @Test
    void forwardingAllHeadersStopsCaching() {
        Behavior all =
                served(r -> r.cacheBehaviorSettings(s -> s.forwardedHeaders(h -> h.option("all"))))
                        .behaviors()
                        .getFirst();
        assertThat(all.cache()).isEmpty();
        assertThat(all.forward().headers()).isEqualTo(new Selection.All());
    }

    @Test
    void pathsComeInTheirOrderBeforeTheRest() {
        ServedConfig served =
                served(r ->
                        r.cacheBehaviors(
                                path("wp-admin/*", "dont-cache"),
                                path("*.html", "cache"),
                                path("/fixed", "dont-cache")));
        assertThat(served.behaviors())
                .extracting(Behavior::pathPattern)
                .containsExactly("/wp-admin/*", "*.html", "/fixed", "*");
        assertThat(served.behaviors())
                .extracting(behavior -> behavior.cache().isPresent())
                .containsExactly(false, true, false, true);
    }

    @Test
    void settingsBecomeTheCacheKey() {
        CacheRule rule =
                served(r ->
                                r.cacheBehaviorSettings(s ->
                                        s.minimumTTL(1L)
                                                .defaultTTL(2L)
                                                .maximumTTL(3L)
                                                .allowedHTTPMethods("GET,HEAD")
                                                .cachedHTTPMethods("GET,HEAD,OPTIONS")
                                                .forwardedCookies(c -> c.option("all"))
                                                .forwardedQueryStrings(q ->
                                                        q.option(false)
                                                                .queryStringsAllowList("v"))))
                        .behaviors()
                        .getFirst()
                        .cache()
                        .orElseThrow();
        assertThat(rule)
                .isEqualTo(
                        new CacheRule(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                new Selection.None(),
                                new Selection.All(),
                                new Selection.Only(Set.of("v"))));
    }

    @Test
    void thePortBelongsToTheProtocolOfThePolicy() {
        var http = served(r -> r.origin(o -> o.name("app.example.com:8080"))).origins().getFirst();
        assertThat(http.host()).isEqualTo("app.example.com");
        assertThat(http.httpPort()).isEqualTo(8080);
        assertThat(http.protocol()).isEqualTo(OriginProtocol.HTTP_ONLY);
        assertThat(http.readTimeout()).isEqualTo(Duration.ofSeconds(30));

        var https =
                served(r -> r.origin(o -> o.name("[2001:db8::1]").protocolPolicy("https-only")))
                        .origins()
                        .getFirst();
        assertThat(https.host()).isEqualTo("2001:db8::1");
        assertThat(https.httpsPort()).isEqualTo(443);
        assertThat(https.protocol()).isEqualTo(OriginProtocol.HTTPS_ONLY);
    }

    @Test
    void aliasesAndCertificateAreServedAsGiven() {
        var id = new CertificateId(new UUID(1, 2));
        ServedConfig served =
                ServedTranslation.translate(
                        DistributionRules.read(DistributionRulesTest.request(_ -> {})),
                        List.of(new DomainName("example.com")),
                        Optional.of(id));
        assertThat(served.aliases()).containsExactly(new DomainName("example.com"));
        assertThat(served.certificate()).contains(id);
        assertThat(served.minimumTls()).isEqualTo("TLSv1.2_2021");
    }

    @Test
    void theDocumentSurvivesItsJson() {
        DistributionDocument document =
                DistributionRules.read(
                        DistributionRulesTest.request(
                                r -> r.cacheBehaviors(path("a/*", "dont-cache"))));
        assertThat(DistributionDocument.fromJson(document.toJson())).isEqualTo(document);
    }

    private static CacheBehaviorPerPath path(String path, String behavior) {
        return CacheBehaviorPerPath.builder().path(path).behavior(behavior).build();
    }

    private static ServedConfig served(Consumer<CreateDistributionRequest.Builder> change) {
        return ServedTranslation.translate(
                DistributionRules.read(DistributionRulesTest.request(change)),
                List.of(),
                Optional.empty());
    }
}
