package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
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
        assertThat(all.caching())
                .isEqualTo(
                        new Caching(
                                true,
                                Duration.ZERO,
                                Duration.ofDays(1),
                                Duration.ofDays(365),
                                RequestParts.NONE,
                                Set.of()));
        assertThat(all.forwarding().headers()).isEqualTo(Selection.NONE);
    }

    @Test
    void whatIsNotCachedIsForwardedWholeExceptForTheHost() {
        Behavior all =
                served(r -> r.defaultCacheBehavior(c -> c.behavior("dont-cache")))
                        .behaviors()
                        .getFirst();
        assertThat(all.caching().enabled()).isFalse();
        assertThat(all.forwarding().headers()).isEqualTo(new Selection.AllExcept(Set.of("Host")));
        assertThat(all.forwarding().cookies()).isEqualTo(Selection.ALL);
        assertThat(all.forwarding().queryStrings()).isEqualTo(Selection.ALL);
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
        assertThat(served.behaviors().getLast().forwarding().headers()).isEqualTo(Selection.ALL);
        assertThat(served.behaviors().getFirst().caching().key().headers())
                .isEqualTo(new Selection.Only(Set.of("Host")));
    }

    @Test
    void forwardingAllHeadersStopsCaching() {
        Behavior all =
                served(r -> r.cacheBehaviorSettings(s -> s.forwardedHeaders(h -> h.option("all"))))
                        .behaviors()
                        .getFirst();
        assertThat(all.caching().enabled()).isFalse();
        assertThat(all.forwarding().headers()).isEqualTo(Selection.ALL);
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
                .extracting(behavior -> behavior.caching().enabled())
                .containsExactly(false, true, false, true);
    }

    @Test
    void settingsBecomeTheCacheKey() {
        Caching rule =
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
                        .caching();
        assertThat(rule)
                .isEqualTo(
                        new Caching(
                                true,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                new RequestParts(
                                        Selection.NONE, Selection.ALL, Selection.only("v")),
                                Set.of()));
    }

    @Test
    void thePortBelongsToTheProtocolOfThePolicy() {
        var http = served(r -> r.origin(o -> o.name("app.example.com:8080"))).origins().getFirst();
        assertThat(http.host()).isEqualTo("app.example.com");
        assertThat(http.httpPort()).isEqualTo(8080);
        assertThat(http.protocolPolicy()).isEqualTo(Origin.ProtocolPolicy.HTTP_ONLY);
        assertThat(http.readTimeout()).isEqualTo(Duration.ofSeconds(30));

        var https =
                served(r -> r.origin(o -> o.name("[2001:db8::1]").protocolPolicy("https-only")))
                        .origins()
                        .getFirst();
        assertThat(https.host()).isEqualTo("2001:db8::1");
        assertThat(https.httpsPort()).isEqualTo(443);
        assertThat(https.protocolPolicy()).isEqualTo(Origin.ProtocolPolicy.HTTPS_ONLY);
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
