package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

@ExtendWith(NoLeaks.class)
final class CachingTest {
    private final TestEdge edge = new TestEdge();

    @BeforeEach
    void serve() {
        edge.serve("c.test");
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private String verdict(String target, String... headers) throws Exception {
        return edge.get("c.test", target, headers).header("x-cache").orElseThrow();
    }

    private static final String MISS = "Miss from cloudfront";
    private static final String HIT = "Hit from cloudfront";

    @Test
    void ageGrowsUntilTheAnswerIsStale() throws Exception {
        edge.origin()
                .answer(TestOrigin.ok("text/plain", "x", "Cache-Control: max-age=60", "Age: 5"));
        assertThat(verdict("/")).isEqualTo(MISS);
        edge.clock().advance(Duration.ofSeconds(50));
        RawClient.Answer hit = edge.get("c.test", "/");
        assertThat(hit.header("x-cache")).contains(HIT);
        assertThat(hit.header("age")).contains("55");
        edge.clock().advance(Duration.ofSeconds(5));
        assertThat(verdict("/")).isEqualTo(MISS);
    }

    @Test
    void aStaleAnswerIsRevalidatedWithoutItsBody() throws Exception {
        edge.origin()
                .script((request, out) ->
                        TestOrigin.write(
                                out,
                                request.header("if-none-match").isPresent()
                                        ? "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=30\r\nX-New: 1\r\n\r\n"
                                        : TestOrigin.ok(
                                                "text/plain",
                                                "body",
                                                "Cache-Control: max-age=10",
                                                "ETag: \"v1\"")));
        assertThat(verdict("/")).isEqualTo(MISS);
        edge.clock().advance(Duration.ofSeconds(11));
        RawClient.Answer refreshed = edge.get("c.test", "/");
        assertThat(refreshed.header("x-cache")).contains("RefreshHit from cloudfront");
        assertThat(refreshed.text()).isEqualTo("body");
        assertThat(refreshed.header("x-new")).contains("1");
        assertThat(refreshed.header("age")).contains("0");
        edge.clock().advance(Duration.ofSeconds(20));
        assertThat(verdict("/")).isEqualTo(HIT);
        assertThat(edge.origin().requests()).hasSize(2);
        assertThat(edge.origin().lastRequest().header("if-none-match")).contains("\"v1\"");
    }

    @Test
    void aStaleAnswerIsBetterThanNone() throws Exception {
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain", "old", "Cache-Control: max-age=10", "ETag: \"v1\""));
        edge.get("c.test", "/");
        edge.clock().advance(Duration.ofSeconds(11));
        edge.origin().answer("HTTP/1.1 503 Service Unavailable", "Content-Length: 0", "", "");
        assertThat(edge.get("c.test", "/").text()).isEqualTo("old");
        edge.origin().close();
        assertThat(edge.get("c.test", "/").text()).isEqualTo("old");
    }

    @Test
    void conditionsAreAnsweredFromTheCache() throws Exception {
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain",
                                "x",
                                "ETag: W/\"v1\"",
                                "Last-Modified: Sun, 22 Nov 2026 10:00:00 GMT"));
        edge.get("c.test", "/");
        assertThat(edge.get("c.test", "/", "If-None-Match: \"v0\", \"v1\"").status())
                .isEqualTo(304);
        assertThat(edge.get("c.test", "/", "If-None-Match: \"v0\"").status()).isEqualTo(200);
        assertThat(edge.get("c.test", "/", "If-None-Match: *").status()).isEqualTo(304);
        assertThat(
                        edge.get("c.test", "/", "If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT")
                                .status())
                .isEqualTo(304);
        assertThat(
                        edge.get("c.test", "/", "If-Modified-Since: Sun, 22 Nov 2026 09:59:59 GMT")
                                .status())
                .isEqualTo(200);
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void headIsServedFromAStoredGet() throws Exception {
        edge.get("c.test", "/h");
        try (RawClient visitor = edge.connect("c.test")) {
            RawClient.Answer head = visitor.request("HEAD", "c.test", "/h");
            assertThat(head.header("x-cache")).contains(HIT);
            assertThat(head.header("content-length")).contains("8");
            assertThat(visitor.get("c.test", "/h").text()).isEqualTo("hello /h");
        }
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void aRangeIsCutFromTheStoredAnswer() throws Exception {
        edge.origin().answer(TestOrigin.ok("text/plain", "0123456789", "ETag: \"v1\""));
        edge.get("c.test", "/");
        RawClient.Answer part = edge.get("c.test", "/", "Range: bytes=2-4");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("234");
        assertThat(part.header("content-range")).contains("bytes 2-4/10");
        assertThat(edge.get("c.test", "/", "Range: bytes=-3").text()).isEqualTo("789");
        assertThat(edge.get("c.test", "/", "Range: bytes=2-4", "If-Range: \"v0\"").status())
                .isEqualTo(200);
    }

    @Test
    void answersVaryByForwardedHeadersOnly() throws Exception {
        Behavior behavior =
                edge.caching(Caching.standard(RequestParts.NONE)).toBuilder()
                        .forwarding(
                                new RequestParts(
                                        Selection.only("Accept-Language"),
                                        Selection.NONE,
                                        Selection.NONE))
                        .build();
        edge.serve("v.test", edge.site("v.test", behavior));
        edge.origin()
                .script((request, out) ->
                        TestOrigin.write(
                                out,
                                TestOrigin.ok(
                                        "text/plain",
                                        request.header("accept-language").orElse("none"),
                                        "Vary: Accept-Language, X-Unseen")));
        assertThat(edge.get("v.test", "/", "Accept-Language: de").text()).isEqualTo("de");
        assertThat(edge.get("v.test", "/", "Accept-Language: fr").text()).isEqualTo("fr");
        assertThat(edge.get("v.test", "/", "Accept-Language: de", "X-Unseen: 1").text())
                .isEqualTo("de");
        assertThat(edge.get("v.test", "/").text()).isEqualTo("none");
        assertThat(edge.origin().requests()).hasSize(3);
    }

    @Test
    void theKeyHoldsWhatTheSiteSays() throws Exception {
        edge.serve(
                "k.test",
                edge.site(
                        "k.test",
                        edge.caching(
                                Caching.standard(
                                        new RequestParts(
                                                Selection.only("X-Version"),
                                                Selection.only("lang"),
                                                Selection.only("q"))))));
        edge.get("k.test", "/?q=1&noise=1", "X-Version: 1", "Cookie: lang=de; id=1");
        assertThat(
                        edge.get("k.test", "/?noise=2&q=1", "X-Version: 1", "Cookie: id=2; lang=de")
                                .header("x-cache"))
                .contains(HIT);
        assertThat(edge.get("k.test", "/?q=2", "X-Version: 1", "Cookie: lang=de").header("x-cache"))
                .contains(MISS);
        assertThat(edge.get("k.test", "/?q=1", "X-Version: 2", "Cookie: lang=de").header("x-cache"))
                .contains(MISS);
        assertThat(edge.get("k.test", "/?q=1", "X-Version: 1", "Cookie: lang=fr").header("x-cache"))
                .contains(MISS);
    }

    @Test
    void aHeaderOutsideTheKeyNeitherReachesTheOriginNorTheCache() throws Exception {
        edge.get(
                "c.test",
                "/",
                "X-Forwarded-Host: evil.test",
                "Authorization: Basic x",
                "Cookie: a=1");
        TestOrigin.Request seen = edge.origin().lastRequest();
        assertThat(seen.header("x-forwarded-host")).isEmpty();
        assertThat(seen.header("authorization")).isEmpty();
        assertThat(seen.header("cookie")).isEmpty();
    }

    @Test
    void cookiesOfTheOriginAreNotSharedWhenCookiesAreNotForwarded() throws Exception {
        edge.origin().answer(TestOrigin.ok("text/plain", "x", "Set-Cookie: session=1"));
        assertThat(edge.get("c.test", "/").header("set-cookie")).isEmpty();
    }

    @Test
    void whatTheOriginForbidsIsNotKept() throws Exception {
        for (String control : new String[] {"no-store", "private", "max-age=0", "no-cache"}) {
            edge.origin().answer(TestOrigin.ok("text/plain", "x", "Cache-Control: " + control));
            assertThat(verdict("/" + control)).isEqualTo(MISS);
            assertThat(verdict("/" + control)).as(control).isEqualTo(MISS);
        }
    }

    @Test
    void errorsAreKeptForAMomentAndShownAsErrors() throws Exception {
        edge.origin().answer("HTTP/1.1 404 Not Found", "Content-Length: 2", "", "no");
        assertThat(verdict("/gone")).isEqualTo("Error from cloudfront");
        assertThat(edge.get("c.test", "/gone").text()).isEqualTo("no");
        assertThat(edge.origin().requests()).hasSize(1);
        edge.clock().advance(Duration.ofSeconds(10));
        edge.origin().answer(TestOrigin.ok("text/plain", "back"));
        assertThat(edge.get("c.test", "/gone").text()).isEqualTo("back");
    }

    @Test
    void aPurgeForgetsOneDistribution() throws Exception {
        edge.serve("d.test");
        edge.get("c.test", "/");
        edge.get("d.test", "/");
        edge.edge().invalidate("dist-c.test", List.of("/*"));
        assertThat(verdict("/")).isEqualTo(MISS);
        assertThat(edge.get("d.test", "/").header("x-cache")).contains(HIT);
    }

    @Test
    void aChangeOfConfigurationKeepsContent() throws Exception {
        edge.get("c.test", "/");
        edge.edge().changed("dist-c.test", java.util.Set.of("c.test"));
        assertThat(verdict("/")).isEqualTo(HIT);
    }

    @Test
    void aLargeStoredAnswerStreamsOverBothProtocols() throws Exception {
        String large = "0123456789abcdef".repeat(200_000);
        edge.origin().answer(TestOrigin.ok("text/plain", large));
        assertThat(edge.get("c.test", "/large").text()).isEqualTo(large);
        RawClient.Answer hit = edge.get("c.test", "/large");
        assertThat(hit.header("x-cache")).contains(HIT);
        assertThat(hit.text()).isEqualTo(large);
        assertThat(edge.get("c.test", "/large", "Range: bytes=16-3199999").text())
                .isEqualTo(large.substring(16));
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_2)) {
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(URI.create(edge.url("c.test", "/large")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo(large);
            assertThat(response.headers().firstValue("x-cache")).contains(HIT);
        }
    }

    @Test
    void anAnswerLargerThanAllowedIsPassedOnButNotKept() throws Exception {
        try (TestEdge small = new TestEdge(settings -> settings.contentCache(100_000, 1_000))) {
            small.serve("s.test");
            small.origin().answer(TestOrigin.ok("text/plain", "x".repeat(1_001)));
            small.get("s.test", "/");
            assertThat(small.get("s.test", "/").header("x-cache")).contains(MISS);
            small.origin()
                    .answer(
                            "HTTP/1.1 200 OK",
                            "Transfer-Encoding: chunked",
                            "",
                            "7d0",
                            "x".repeat(2_000),
                            "0",
                            "",
                            "");
            small.get("s.test", "/chunked");
            assertThat(small.get("s.test", "/chunked").header("x-cache")).contains(MISS);
        }
    }

    @Test
    void theAccessLogTellsHitsFromMisses() throws Exception {
        edge.get("c.test", "/l?x=1");
        edge.get("c.test", "/l");
        assertThat(edge.events().nextRequest().verdict()).isEqualTo(CacheVerdict.MISS);
        var hit = edge.events().nextRequest();
        assertThat(hit.verdict()).isEqualTo(CacheVerdict.HIT);
        assertThat(hit.path()).isEqualTo("/l");
        assertThat(hit.bytesOut()).isEqualTo("hello /l".length());
        assertThat(hit.distributionId()).isEqualTo("dist-c.test");
        assertThat(hit.complete()).isTrue();
    }

    @Test
    void aRangeBehindTheEndOfAStoredAnswerIsRefused() throws Exception {
        edge.origin().answer(TestOrigin.ok("text/plain", "0123456789"));
        edge.get("c.test", "/");
        RawClient.Answer refused = edge.get("c.test", "/", "Range: bytes=10-");
        assertThat(refused.status()).isEqualTo(416);
        assertThat(refused.header("content-range")).contains("bytes */10");
        assertThat(edge.get("c.test", "/", "Range: bytes=0-1,3-4").status()).isEqualTo(200);
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void aPartIsKeptAndCutAgain() throws Exception {
        edge.origin()
                .answer(
                        "HTTP/1.1 206 Partial Content",
                        "Content-Range: bytes 4-8/20",
                        "Content-Length: 5",
                        "Cache-Control: max-age=60",
                        "ETag: \"v\"",
                        "",
                        "45678");
        assertThat(edge.get("c.test", "/", "Range: bytes=4-8").status()).isEqualTo(206);
        RawClient.Answer cut = edge.get("c.test", "/", "Range: bytes=5-6");
        assertThat(cut.status()).isEqualTo(206);
        assertThat(cut.text()).isEqualTo("56");
        assertThat(cut.header("content-range")).contains("bytes 5-6/20");
        assertThat(edge.origin().requests()).hasSize(1);
        edge.get("c.test", "/", "Range: bytes=5-9");
        edge.get("c.test", "/", "Range: bytes=5-6", "If-Range: \"other\"");
        edge.get("c.test", "/");
        assertThat(edge.origin().requests()).hasSize(4);
    }

    @Test
    void aWriteMakesWhatItChangesUnknown() throws Exception {
        for (String target : new String[] {"/thing?id=1", "/list", "/other"}) {
            edge.get("c.test", target);
        }
        edge.origin()
                .answer(
                        "HTTP/1.1 201 Created",
                        "Content-Length: 0",
                        "Location: http://c.test/list",
                        "Content-Location: http://elsewhere.test/other",
                        "",
                        "");
        try (RawClient visitor = edge.connect("c.test")) {
            visitor.request("POST", "c.test", "/thing", "Content-Length: 0");
        }
        edge.origin()
                .script((request, out) ->
                        TestOrigin.write(out, TestOrigin.ok("text/plain", "new")));
        assertThat(edge.get("c.test", "/thing").text()).isEqualTo("new");
        assertThat(edge.get("c.test", "/list").text()).isEqualTo("new");
        assertThat(edge.get("c.test", "/other").text()).isEqualTo("hello /other");
    }

    @Test
    void aFailedWriteChangesNothing() throws Exception {
        edge.get("c.test", "/");
        edge.origin().answer("HTTP/1.1 500 Broken", "Content-Length: 0", "", "");
        try (RawClient visitor = edge.connect("c.test")) {
            visitor.request("DELETE", "c.test", "/");
        }
        assertThat(verdict("/")).isEqualTo(HIT);
    }

    @Test
    void aHeadFreshensWhatIsKeptOrMakesItUnknown() throws Exception {
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain", "body", "Cache-Control: max-age=5", "ETag: \"v\""));
        edge.get("c.test", "/");
        edge.clock().advance(Duration.ofSeconds(6));
        edge.origin()
                .answer(
                        "HTTP/1.1 200 OK",
                        "Content-Length: 4",
                        "Cache-Control: max-age=100",
                        "ETag: \"v\"",
                        "X-New: 1",
                        "",
                        "");
        try (RawClient visitor = edge.connect("c.test")) {
            visitor.request("HEAD", "c.test", "/");
        }
        RawClient.Answer hit = edge.get("c.test", "/");
        assertThat(hit.header("x-cache")).contains(HIT);
        assertThat(hit.header("x-new")).contains("1");
        assertThat(hit.text()).isEqualTo("body");
        edge.clock().advance(Duration.ofSeconds(101));
        edge.origin().answer("HTTP/1.1 200 OK", "Content-Length: 9", "ETag: \"w\"", "", "");
        try (RawClient visitor = edge.connect("c.test")) {
            visitor.request("HEAD", "c.test", "/");
        }
        edge.origin().answer(TestOrigin.ok("text/plain", "different"));
        assertThat(verdict("/")).isEqualTo(MISS);
    }

    @Test
    void fieldsThatMayNotBeReusedAreLeftOut() throws Exception {
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain",
                                "x",
                                "Cache-Control: max-age=60, no-cache=\"x-mine\"",
                                "X-Mine: 1",
                                "X-Ours: 2"));
        assertThat(edge.get("c.test", "/").header("x-mine")).contains("1");
        RawClient.Answer hit = edge.get("c.test", "/");
        assertThat(hit.header("x-cache")).contains(HIT);
        assertThat(hit.header("x-mine")).isEmpty();
        assertThat(hit.header("x-ours")).contains("2");
    }

    @Test
    void staleErrorsAndForbiddenOnesDoNotStandIn() throws Exception {
        for (String control : new String[] {"must-revalidate", "s-maxage=5", "stale-if-error=3"}) {
            edge.origin()
                    .answer(
                            TestOrigin.ok(
                                    "text/plain", "old", "Cache-Control: max-age=5, " + control));
            edge.get("c.test", "/" + control);
            edge.clock().advance(Duration.ofSeconds(9));
            edge.origin().answer("HTTP/1.1 503 Busy", "Content-Length: 0", "", "");
            assertThat(edge.get("c.test", "/" + control).status()).as(control).isEqualTo(503);
        }
    }
}
