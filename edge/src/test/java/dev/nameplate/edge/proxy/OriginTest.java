package dev.nameplate.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.Origin.ProtocolPolicy;
import dev.nameplate.edge.config.Origin.Verification;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestCa;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

@ExtendWith(NoLeaks.class)
final class OriginTest {
    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private void serveFrom(Origin origin) {
        edge.serve("o.test", edge.site("o.test", origin, edge.passing()));
    }

    private Origin origin(
            String host, int port, ProtocolPolicy policy, Duration connect, Duration read) {
        return Origin.of("main", host, policy).toBuilder()
                .httpPort(port)
                .httpsPort(port)
                .customHeaders(Map.of("X-Custom", "yes"))
                .connectTimeout(connect)
                .connectionAttempts(1)
                .readTimeout(read)
                .build();
    }

    @Test
    void theOriginSeesItsOwnHostAndWhatCloudFrontAdds() throws Exception {
        serveFrom(
                origin(
                        "origin.test",
                        edge.origin().port(),
                        ProtocolPolicy.HTTP_ONLY,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5)));
        RawClient.Answer answer =
                edge.get(
                        "o.test",
                        "/a?x=1",
                        "User-Agent: visitor/1",
                        "X-Forwarded-For: 192.0.2.7",
                        "X-Other: kept",
                        "Cookie: a=b",
                        "X-Custom: overridden");
        TestOrigin.Request seen = edge.origin().lastRequest();
        assertThat(seen.line()).isEqualTo("GET /a?x=1 HTTP/1.1");
        assertThat(seen.header("host")).contains("origin.test:" + edge.origin().port());
        assertThat(seen.header("user-agent")).contains("Amazon CloudFront");
        assertThat(seen.header("x-forwarded-for")).contains("192.0.2.7, 127.0.0.1");
        assertThat(seen.header("via")).contains("1.1 edge.nameplate.internal (CloudFront)");
        assertThat(seen.header("x-amz-cf-id")).isEqualTo(answer.header("x-amz-cf-id"));
        assertThat(seen.header("x-other")).contains("kept");
        assertThat(seen.header("cookie")).contains("a=b");
        assertThat(seen.header("x-custom")).contains("yes");
        assertThat(answer.header("via")).contains("1.1 edge.nameplate.internal (CloudFront)");
    }

    @Test
    void hopByHopHeadersStopInBothDirections() throws Exception {
        serveFrom(edge.httpOrigin());
        edge.origin()
                .answer(
                        "HTTP/1.1 200 OK",
                        "Connection: keep-alive, X-Hop",
                        "Keep-Alive: timeout=9",
                        "X-Hop: secret",
                        "Proxy-Authenticate: Basic",
                        "Upgrade: h2c",
                        "X-End: stays",
                        "Content-Length: 0",
                        "",
                        "");
        RawClient.Answer answer =
                edge.get(
                        "o.test",
                        "/",
                        "Connection: X-Mine, close",
                        "X-Mine: secret",
                        "TE: gzip",
                        "Proxy-Authorization: Basic x",
                        "Upgrade: h2c",
                        "Keep-Alive: 3");
        for (String name : new String[] {"keep-alive", "x-hop", "proxy-authenticate", "upgrade"}) {
            assertThat(answer.header(name)).as(name).isEmpty();
        }
        assertThat(answer.header("x-end")).contains("stays");
        TestOrigin.Request seen = edge.origin().lastRequest();
        for (String name :
                new String[] {
                    "x-mine", "te", "proxy-authorization", "upgrade", "keep-alive", "connection"
                }) {
            assertThat(seen.header(name)).as(name).isEmpty();
        }
    }

    @Test
    void connectionsToTheOriginAreReused() throws Exception {
        serveFrom(edge.httpOrigin());
        for (int i = 0; i < 5; i++) {
            assertThat(edge.get("o.test", "/" + i).status()).isEqualTo(200);
        }
        assertThat(edge.origin().connections()).isEqualTo(1);
    }

    @Test
    void aReadIsRepeatedOnceWhenAPooledConnectionTurnsOutClosed() throws Exception {
        serveFrom(edge.httpOrigin());
        AtomicLong calls = new AtomicLong();
        edge.origin()
                .script((request, out) -> {
                    if (calls.incrementAndGet() == 2) {
                        return false; // closed with the request unread, as an idle timeout would
                    }
                    return TestOrigin.write(out, TestOrigin.ok("text/plain", request.target()));
                });
        assertThat(edge.get("o.test", "/1").text()).isEqualTo("/1");
        assertThat(edge.get("o.test", "/2").text()).isEqualTo("/2");
        assertThat(calls).hasValue(3);
    }

    @Test
    void aWriteIsNeverRepeated() throws Exception {
        serveFrom(edge.httpOrigin());
        AtomicLong calls = new AtomicLong();
        edge.origin()
                .script((request, out) ->
                        calls.incrementAndGet() != 2
                                && TestOrigin.write(out, TestOrigin.ok("text/plain", "x")));
        try (RawClient visitor = edge.connect("o.test")) {
            assertThat(visitor.get("o.test", "/1").status()).isEqualTo(200);
            visitor.send("POST / HTTP/1.1\r\nHost: o.test\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(visitor.read(false).status()).isEqualTo(502);
        }
        assertThat(calls).hasValue(2);
    }

    @Test
    void anOriginThatRefusesConnectionsIsABadGateway() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        serveFrom(
                origin(
                        "origin.test",
                        free,
                        ProtocolPolicy.HTTP_ONLY,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5)));
        RawClient.Answer answer = edge.get("o.test", "/");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.header("x-cache")).contains("Error from cloudfront");
        assertThat(answer.text()).contains("could not connect to the origin");
    }

    @Test
    void anOriginThatStaysSilentIsAGatewayTimeout() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        edge.origin()
                .script((_, _) -> {
                    await(end);
                    return false;
                });
        serveFrom(
                origin(
                        "origin.test",
                        edge.origin().port(),
                        ProtocolPolicy.HTTP_ONLY,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(200)));
        assertThat(edge.get("o.test", "/").status()).isEqualTo(504);
        end.countDown();
    }

    @Test
    void anOriginWithoutAddressIsABadGateway() throws Exception {
        serveFrom(edgeOrigin("x.unresolved.test"));
        assertThat(edge.get("o.test", "/").status()).isEqualTo(502);
    }

    @Test
    void theMetadataAddressIsNeverConnectedTo() throws Exception {
        serveFrom(edgeOrigin("metadata.test"));
        assertThat(edge.get("o.test", "/").text()).contains("address is not allowed");
        serveFrom(edgeOrigin("169.254.169.254"));
        edge.edge().changed("dist-o.test", java.util.Set.of());
        RawClient.Answer literal = edge.get("o.test", "/");
        assertThat(literal.status()).isEqualTo(502);
        assertThat(literal.text()).contains("address is not allowed");
    }

    private static Origin edgeOrigin(String host) {
        return Origin.of("main", host, ProtocolPolicy.HTTP_ONLY);
    }

    @Test
    void whatIsNotHttpIsABadGateway() throws Exception {
        serveFrom(edge.httpOrigin());
        for (String junk :
                new String[] {
                    "SSH-2.0-OpenSSH\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                    "",
                }) {
            edge.origin().script((_, out) -> TestOrigin.writeAndClose(out, junk));
            assertThat(edge.get("o.test", "/").status()).as(junk).isEqualTo(502);
        }
    }

    @Test
    void anAnswerThatEndsTooEarlyIsBrokenOffAndNotKept() throws Exception {
        edge.serve("o.test");
        edge.origin()
                .script((_, out) ->
                        TestOrigin.writeAndClose(
                                out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
        assertThatThrownBy(() -> edge.get("o.test", "/")).isInstanceOf(IOException.class);
        RequestEvent event = edge.events().nextRequest();
        assertThat(event.complete()).isFalse();
        assertThat(event.status()).isEqualTo(200);
        edge.origin().answer(TestOrigin.ok("text/plain", "whole"));
        assertThat(edge.get("o.test", "/").header("x-cache")).contains("Miss from cloudfront");
    }

    @Test
    void anUnframedBodyEndsWithTheConnection() throws Exception {
        serveFrom(edge.httpOrigin());
        edge.origin()
                .script((_, out) ->
                        TestOrigin.writeAndClose(
                                out,
                                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nunframed"));
        RawClient.Answer answer = edge.get("o.test", "/");
        assertThat(answer.text()).isEqualTo("unframed");
        assertThat(answer.header("transfer-encoding")).contains("chunked");
    }

    @Test
    void bodilessAnswersStayBodiless() throws Exception {
        serveFrom(edge.httpOrigin());
        try (RawClient visitor = edge.connect("o.test")) {
            edge.origin().answer("HTTP/1.1 204 No Content", "", "");
            assertThat(visitor.get("o.test", "/").status()).isEqualTo(204);
            edge.origin().answer("HTTP/1.1 304 Not Modified", "ETag: \"x\"", "", "");
            assertThat(visitor.get("o.test", "/").status()).isEqualTo(304);
            edge.origin().answer("HTTP/1.1 200 OK", "Content-Length: 12", "", "");
            RawClient.Answer head = visitor.request("HEAD", "o.test", "/");
            assertThat(head.header("content-length")).contains("12");
            edge.origin().answer("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "");
            assertThat(visitor.request("HEAD", "o.test", "/").header("transfer-encoding"))
                    .isEmpty();
            edge.origin().answer(TestOrigin.ok("text/plain", "still in step"));
            assertThat(visitor.get("o.test", "/").text()).isEqualTo("still in step");
        }
    }

    @Test
    void aWaitingVisitorIsToldToSendTheBody() throws Exception {
        serveFrom(edge.httpOrigin());
        try (RawClient visitor = edge.connect("o.test")) {
            visitor.send(
                    "PUT /f HTTP/1.1\r\nHost: o.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertThat(visitor.read(false).status()).isEqualTo(100);
            visitor.send("data");
            assertThat(visitor.read(false).status()).isEqualTo(200);
            assertThat(edge.origin().lastRequest().text()).isEqualTo("data");
            assertThat(edge.origin().lastRequest().header("expect")).isEmpty();
        }
    }

    @Test
    void aLargeAnswerIsNotBufferedForASlowVisitor() throws Exception {
        serveFrom(edge.httpOrigin());
        int size = 64 << 20;
        AtomicLong written = new AtomicLong();
        edge.origin()
                .script((_, out) -> {
                    TestOrigin.write(
                            out, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                    pour(out, size, written);
                    return true;
                });
        try (RawClient visitor = edge.connect("o.test")) {
            visitor.send("GET /big HTTP/1.1\r\nHost: o.test\r\n\r\n");
            visitor.in().readNBytes(1000);
            long stuck = settled(written);
            // Two pairs of socket buffers and the edge's own; far below the body if nothing piles
            // up.
            assertThat(stuck).isLessThan(40L << 20);
            byte[] rest = visitor.in().readNBytes(size - 2000);
            assertThat(rest).hasSize(size - 2000);
        }
    }

    @Test
    void aLargeUploadIsNotBufferedForASlowOrigin() throws Exception {
        serveFrom(edge.httpOrigin());
        int size = 32 << 20;
        byte[] body = new byte[size];
        try (RawClient visitor = edge.connect("o.test")) {
            visitor.send(
                    "POST /up HTTP/1.1\r\nHost: o.test\r\nContent-Length: " + size + "\r\n\r\n");
            visitor.send(new String(body, java.nio.charset.StandardCharsets.ISO_8859_1));
            assertThat(visitor.read(false).status()).isEqualTo(200);
        }
        assertThat(edge.origin().lastRequest().body()).hasSize(size);
    }

    @Test
    void httpsOriginsAreVerified() throws Exception {
        try (TestOrigin secure =
                        new TestOrigin(
                                edge.ca().serverContext("origin.test").getServerSocketFactory());
                TestOrigin foreign =
                        new TestOrigin(
                                new TestCa()
                                        .serverContext("origin.test")
                                        .getServerSocketFactory());
                TestOrigin misnamed =
                        new TestOrigin(
                                edge.ca().serverContext("else.test").getServerSocketFactory())) {
            assertThat(statusFrom(secure, Verification.FULL)).isEqualTo(200);
            assertThat(statusFrom(foreign, Verification.FULL)).isEqualTo(502);
            assertThat(statusFrom(misnamed, Verification.FULL)).isEqualTo(502);
            assertThat(statusFrom(foreign, Verification.NONE)).isEqualTo(200);
        }
    }

    @Test
    void anOriginsFailedHandshakesFillNoLog() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(log);
        try (TestOrigin foreign =
                new TestOrigin(
                        new TestCa().serverContext("origin.test").getServerSocketFactory())) {
            for (int i = 0; i < 5; i++) {
                assertThat(statusFrom(foreign, Verification.FULL)).isEqualTo(502);
            }
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .hasSizeLessThanOrEqualTo(1)
                .allSatisfy(event -> assertThat(event.getThrowableProxy()).isNull());
    }

    private int statusFrom(TestOrigin origin, Verification verification) throws Exception {
        Origin https =
                Origin.of("main", "origin.test", ProtocolPolicy.HTTPS_ONLY)
                        .withPorts(1, origin.port());
        serveFrom(
                https.toBuilder()
                        .path("/base")
                        .connectionAttempts(1)
                        .verification(verification)
                        .build());
        edge.edge().changed("dist-o.test", java.util.Set.of());
        RawClient.Answer answer = edge.get("o.test", "/x");
        if (answer.status() == 200) {
            assertThat(answer.text()).isEqualTo("hello /base/x");
        }
        return answer.status();
    }

    @Test
    void theVisitorsHostIsForwardedWhenTheSiteSaysSo() throws Exception {
        edge.serve(
                "o.test",
                edge.site(
                        "o.test",
                        edge.caching(
                                Caching.off(
                                        new RequestParts(
                                                Selection.only(
                                                        "Host", "CloudFront-Forwarded-Proto"),
                                                Selection.only("a"),
                                                Selection.allExcept("drop"))))));
        edge.get(
                "o.test",
                "/?keep=1&drop=2&k",
                "Cookie: a=1; b=2",
                "CloudFront-Forwarded-Proto: forged",
                "CloudFront-Viewer-Country: XX");
        TestOrigin.Request seen = edge.origin().lastRequest();
        assertThat(seen.header("host")).contains("o.test");
        assertThat(seen.header("cookie")).contains("a=1");
        assertThat(seen.target()).isEqualTo("/?keep=1&k");
        assertThat(seen.header("cloudfront-forwarded-proto")).contains("https");
        assertThat(seen.header("cloudfront-viewer-country")).isEmpty();
    }

    private static void pour(OutputStream out, int size, AtomicLong written) throws IOException {
        byte[] piece = new byte[64 * 1024];
        for (int sent = 0; sent < size; sent += piece.length) {
            out.write(piece);
            written.addAndGet(piece.length);
        }
        out.flush();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits until the origin can write no more.
    private static long settled(AtomicLong written) throws InterruptedException {
        long before = -1;
        long now = written.get();
        while (now != before) {
            TimeUnit.MILLISECONDS.sleep(300);
            before = now;
            now = written.get();
        }
        return now;
    }
}
