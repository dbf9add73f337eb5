package dev.nameplate.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.Origin.ProtocolPolicy;
import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestHttp2Origin;
import dev.nameplate.edge.testkit.TestOrigin;

import io.netty.handler.codec.http2.Http2Error;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

@ExtendWith(NoLeaks.class)
final class Http2OriginTest {
    private final TestEdge edge = new TestEdge();
    private final TestHttp2Origin origin =
            new TestHttp2Origin(edge.ca().serverContext("origin.test"), 50);

    @AfterEach
    void close() {
        edge.close();
        origin.close();
    }

    private void serve() {
        edge.serve("o.test", edge.site("o.test", origin(Duration.ofSeconds(5)), edge.passing()));
    }

    private Origin origin(Duration read) {
        return Origin.of("main", "origin.test", ProtocolPolicy.HTTPS_ONLY)
                .withPorts(1, origin.port())
                .toBuilder()
                .readTimeout(read)
                .connectionAttempts(1)
                .build();
    }

    @Test
    void whatAnHttp2OriginSeesAndAnswers() throws Exception {
        serve();
        RawClient.Answer answer = edge.get("o.test", "/a?b=c", "X-Mine: yes", "Cookie: k=v");
        assertThat(answer.text()).isEqualTo("h2 /a?b=c");
        assertThat(answer.header("via")).contains("1.1 edge.nameplate.internal (CloudFront)");
        TestHttp2Origin.Request seen = origin.requests().getFirst();
        assertThat(seen.headers().authority()).hasToString("origin.test:" + origin.port());
        assertThat(seen.headers().scheme()).hasToString("https");
        assertThat(seen.header("x-mine")).isEqualTo("yes");
        assertThat(seen.header("cookie")).isEqualTo("k=v");
        assertThat(seen.header("x-amz-cf-id"))
                .isEqualTo(answer.header("x-amz-cf-id").orElseThrow());
        assertThat(seen.headers().contains("host")).isFalse();
        assertThat(seen.headers().contains("connection")).isFalse();
    }

    @Test
    void http11IsSpokenWhenHttp2IsSwitchedOff() throws Exception {
        try (TestOrigin plain =
                new TestOrigin(edge.ca().serverContext("origin.test").getServerSocketFactory())) {
            Origin off =
                    Origin.of("main", "origin.test", ProtocolPolicy.HTTPS_ONLY)
                            .withPorts(1, plain.port())
                            .toBuilder()
                            .http2(false)
                            .build();
            edge.serve("o.test", edge.site("o.test", off, edge.passing()));
            assertThat(edge.get("o.test", "/x").text()).isEqualTo("hello /x");
        }
    }

    @Test
    void manyRequestsShareOneConnectionAndEachGetsItsOwnAnswer() throws Exception {
        serve();
        // Answered in bursts and out of order.
        List<TestHttp2Origin.Request> held = new ArrayList<>();
        Runnable burst =
                () -> {
                    for (int i = held.size() - 1; i >= 0; i--) {
                        held.get(i).respond("200", "to " + held.get(i).path());
                    }
                    held.clear();
                };
        origin.script(request -> {
            held.add(request);
            if (held.size() >= 10) {
                burst.run();
            }
            // A request that the edge repeated leaves a burst that is not full.
            var _ = request.stream().eventLoop().schedule(burst, 200, TimeUnit.MILLISECONDS);
        });
        try (HttpClient visitor = edge.httpClient(HttpClient.Version.HTTP_2)) {
            // Fewer than the streams the edge allows on one connection: beyond them the visitor
            // gives up, not the edge.
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(ask(visitor, "/" + i));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(answers.get(i).get(10, TimeUnit.SECONDS).body()).isEqualTo("to /" + i);
            }
            assertThat(ask(visitor, "/last").get(5, TimeUnit.SECONDS).body()).isEqualTo("to /last");
        }
        assertThat(origin.connections()).isLessThanOrEqualTo(4);
    }

    private CompletableFuture<HttpResponse<String>> ask(HttpClient visitor, String path) {
        return visitor.sendAsync(
                HttpRequest.newBuilder(URI.create(edge.url("o.test", path))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void uploadsAndDownloadsFlowWithoutPilingUp() throws Exception {
        serve();
        int size = 24 << 20;
        origin.script(request -> {
            if (request.path().equals("/down")) {
                origin.pour(request, size);
            } else {
                request.respond("200", "got " + request.body().length());
            }
        });
        try (RawClient visitor = edge.connect("o.test")) {
            visitor.send("POST /up HTTP/1.1\r\nHost: o.test\r\nContent-Length: 3000000\r\n\r\n");
            visitor.send("x".repeat(3_000_000));
            assertThat(visitor.read(false).text()).isEqualTo("got 3000000");
        }
        try (RawClient stalled = edge.connect("o.test");
                RawClient other = edge.connect("o.test")) {
            stalled.send("GET /down HTTP/1.1\r\nHost: o.test\r\n\r\n");
            stalled.in().readNBytes(1000);
            long before = -1;
            while (before != origin.written().get()) {
                before = origin.written().get();
                TimeUnit.MILLISECONDS.sleep(200);
            }
            assertThat(before).isLessThan(16L << 20);
            // The connection is the same, and not stalled by it.
            assertThat(other.get("o.test", "/up").text()).isEqualTo("got 0");
            assertThat(origin.connections()).isEqualTo(1);
            stalled.in().readNBytes(size - 10_000);
        }
    }

    /// Windows that fit no record and no buffer: whoever is told to wait must be told to go on, each time.
    @ParameterizedTest
    @ValueSource(ints = {1_009, 10_007, 65_535, 1_000_003})
    void uploadsComeThroughWindowsOfAnySize(int window) throws Exception {
        int size = window < 2_000 ? 1_000_000 : 10_000_000;
        try (TestHttp2Origin narrow =
                new TestHttp2Origin(edge.ca().serverContext("origin.test"), 50, window)) {
            narrow.script(request -> request.respond("200", "got " + request.body().length()));
            edge.serve(
                    "w.test",
                    edge.site(
                            "w.test",
                            origin(Duration.ofSeconds(20)).withPorts(1, narrow.port()),
                            edge.passing()));
            try (RawClient visitor = edge.connect("w.test")) {
                visitor.send(
                        "POST /up HTTP/1.1\r\nHost: w.test\r\nContent-Length: %d\r\n\r\n"
                                .formatted(size));
                visitor.send("x".repeat(size));
                assertThat(visitor.read(false).text()).isEqualTo("got " + size);
            }
        }
    }

    @Test
    void aVisitorWhoLeavesResetsTheStreamOnly() throws Exception {
        serve();
        origin.script(request -> {
            if (!request.path().equals("/never")) {
                request.respond("200", "fine");
            }
        });
        try (RawClient leaving = edge.connect("o.test")) {
            leaving.send("GET /never HTTP/1.1\r\nHost: o.test\r\n\r\n");
            while (origin.requests().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        assertThat(origin.requests().getFirst().stream().closeFuture().await(5, TimeUnit.SECONDS))
                .isTrue();
        assertThat(edge.get("o.test", "/x").text()).isEqualTo("fine");
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void refusedStreamsAndClosedConnectionsAreRepeatedForReadsOnly() throws Exception {
        serve();
        AtomicInteger calls = new AtomicInteger();
        origin.script(request -> {
            int call = calls.incrementAndGet();
            switch (call) {
                case 1, 5 -> request.reset(Http2Error.REFUSED_STREAM);
                case 3 -> request.closeConnection();
                default -> request.respond("200", "call " + call);
            }
        });
        assertThat(edge.get("o.test", "/").text()).isEqualTo("call 2");
        assertThat(edge.get("o.test", "/").text()).isEqualTo("call 4");
        try (RawClient visitor = edge.connect("o.test")) {
            visitor.send("POST / HTTP/1.1\r\nHost: o.test\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(visitor.read(false).status()).isEqualTo(502);
        }
        assertThat(calls).hasValue(5);
    }

    @Test
    void afterGoAwayNewRequestsGoElsewhereAndOldOnesEnd() throws Exception {
        serve();
        List<TestHttp2Origin.Request> held = new ArrayList<>();
        origin.script(request -> {
            if (request.path().equals("/slow")) {
                held.add(request);
                request.goAway(0);
            } else {
                request.respond("200", "quick");
                held.forEach(slow -> slow.respond("200", "slow"));
                held.clear();
            }
        });
        try (RawClient slow = edge.connect("o.test")) {
            slow.send("GET /slow HTTP/1.1\r\nHost: o.test\r\n\r\n");
            while (origin.requests().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            TimeUnit.MILLISECONDS.sleep(100);
            assertThat(edge.get("o.test", "/quick").text()).isEqualTo("quick");
            assertThat(slow.read(false).text()).isEqualTo("slow");
        }
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void silenceAndNonsenseAreGatewayErrors() throws Exception {
        edge.serve("o.test", edge.site("o.test", origin(Duration.ofMillis(300)), edge.passing()));
        origin.script(request -> {
            switch (request.path()) {
                case "/split" -> request.head("200", true, "x", "a\r\nInjected: yes");
                case "/status" -> request.head("abc", true);
                case "/half" -> {
                    request.head("200", false, "content-length", "100");
                    request.data(new byte[10], false);
                    request.reset(Http2Error.INTERNAL_ERROR);
                }
                case "/ok" -> request.respond("200", "fine");
                default -> {}
            }
        });
        assertThat(edge.get("o.test", "/silent").status()).isEqualTo(504);
        assertThat(edge.get("o.test", "/split").status()).isEqualTo(502);
        assertThat(edge.get("o.test", "/status").status()).isEqualTo(502);
        assertThatThrownBy(() -> edge.get("o.test", "/half")).isInstanceOf(IOException.class);
        assertThat(edge.get("o.test", "/ok").text()).isEqualTo("fine");
    }

    @Test
    void headersEndingTheStreamAreABodilessAnswer() throws Exception {
        serve();
        origin.script(request -> request.head("204", true, "x-end", "yes"));
        RawClient.Answer answer = edge.get("o.test", "/");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("x-end")).contains("yes");
    }

    @Test
    void grpcCallsPassBothWaysWithTheirTrailers() throws Exception {
        serve();
        origin.script(request -> {
            request.head("200", false, "content-type", "application/grpc");
            request.data(("reply to " + request.body()).getBytes(UTF_8), false);
            request.trailers("grpc-status", "0", "grpc-message", "fine");
        });
        try (Http2Client visitor =
                new Http2Client(
                        edge.edge().httpsAddress(), edge.ca().trustingContext(), "o.test")) {
            visitor.request(
                    1,
                    false,
                    "o.test",
                    "/pkg.Service/Call",
                    "content-type",
                    "application/grpc",
                    "te",
                    "trailers");
            visitor.send(Http2Client.DATA, 0, 1, "mes".getBytes(UTF_8));
            visitor.send(Http2Client.DATA, Http2Client.END_STREAM, 1, "sage".getBytes(UTF_8));
            Http2Client.Answer answer = visitor.answer(1);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("reply to message");
            assertThat(answer.headers()).containsEntry("content-type", "application/grpc");
            assertThat(answer.trailers())
                    .containsEntry("grpc-status", "0")
                    .containsEntry("grpc-message", "fine");
        }
        TestHttp2Origin.Request seen = origin.requests().getFirst();
        assertThat(seen.header("te")).isEqualTo("trailers");
        assertThat(seen.header("content-type")).isEqualTo("application/grpc");
        assertThat(seen.headers().method()).hasToString("POST");
    }
}
