package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Bodies of both directions as they move: trailers, interim answers, early answers, and who waits for whom.
@ExtendWith(NoLeaks.class)
final class StreamingTest {
    /// Socket buffers of two connections and what Netty holds before it stops reading.
    private static final long BUFFERS = 16L << 20;

    private final TestEdge edge = new TestEdge();

    {
        edge.serve("s.test", edge.site("s.test", edge.passing()));
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private Http2Client http2() throws IOException {
        return new Http2Client(edge.edge().httpsAddress(), edge.ca().trustingContext(), "s.test");
    }

    @Test
    void trailersOfAnHttp1RequestReachTheOriginButForThoseThatCouldMisleadIt() throws Exception {
        try (RawClient visitor = edge.connect("s.test")) {
            visitor.send(
                    """
                    POST /up HTTP/1.1\r
                    Host: s.test\r
                    Transfer-Encoding: chunked\r
                    \r
                    3\r
                    abc\r
                    2\r
                    de\r
                    0\r
                    X-Sum: 5\r
                    Host: evil.test\r
                    Authorization: x\r
                    \r
                    """);
            assertThat(visitor.read(false).status()).isEqualTo(200);
            assertThat(edge.origin().lastRequest().text()).isEqualTo("abcde");
            assertThat(edge.origin().lastRequest().trailers()).containsExactly("X-Sum: 5");
            assertThat(visitor.get("s.test", "/next").text()).isEqualTo("hello /next");
        }
    }

    @Test
    void trailersOfAnHttp2RequestReachTheOrigin() throws Exception {
        try (Http2Client visitor = http2()) {
            visitor.request(1, false, "s.test", "/up");
            visitor.send(Http2Client.DATA, 0, 1, "abc".getBytes(StandardCharsets.UTF_8));
            visitor.send(
                    Http2Client.HEADERS,
                    Http2Client.END_HEADERS | Http2Client.END_STREAM,
                    1,
                    Http2Client.fields("x-sum", "3", "transfer-encoding-x", "y"));
            assertThat(visitor.answer(1).status()).isEqualTo(200);
        }
        assertThat(edge.origin().lastRequest().text()).isEqualTo("abc");
        assertThat(edge.origin().lastRequest().trailers()).contains("x-sum: 3");
    }

    @Test
    void trailersOfAnAnswerReachTheVisitorWhoReadsThem() throws Exception {
        edge.origin()
                .answer(
                        "HTTP/1.1 200 OK",
                        "Transfer-Encoding: chunked",
                        "",
                        "2",
                        "hi",
                        "0",
                        "X-Sum: 2",
                        "Set-Cookie: a=b",
                        "",
                        "");
        try (RawClient visitor = edge.connect("s.test")) {
            RawClient.Answer with = visitor.get("s.test", "/", "TE: trailers", "Connection: TE");
            assertThat(with.text()).isEqualTo("hi");
            assertThat(with.trailers()).containsExactly("X-Sum: 2");
            assertThat(edge.origin().lastRequest().header("te")).contains("trailers");
            assertThat(visitor.get("s.test", "/").trailers()).isEmpty();
        }
        try (Http2Client visitor = http2()) {
            Http2Client.Answer with = visitor.get(1, "s.test", "/", "te", "trailers");
            assertThat(with.text()).isEqualTo("hi");
            assertThat(with.trailers()).containsOnlyKeys("x-sum").containsEntry("x-sum", "2");
            assertThat(visitor.get(3, "s.test", "/").trailers()).isEmpty();
        }
    }

    @Test
    void interimAnswersArePassedOnExceptToHttp10() throws Exception {
        edge.origin()
                .answer(
                        "HTTP/1.1 103 Early Hints",
                        "Link: </a.css>; rel=preload",
                        "Connection: x",
                        "",
                        "HTTP/1.1 100 Continue",
                        "",
                        "HTTP/1.1 200 OK",
                        "Content-Length: 2",
                        "",
                        "ok");
        try (RawClient visitor = edge.connect("s.test")) {
            visitor.send("GET / HTTP/1.1\r\nHost: s.test\r\n\r\n");
            RawClient.Answer hints = visitor.read(false);
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.header("link")).contains("</a.css>; rel=preload");
            assertThat(visitor.read(false).text()).isEqualTo("ok");
            visitor.send("GET / HTTP/1.0\r\nHost: s.test\r\n\r\n");
            assertThat(visitor.read(false).text()).isEqualTo("ok");
        }
        try (Http2Client visitor = http2()) {
            visitor.request(1, true, "s.test", "/");
            Http2Client.Frame first =
                    visitor.readUntil(frame -> frame.type() == Http2Client.HEADERS);
            assertThat(first.fields())
                    .containsEntry(":status", "103")
                    .containsKey("link")
                    .doesNotContainKey("connection");
            assertThat(visitor.answer(1).text()).isEqualTo("ok");
        }
    }

    @Test
    void whoeverExpectsContinueGetsItWhenTheOriginTakesTheBody() throws Exception {
        try (RawClient visitor = edge.connect("s.test")) {
            visitor.send(
                    "POST /a HTTP/1.1\r\nHost: s.test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(visitor.read(false).status()).isEqualTo(100);
            assertThat(visitor.send("hi").read(false).status()).isEqualTo(200);
            assertThat(edge.origin().lastRequest().text()).isEqualTo("hi");
            assertThat(edge.origin().lastRequest().header("expect")).isEmpty();
        }
        try (Http2Client visitor = http2()) {
            visitor.request(1, false, "s.test", "/b", "expect", "100-continue");
            Http2Client.Frame first =
                    visitor.readUntil(frame -> frame.type() == Http2Client.HEADERS);
            assertThat(first.fields()).containsEntry(":status", "100");
            visitor.send(
                    Http2Client.DATA,
                    Http2Client.END_STREAM,
                    1,
                    "hi".getBytes(StandardCharsets.UTF_8));
            assertThat(visitor.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void whoeverExpectsContinueMayGetTheFinalAnswerInstead() throws Exception {
        try (RawClient visitor = edge.connect("s.test")) {
            visitor.send(
                    "TRACE /a HTTP/1.1\r\nHost: s.test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            RawClient.Answer answer = visitor.read(false);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("connection")).contains("close");
        }
        try (Http2Client visitor = http2()) {
            visitor.request(1, false, "unknown.test", "/b", "expect", "100-continue");
            Http2Client.Frame first =
                    visitor.readUntil(frame -> frame.type() == Http2Client.HEADERS);
            assertThat(first.fields().get(":status")).isIn("403", "421");
            assertThat(visitor.get(3, "s.test", "/next").text()).isEqualTo("hello /next");
        }
    }

    @Test
    void answersThatCannotHaveABodyHaveNone() throws Exception {
        edge.origin()
                .script((request, out) ->
                        TestOrigin.write(
                                out,
                                switch (request.target()) {
                                    case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                                    case "/304" ->
                                            "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n";
                                    default -> "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n";
                                }));
        try (RawClient visitor = edge.connect("s.test")) {
            RawClient.Answer empty = visitor.get("s.test", "/204");
            assertThat(empty.status()).isEqualTo(204);
            assertThat(empty.header("content-length")).isEmpty();
            assertThat(empty.header("transfer-encoding")).isEmpty();
            RawClient.Answer same = visitor.get("s.test", "/304");
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.header("transfer-encoding")).isEmpty();
            RawClient.Answer head = visitor.request("HEAD", "s.test", "/head");
            assertThat(head.header("content-length")).contains("7");
        }
        try (Http2Client visitor = http2()) {
            assertThat(visitor.get(1, "s.test", "/204").body()).isEmpty();
            assertThat(visitor.get(3, "s.test", "/304").body()).isEmpty();
        }
    }

    /// The origin of an endless answer, and what it could write until nobody took more.
    private AtomicLong endlessAnswer(CountDownLatch ended) {
        AtomicLong written = new AtomicLong();
        edge.origin()
                .takeOver((_, _, out) -> {
                    try {
                        TestOrigin.write(
                                out, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
                        byte[] piece = new byte[64 * 1024];
                        while (true) {
                            out.write(piece);
                            written.addAndGet(piece.length);
                        }
                    } finally {
                        ended.countDown();
                    }
                });
        return written;
    }

    private static long settled(AtomicLong counter, CountDownLatch ended)
            throws InterruptedException {
        long before = -1;
        long now = counter.get();
        while (now != before || now == 0) {
            before = now;
            ended.await(300, TimeUnit.MILLISECONDS);
            now = counter.get();
        }
        return now;
    }

    @Test
    void aVisitorWhoDoesNotReadBoundsWhatIsHeldForIt() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicLong written = endlessAnswer(ended);
        try (RawClient visitor = edge.connect("s.test")) {
            visitor.send("GET /big HTTP/1.1\r\nHost: s.test\r\n\r\n");
            assertThat(settled(written, ended)).isLessThan(BUFFERS);
        }
        assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anHttp2VisitorWithoutWindowBoundsWhatIsHeldForIt() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicLong written = endlessAnswer(ended);
        try (Http2Client visitor = http2()) {
            visitor.request(1, true, "s.test", "/big");
            assertThat(settled(written, ended)).isLessThan(BUFFERS);
            visitor.send(Http2Client.RST_STREAM, 0, 1, Http2Client.number(8));
            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
            edge.origin().answer("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
            assertThat(visitor.get(3, "s.test", "/next").text()).isEqualTo("ok");
        }
    }

    @Test
    void anOriginThatDoesNotReadHoldsTheVisitorBack() throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(1);
        RawClient visitor = edge.connectPlain();
        try (StalledOrigin stalled = new StalledOrigin()) {
            edge.serve(
                    "s.test",
                    edge.site(
                            "s.test",
                            edge.httpOrigin().withPorts(stalled.port(), 1),
                            edge.passing()));
            edge.edge().changed("dist-s.test", Set.of("s.test"));
            visitor.send("POST /up HTTP/1.1\r\nHost: s.test\r\nContent-Length: 1000000000\r\n\r\n");
            Thread writer =
                    Thread.ofVirtual()
                            .start(() -> {
                                String piece = "x".repeat(64 * 1024);
                                try {
                                    while (true) {
                                        visitor.send(piece);
                                        sent.addAndGet(piece.length());
                                    }
                                } catch (IOException e) {
                                    ended.countDown();
                                }
                            });
            assertThat(settled(sent, ended)).isLessThan(BUFFERS);
            visitor.close();
            writer.join();
        }
        assertThat(ended.getCount()).isZero();
    }

    /// Accepts connections and never reads.
    private static final class StalledOrigin implements AutoCloseable {
        private final ServerSocket listener;

        StalledOrigin() throws IOException {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
