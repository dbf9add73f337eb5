package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.Decoder;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.DiskCache;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// Visitors of a site that compresses, who accept this and that.
@ExtendWith(NoLeaks.class)
@Tag("slow")
final class CompressionTest {
    private static final String HOST = "small.test";
    private static final String BODY = "<p>All work and no play.</p>\n".repeat(500);
    private static final String GZIP = "Accept-Encoding: gzip, deflate";
    private static final String BROWSER = "Accept-Encoding: gzip, deflate, br, zstd";

    @TempDir private Path folder;
    private TestEdge edge;

    @BeforeEach
    void start() {
        edge =
                new TestEdge(settings ->
                        settings.contentCache(32 << 20, 16 << 20)
                                .disk(new DiskCache(folder, 1L << 28, 64L << 20)));
        serve(Set.of(ContentCoding.GZIP, ContentCoding.BROTLI), true);
        edge.origin()
                .script((request, out) -> {
                    if (request.header("if-none-match").filter("\"v1\""::equals).isPresent()) {
                        return TestOrigin.write(
                                out,
                                "HTTP/1.1 304 Not Modified\r\nVary: Origin\r\nCache-Control: max-age=60\r\n\r\n");
                    }
                    String head =
                            TestOrigin.ok(
                                    "text/html",
                                    BODY,
                                    "ETag: \"v1\"",
                                    "Cache-Control: max-age=60",
                                    "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT");
                    if (request.method().equals("HEAD")) {
                        head = head.substring(0, head.indexOf("\r\n\r\n") + 4);
                    }
                    return TestOrigin.write(out, head);
                });
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private void serve(Set<ContentCoding> codings, boolean compress) {
        Caching caching =
                new Caching(
                        true,
                        Duration.ZERO,
                        Duration.ofDays(1),
                        Duration.ofDays(365),
                        RequestParts.NONE,
                        codings);
        Behavior behavior = edge.caching(caching).toBuilder().compress(compress).build();
        edge.serve(HOST, edge.site(HOST, behavior));
    }

    private RawClient.Answer get(String target, String... headers) throws IOException {
        return edge.get(HOST, target, headers);
    }

    private static byte[] plain(RawClient.Answer answer) throws IOException {
        return switch (answer.header("content-encoding").orElse("")) {
            case "gzip" -> {
                try (InputStream in =
                        new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
                    yield in.readAllBytes();
                }
            }
            // The library's stream stops short of bodies that shrink a thousandfold at their end.
            case "br" -> Decoder.decompress(answer.body()).getDecompressedData();
            default -> answer.body();
        };
    }

    private static void assertHit(RawClient.Answer answer) {
        assertThat(answer.header("x-cache")).contains("Hit from cloudfront");
    }

    @Test
    void eachVisitorGetsWhatTheyAccept() throws IOException {
        List<String> accepts = List.of(BROWSER, GZIP, "Accept-Encoding: br", "Accept: */*");
        List<String> codings = List.of("br", "gzip", "br", "");
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < accepts.size(); i++) {
                RawClient.Answer answer = get("/page", accepts.get(i));
                assertThat(answer.header("content-encoding").orElse("")).isEqualTo(codings.get(i));
                assertThat(new String(plain(answer), StandardCharsets.UTF_8)).isEqualTo(BODY);
                assertThat(answer.header("vary")).contains("Accept-Encoding");
                assertThat(answer.header("etag"))
                        .contains(codings.get(i).isEmpty() ? "\"v1\"" : "W/\"v1\"");
                if (round > 0) {
                    assertHit(answer);
                    assertThat(answer.header("content-length"))
                            .contains(Integer.toString(answer.body().length));
                }
            }
        }
        assertThat(edge.origin().requests())
                .extracting(request -> request.header("accept-encoding").orElse(""))
                .containsExactly("br,gzip", "gzip", "br", "");
    }

    @Test
    void otherSpellingsOfTheSameShareAnAnswer() throws IOException {
        get("/page", GZIP);
        assertHit(get("/page", "Accept-Encoding: identity;q=0.5, GZIP;q=1.0, zstd"));
        assertHit(get("/page", "Accept-Encoding: deflate", "Accept-Encoding: gzip"));
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void withoutTheFlagTheOriginIsAskedForWhatItCanCompressItself() throws IOException {
        serve(Set.of(ContentCoding.GZIP), false);
        RawClient.Answer answer = get("/page", BROWSER);
        assertThat(answer.header("content-encoding")).isEmpty();
        assertThat(answer.text()).isEqualTo(BODY);
        assertThat(edge.origin().lastRequest().header("accept-encoding")).contains("gzip");
    }

    @Test
    void anAnswerThatTheOriginCompressedIsLeftAlone() throws IOException {
        edge.origin()
                .answer(TestOrigin.ok("text/html", BODY, "Content-Encoding: gzip", "ETag: \"x\""));
        for (int i = 0; i < 2; i++) {
            RawClient.Answer answer = get("/page", BROWSER);
            assertThat(answer.header("content-encoding")).contains("gzip");
            assertThat(answer.header("etag")).contains("\"x\"");
            assertThat(answer.text()).isEqualTo(BODY);
        }
    }

    @Test
    void aHeadTellsWhatAGetWould() throws IOException {
        try (RawClient client = edge.connect(HOST)) {
            RawClient.Answer cold = client.request("HEAD", HOST, "/page", GZIP);
            assertThat(cold.header("content-encoding")).contains("gzip");
            assertThat(cold.header("etag")).contains("W/\"v1\"");
            assertThat(cold.header("content-length")).isEmpty();
            RawClient.Answer get = client.get(HOST, "/page", GZIP);
            assertThat(plain(get)).asString().isEqualTo(BODY);
            RawClient.Answer warm = client.request("HEAD", HOST, "/page", GZIP);
            assertHit(warm);
            assertThat(warm.header("content-length")).contains(Integer.toString(get.body().length));
        }
    }

    @Test
    void aHeadFreshensTheCompressedAnswerOfTheSameBody() throws IOException {
        get("/page", GZIP);
        edge.clock().advance(Duration.ofSeconds(61));
        try (RawClient client = edge.connect(HOST)) {
            client.request("HEAD", HOST, "/page", GZIP);
        }
        RawClient.Answer hit = get("/page", GZIP);
        assertHit(hit);
        assertThat(plain(hit)).asString().isEqualTo(BODY);
    }

    @Test
    void conditionsAreJudgedByTheWeakTag() throws IOException {
        assertThat(get("/page", GZIP, "If-None-Match: W/\"v1\"").status()).isEqualTo(304);
        assertThat(get("/page", GZIP, "If-None-Match: W/\"v1\"").status()).isEqualTo(304);
        assertThat(get("/page", GZIP, "If-None-Match: \"v1\"").status()).isEqualTo(304);
        assertThat(get("/page", GZIP, "If-None-Match: \"v0\"").status()).isEqualTo(200);
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void aRangeIsCutFromWhatIsNotEncoded() throws IOException {
        get("/page", GZIP);
        get("/page");
        RawClient.Answer part = get("/page", GZIP, "Range: bytes=3-10");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("content-encoding")).isEmpty();
        assertThat(part.header("etag")).contains("\"v1\"");
        assertThat(part.text()).isEqualTo(BODY.substring(3, 11));
        RawClient.Answer resumed = get("/page", GZIP, "Range: bytes=100-", "If-Range: W/\"v1\"");
        assertThat(resumed.status()).isEqualTo(200);
        assertThat(plain(resumed)).asString().isEqualTo(BODY);
    }

    @Test
    void theOriginIsAskedWithItsOwnTagAndTheBodyStays() throws IOException {
        byte[] before = get("/page", BROWSER).body();
        edge.clock().advance(Duration.ofSeconds(61));
        RawClient.Answer answer = get("/page", BROWSER);
        assertThat(edge.origin().lastRequest().header("if-none-match")).contains("\"v1\"");
        assertThat(answer.header("x-cache")).contains("RefreshHit from cloudfront");
        assertThat(answer.header("content-encoding")).contains("br");
        assertThat(answer.header("etag")).contains("W/\"v1\"");
        assertThat(answer.headers()).contains("vary: Origin", "vary: Accept-Encoding");
        assertThat(answer.body()).isEqualTo(before);
        assertHit(get("/page", BROWSER));
        assertThat(edge.origin().requests()).hasSize(2);
    }

    @Test
    void aPurgeAndAWriteTakeAllCodings() throws IOException {
        List<String> accepts = List.of(BROWSER, GZIP, "Accept: */*");
        for (String accept : accepts) {
            get("/page", accept);
        }
        edge.edge().invalidate("dist-" + HOST, List.of("/page"));
        for (String accept : accepts) {
            assertThat(get("/page", accept).header("x-cache")).contains("Miss from cloudfront");
        }
        try (RawClient client = edge.connect(HOST)) {
            client.request("POST", HOST, "/page", "Content-Length: 0");
        }
        for (String accept : accepts) {
            assertThat(get("/page", accept).header("x-cache")).contains("Miss from cloudfront");
        }
    }

    @Test
    void anOldProtocolGetsPlainBytes() throws IOException {
        get("/page", GZIP);
        try (RawClient client = edge.connect(HOST)) {
            client.send("GET /page HTTP/1.0\r\nHost: " + HOST + "\r\n" + GZIP + "\r\n\r\n");
            RawClient.Answer answer = client.read(false);
            assertThat(answer.header("content-encoding")).isEmpty();
            assertThat(answer.text()).isEqualTo(BODY);
        }
    }

    /// As large as is compressed, half of it noise, so that much comes out; in pieces, for two visitors, of whom one reads
    /// slowly.
    @Test
    void theLargestBodyPassesAtTheVisitorsPace() throws IOException {
        byte[] large = new byte[10_000_000];
        Arrays.fill(large, (byte) 'a');
        byte[] noise = new byte[5_000_000];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, large, 0, noise.length);
        edge.origin()
                .script((request, out) -> {
                    boolean shared = request.target().startsWith("/shared");
                    out.write(
                            ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10000000\r\nCache-Control: "
                                            + (shared ? "max-age=60" : "private")
                                            + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    out.write(large);
                    out.flush();
                    return true;
                });
        for (String target : List.of("/shared", "/private")) {
            for (String accept : List.of(GZIP, BROWSER)) {
                try (RawClient slow = edge.connect(HOST)) {
                    slow.send(
                            "GET "
                                    + target
                                    + " HTTP/1.1\r\nHost: "
                                    + HOST
                                    + "\r\n"
                                    + accept
                                    + "\r\n\r\n");
                    RawClient.Answer other = get(target, accept);
                    assertThat(Arrays.equals(plain(other), large)).isTrue();
                    RawClient.Answer late = slow.read(false);
                    assertThat(late.header("content-encoding")).isPresent();
                    assertThat(Arrays.equals(plain(late), large)).isTrue();
                }
            }
        }
    }

    @Test
    void aVisitorWhoLeavesLeavesNothingBehind() throws IOException {
        edge.origin()
                .script((_, out) -> {
                    TestOrigin.write(
                            out,
                            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000000\r\n\r\n");
                    out.write(new byte[2_000_000]);
                    out.flush();
                    return false; // broken off
                });
        try (RawClient client = edge.connect(HOST)) {
            client.send("GET /gone HTTP/1.1\r\nHost: " + HOST + "\r\n" + BROWSER + "\r\n\r\n");
            assertThat(client.in().read()).isEqualTo('H');
        }
        try (RawClient client = edge.connect(HOST)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> client.get(HOST, "/broken", BROWSER))
                    .isInstanceOf(IOException.class);
        }
    }
}
