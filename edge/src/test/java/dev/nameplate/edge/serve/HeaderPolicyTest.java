package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.ResponseHeaders;
import dev.nameplate.edge.config.ResponseHeaders.Cors;
import dev.nameplate.edge.config.ResponseHeaders.Fixed;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

@ExtendWith(NoLeaks.class)
final class HeaderPolicyTest {
    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private void serve(ResponseHeaders headers) {
        Behavior behavior =
                edge.caching(Caching.standard(RequestParts.NONE)).toBuilder()
                        .responseHeaders(Optional.of(headers))
                        .viewerProtocol(ViewerProtocol.REDIRECT_TO_HTTPS)
                        .build();
        edge.serve("h.test", edge.site("h.test", behavior));
    }

    private static ResponseHeaders shared(Cors cors) {
        return new ResponseHeaders(List.of(), Optional.of(cors), List.of(), 0);
    }

    private static Cors cors(boolean override, String... origins) {
        return new Cors(
                List.of(origins),
                List.of("X-A", "X-B"),
                List.of("ALL"),
                true,
                List.of("X-Seen"),
                Optional.of(Duration.ofMinutes(10)),
                override);
    }

    @Test
    void headersAreSetAndRemovedOnMissesHitsAndEveryKindOfAnswer() throws Exception {
        serve(
                new ResponseHeaders(
                        List.of("X-Powered-By", "Content-Length"),
                        Optional.empty(),
                        List.of(
                                new Fixed("X-Frame-Options", "SAMEORIGIN", false),
                                new Fixed("X-Content-Type-Options", "nosniff", true)),
                        0));
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain",
                                "body",
                                "X-Powered-By: PHP",
                                "X-Frame-Options: DENY",
                                "ETag: \"a\"",
                                "X-Content-Type-Options: sniff"));
        for (String verdict : List.of("Miss", "Hit", "Hit")) {
            RawClient.Answer answer = edge.get("h.test", "/");
            assertThat(answer.header("x-cache")).contains(verdict + " from cloudfront");
            assertThat(answer.text()).isEqualTo("body");
            assertSecured(answer);
            assertThat(answer.header("x-frame-options")).contains("DENY");
        }
        RawClient.Answer unchanged = edge.get("h.test", "/", "If-None-Match: \"a\"");
        assertThat(unchanged.status()).isEqualTo(304);
        assertSecured(unchanged);
        RawClient.Answer part = edge.get("h.test", "/", "Range: bytes=1-2");
        assertThat(part.text()).isEqualTo("od");
        assertSecured(part);
        try (RawClient plain = edge.connectPlain()) {
            RawClient.Answer redirect = plain.get("h.test", "/");
            assertThat(redirect.status()).isEqualTo(301);
            assertSecured(redirect);
            assertThat(redirect.header("x-frame-options")).contains("SAMEORIGIN");
        }
        edge.origin().close();
        RawClient.Answer error = edge.get("h.test", "/gone");
        assertThat(error.status()).isEqualTo(502);
        assertSecured(error);
        try (HttpClient http2 = edge.httpClient(HttpClient.Version.HTTP_2)) {
            HttpResponse<String> hit =
                    http2.send(
                            HttpRequest.newBuilder(URI.create(edge.url("h.test", "/"))).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(hit.body()).isEqualTo("body");
            assertThat(hit.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(hit.headers().firstValue("x-powered-by")).isEmpty();
        }
    }

    private static void assertSecured(RawClient.Answer answer) {
        assertThat(answer.header("x-powered-by")).isEmpty();
        assertThat(answer.header("x-content-type-options")).contains("nosniff");
        assertThat(answer.headers().stream().filter(h -> h.startsWith("x-content-type")))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aChangedPolicyChangesWhatIsAlreadyKept() throws Exception {
        serve(fixed("one"));
        assertThat(edge.get("h.test", "/").header("x-p")).contains("one");
        assertThat(edge.get("h.test", "/").header("x-p")).contains("one");
        serve(fixed("two"));
        edge.edge().changed("dist-h.test", java.util.Set.of());
        RawClient.Answer hit = edge.get("h.test", "/");
        assertThat(hit.header("x-cache")).contains("Hit from cloudfront");
        assertThat(hit.header("x-p")).contains("two");
    }

    private static ResponseHeaders fixed(String value) {
        return new ResponseHeaders(
                List.of(), Optional.empty(), List.of(new Fixed("X-P", value, true)), 0);
    }

    @Test
    void onlyRequestsOfOtherOriginsAreSharedWithAndKeptAnswersSuitEachOfThem() throws Exception {
        serve(shared(cors(true, "https://*.ours.test", "http://exact.test:8080")));
        assertThat(edge.get("h.test", "/").header("access-control-allow-origin")).isEmpty();
        for (int i = 0; i < 2; i++) {
            for (String origin :
                    List.of(
                            "https://a.ours.test",
                            "https://b.c.ours.test",
                            "http://exact.test:8080")) {
                RawClient.Answer answer = edge.get("h.test", "/", "Origin: " + origin);
                assertThat(answer.header("access-control-allow-origin")).contains(origin);
                assertThat(answer.header("access-control-allow-credentials")).contains("true");
                assertThat(answer.header("access-control-expose-headers")).contains("X-Seen");
                assertThat(answer.header("access-control-allow-methods")).isEmpty();
                assertThat(answer.header("vary")).contains("Origin");
                assertThat(answer.header("x-cache")).contains("Hit from cloudfront");
            }
            for (String origin :
                    List.of(
                            "https://ours.test",
                            "https://evilours.test",
                            "http://a.ours.test",
                            "https://a.ours.test.evil.test",
                            "null")) {
                assertThat(
                                edge.get("h.test", "/", "Origin: " + origin)
                                        .header("access-control-allow-origin"))
                        .as(origin)
                        .isEmpty();
            }
        }
    }

    @Test
    void aPreflightHearsMethodsHeadersAndAge() throws Exception {
        serve(shared(cors(false, "*")));
        try (RawClient visitor = edge.connect("h.test")) {
            RawClient.Answer answer =
                    visitor.request(
                            "OPTIONS",
                            "h.test",
                            "/",
                            "Origin: https://x.test",
                            "Access-Control-Request-Method: PUT");
            assertThat(answer.header("access-control-allow-origin")).contains("*");
            assertThat(answer.header("access-control-allow-methods"))
                    .contains("GET, DELETE, HEAD, OPTIONS, PATCH, POST, PUT");
            assertThat(answer.header("access-control-allow-headers")).contains("X-A, X-B");
            assertThat(answer.header("access-control-max-age")).contains("600");
        }
    }

    @Test
    void anOriginThatSharesByItselfIsLeftAloneUnlessOverridden() throws Exception {
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain",
                                "x",
                                "Access-Control-Allow-Origin: https://own.test"));
        serve(shared(cors(false, "*")));
        assertThat(allowed("/1")).contains("https://own.test");
        serve(shared(cors(true, "*")));
        edge.edge().changed("dist-h.test", java.util.Set.of());
        assertThat(allowed("/1")).contains("*");
        assertThat(allowed("/2")).contains("*");
    }

    private Optional<String> allowed(String path) throws Exception {
        return edge.get("h.test", path, "Origin: https://x.test")
                .header("access-control-allow-origin");
    }

    @Test
    void serverTimingTellsWhereAnAnswerCameFrom() throws Exception {
        serve(new ResponseHeaders(List.of(), Optional.empty(), List.of(), 100));
        String miss = edge.get("h.test", "/").header("server-timing").orElseThrow();
        assertThat(miss)
                .startsWith("cdn-cache-miss,cdn-upstream-layer;desc=\"EDGE\",cdn-upstream-fbl;dur=")
                .contains("cdn-pop;desc=\"edge.nameplate.internal\"")
                .contains("cdn-downstream-fbl;dur=");
        RawClient.Answer hit = edge.get("h.test", "/");
        assertThat(hit.text()).isEqualTo("hello /");
        assertThat(hit.header("server-timing").orElseThrow())
                .startsWith("cdn-cache-hit,cdn-pop")
                .contains("cdn-rid;desc=\"" + hit.header("x-amz-cf-id").orElseThrow());
        serve(new ResponseHeaders(List.of(), Optional.empty(), List.of(), 50));
        edge.edge().changed("dist-h.test", java.util.Set.of());
        int timed = 0;
        try (RawClient visitor = edge.connect("h.test")) {
            for (int i = 0; i < 200; i++) {
                timed += visitor.get("h.test", "/").header("server-timing").isPresent() ? 1 : 0;
            }
        }
        assertThat(timed).isBetween(50, 150);
    }
}
