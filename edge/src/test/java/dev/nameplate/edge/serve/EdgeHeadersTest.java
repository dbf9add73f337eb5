package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.RequestEvent;
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
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;

/// What every answer says about the edge that gave it, wherever it came from.
@ExtendWith(NoLeaks.class)
final class EdgeHeadersTest {
    private final TestEdge edge = new TestEdge(settings -> settings.location("FRA50-P1"));
    private final HttpClient http2 = edge.httpClient(HttpClient.Version.HTTP_2);

    @BeforeEach
    void serve() {
        edge.serve("h.test");
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain",
                                "0123456789",
                                "Cache-Control: max-age=60",
                                "ETag: \"a\"",
                                "X-Amz-Cf-Pop: SPOOF",
                                "X-Amz-Cf-Id: spoof",
                                "X-Cache: spoof"));
    }

    @AfterEach
    void close() {
        http2.close();
        edge.close();
    }

    @Test
    void answersOfEveryKindNameTheEdge() throws Exception {
        assertNamed(edge.get("h.test", "/"), 200, "Miss from cloudfront");
        RawClient.Answer hit = edge.get("h.test", "/");
        assertNamed(hit, 200, "Hit from cloudfront");
        assertThat(hit.header("age")).isPresent();
        RawClient.Answer notModified = edge.get("h.test", "/", "If-None-Match: \"a\"");
        assertNamed(notModified, 304, "Hit from cloudfront");
        RawClient.Answer part = edge.get("h.test", "/", "Range: bytes=0-3");
        assertNamed(part, 206, "Hit from cloudfront");
        assertThat(part.header("age")).isPresent();
        try (RawClient client = edge.connect("h.test")) {
            assertNamed(client.request("HEAD", "h.test", "/"), 200, "Hit from cloudfront");
        }
        assertNamed(edge.get("h.test", "/" + "x".repeat(8_192)), 413, "Error from cloudfront");
        edge.origin().script((_, _) -> false);
        assertNamed(edge.get("h.test", "/gone"), 502, "Error from cloudfront");
    }

    @Test
    void soDoAnswersOverHttp2() throws Exception {
        for (String verdict : new String[] {"Miss from cloudfront", "Hit from cloudfront"}) {
            HttpResponse<String> answer =
                    http2.send(
                            HttpRequest.newBuilder(URI.create(edge.url("h.test", "/"))).build(),
                            BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.headers().allValues("x-cache")).containsExactly(verdict);
            assertThat(answer.headers().allValues("x-amz-cf-pop")).containsExactly("FRA50-P1");
            assertThat(answer.headers().firstValue("x-amz-cf-id").orElse("")).hasSize(56);
            assertThat(answer.headers().firstValue("via").orElse("")).contains("(CloudFront)");
        }
    }

    @Test
    void theEventTellsWhatAnAccessLogWants() throws Exception {
        edge.get("h.test", "/p?q=1", "User-Agent: probe/1", "Referer: https://r.test/");
        RequestEvent event = edge.events().nextRequest();
        assertThat(event.path()).isEqualTo("/p");
        assertThat(event.query()).isEqualTo("q=1");
        assertThat(event.methodName()).isEqualTo("GET");
        assertThat(event.requestHeader("user-agent")).contains("probe/1");
        assertThat(event.requestHeader("referer")).contains("https://r.test/");
        assertThat(event.answerHeader("content-type")).contains("text/plain");
        assertThat(edge.events().nextConnection())
                .matches("TLSv1\\.[23] TLS_[A-Z0-9_]+ from [1-9][0-9]*");
        assertThat(event.bytesOut()).isEqualTo(10);
        assertThat(event.firstByteNanos()).isPositive().isLessThanOrEqualTo(event.durationNanos());
        edge.get("h.test", "/p?q=1");
        RequestEvent hit = edge.events().nextRequest();
        assertThat(hit.verdict()).isEqualTo(RequestEvent.CacheVerdict.HIT);
        assertThat(hit.answerHeader("content-type")).contains("text/plain");
    }

    private static void assertNamed(RawClient.Answer answer, int status, String verdict) {
        assertThat(answer.status()).isEqualTo(status);
        for (String name : new String[] {"x-cache", "via", "x-amz-cf-id", "x-amz-cf-pop"}) {
            assertThat(answer.headers())
                    .as("%s of %s", name, answer.headers())
                    .filteredOn(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .hasSize(1);
        }
        assertThat(answer.header("x-cache")).contains(verdict);
        assertThat(answer.header("x-amz-cf-pop")).contains("FRA50-P1");
        assertThat(answer.header("x-amz-cf-id").orElse("")).hasSize(56);
    }
}
