package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.Optional;
import java.util.Set;

@ExtendWith(NoLeaks.class)
final class SiteRulesTest {
    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private Behavior viewer(ViewerProtocol protocol) {
        return edge.caching(Caching.standard(RequestParts.NONE)).toBuilder()
                .viewerProtocol(protocol)
                .build();
    }

    private RawClient.Answer plain(String method, String host, String target) throws Exception {
        try (RawClient visitor = edge.connectPlain()) {
            return visitor.request(method, host, target);
        }
    }

    @Test
    void anUnknownHostGetsThePageOfCloudFront() throws Exception {
        RawClient.Answer answer = plain("GET", "nobody.test", "/");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("server")).contains("CloudFront");
        assertThat(answer.header("x-cache")).contains("Error from cloudfront");
        assertThat(answer.header("via").orElseThrow()).endsWith("(CloudFront)");
        String id = answer.header("x-amz-cf-id").orElseThrow();
        assertThat(id).hasSize(56).endsWith("==");
        assertThat(answer.text())
                .contains("ERROR: The request could not be satisfied")
                .contains("Request ID: " + id);
        plain("GET", "nobody.test", "/");
        assertThat(edge.source().siteQuestions()).containsExactly("nobody.test");
    }

    @Test
    void plainHttpIsRedirectedKeepingTheMethod() throws Exception {
        edge.serve("r.test", edge.site("r.test", viewer(ViewerProtocol.REDIRECT_TO_HTTPS)));
        RawClient.Answer get = plain("GET", "R.test:80", "/a?b=c");
        assertThat(get.status()).isEqualTo(301);
        assertThat(get.header("location")).contains(edge.url("r.test", "/a?b=c"));
        assertThat(plain("POST", "r.test", "/a").status()).isEqualTo(307);
        RequestEvent event = edge.events().nextRequest();
        assertThat(event.verdict()).isEqualTo(CacheVerdict.REDIRECT);
        assertThat(event.distributionId()).isEqualTo("dist-r.test");
        assertThat(edge.origin().requests()).isEmpty();
    }

    @Test
    void plainHttpIsServedOrForbiddenAsTheBehaviourSays() throws Exception {
        edge.serve("open.test", edge.site("open.test", viewer(ViewerProtocol.ALLOW_ALL)));
        edge.serve("closed.test", edge.site("closed.test", viewer(ViewerProtocol.HTTPS_ONLY)));
        assertThat(plain("GET", "open.test", "/").text()).isEqualTo("hello /");
        assertThat(plain("GET", "closed.test", "/").status()).isEqualTo(403);
        assertThat(edge.get("closed.test", "/").status()).isEqualTo(200);
    }

    @Test
    void theFirstMatchingPathDecides() throws Exception {
        Behavior images =
                Behavior.of("/img/*.png", "main").toBuilder()
                        .allowedMethods(Set.of("GET"))
                        .caching(Caching.standard(RequestParts.NONE))
                        .build();
        edge.serve("p.test", edge.site("p.test", images, viewer(ViewerProtocol.ALLOW_ALL)));
        try (RawClient visitor = edge.connect("p.test")) {
            assertThat(visitor.request("DELETE", "p.test", "/other").status()).isEqualTo(200);
            assertThat(visitor.request("DELETE", "p.test", "/x/../img/a.png").status())
                    .isEqualTo(403);
            assertThat(visitor.request("DELETE", "p.test", "/img/a.png").status()).isEqualTo(403);
        }
    }

    @Test
    void aDisabledSiteIsForbidden() throws Exception {
        Site site = edge.site("off.test", edge.passing());
        edge.serve("off.test", site.toBuilder().configVersion(7).enabled(false).build());
        assertThat(edge.get("off.test", "/").status()).isEqualTo(403);
        assertThat(edge.events().nextRequest().configVersion()).isEqualTo(7);
    }

    @Test
    void aHostOfAnotherSiteIsMisdirected() throws Exception {
        edge.serve("a.test");
        edge.serve("b.test");
        edge.source().site("alias.test", edge.site("a.test", edge.passing()));
        try (RawClient visitor = edge.connect("a.test")) {
            assertThat(visitor.get("b.test", "/").status()).isEqualTo(421);
            assertThat(visitor.get("nobody.test", "/").status()).isEqualTo(421);
            assertThat(visitor.get("alias.test", "/").status()).isEqualTo(200);
            assertThat(visitor.get("a.test", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void theRootObjectStandsForTheRootOnly() throws Exception {
        Site site = edge.site("root.test", edge.passing());
        edge.serve(
                "root.test", site.toBuilder().defaultRootObject(Optional.of("index.html")).build());
        assertThat(edge.get("root.test", "/?q=1").text()).isEqualTo("hello /index.html?q=1");
        assertThat(edge.get("root.test", "/dir/").text()).isEqualTo("hello /dir/");
    }

    @Test
    void aChangedSiteIsServedAtOnce() throws Exception {
        edge.serve("c.test", edge.site("c.test", edge.passing()));
        try (RawClient visitor = edge.connect("c.test")) {
            assertThat(visitor.get("c.test", "/").text()).isEqualTo("hello /");
            Site old = edge.site("c.test", edge.passing());
            edge.source().site("c.test", old.toBuilder().configVersion(2).enabled(false).build());
            edge.edge().changed("dist-c.test", Set.of());
            assertThat(visitor.get("c.test", "/").status()).isEqualTo(403);
        }
    }

    @Test
    void aBrokenSourceIsAServiceUnavailable() throws Exception {
        edge.source().breakDown(true);
        assertThat(plain("GET", "any.test", "/").status()).isEqualTo(503);
    }

    @Test
    void methodsAndBodiesThatAreNotServedAreRefused() throws Exception {
        edge.serve("m.test");
        assertThat(plain("TRACE", "m.test", "/").status()).isEqualTo(403);
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send("GET / HTTP/1.1\r\nHost: m.test\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(visitor.read(false).status()).isEqualTo(403);
        }
    }

    @Test
    void requestsThatAreTooLargeAreRefused() throws Exception {
        edge.serve("l.test");
        assertThat(plain("GET", "l.test", "/" + "x".repeat(8_191)).status()).isEqualTo(200);
        assertThat(plain("GET", "l.test", "/" + "x".repeat(8_192)).status()).isEqualTo(413);
        assertThat(plain("GET", "l.test", "/" + "x".repeat(30_000)).status()).isEqualTo(413);
        try (RawClient visitor = edge.connectPlain()) {
            assertThat(visitor.get("l.test", "/", "X-Long: " + "x".repeat(20_500)).status())
                    .isEqualTo(413);
        }
    }
}
