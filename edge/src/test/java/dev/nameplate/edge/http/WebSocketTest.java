package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;
import dev.nameplate.edge.testkit.WebSocketOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

@ExtendWith(NoLeaks.class)
final class WebSocketTest {
    private final TestEdge edge =
            new TestEdge(settings -> settings.webSocketIdle(Duration.ofMillis(600)));
    private final WebSocketOrigin origin = new WebSocketOrigin(edge.origin());

    {
        edge.serve("w.test", edge.site("w.test", edge.passing()));
    }

    @AfterEach
    void close() {
        origin.release();
        edge.close();
    }

    /// What a client hears.
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            texts.add(data.toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private WebSocket connect(HttpClient client, Heard heard) throws Exception {
        return client.newWebSocketBuilder()
                .subprotocols("chat")
                .header("X-Mine", "1")
                .buildAsync(
                        URI.create(edge.url("w.test", "/socket?a=b").replace("https:", "wss:")),
                        heard)
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void messagesPassBothWaysAndTheClosingHandshakeEndsBothSides() throws Exception {
        origin.echoes();
        Heard heard = new Heard();
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_1_1)) {
            WebSocket socket = connect(client, heard);
            assertThat(socket.getSubprotocol()).isEqualTo("chat");
            socket.sendText("hello", true).get(5, TimeUnit.SECONDS);
            assertThat(heard.texts.poll(5, TimeUnit.SECONDS)).isEqualTo("hello");
            socket.sendText("again", true).get(5, TimeUnit.SECONDS);
            assertThat(heard.texts.poll(5, TimeUnit.SECONDS)).isEqualTo("again");
            socket.sendClose(1000, "bye").get(5, TimeUnit.SECONDS);
            assertThat(heard.closed.get(5, TimeUnit.SECONDS)).isEqualTo(1000);
        }
        TestOrigin.Request asked = edge.origin().lastRequest();
        assertThat(asked.line()).isEqualTo("GET /socket?a=b HTTP/1.1");
        assertThat(asked.header("upgrade")).contains("websocket");
        assertThat(asked.header("x-mine")).contains("1");
        assertThat(asked.header("transfer-encoding")).isEmpty();
        assertThat(edge.events().nextRequest().status()).isEqualTo(101);
    }

    @Test
    void anOriginThatLeavesEndsTheVisitorsConnection() throws Exception {
        origin.leavesAfterOneMessage();
        Heard heard = new Heard();
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_1_1)) {
            WebSocket socket = connect(client, heard);
            socket.sendText("x", true).get(5, TimeUnit.SECONDS);
            assertThat(heard.closed.handle((status, error) -> "ended").get(5, TimeUnit.SECONDS))
                    .isEqualTo("ended");
            socket.abort();
        }
    }

    @Test
    void aVisitorWhoLeavesEndsTheOriginsConnection() throws Exception {
        origin.echoes();
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_1_1)) {
            connect(client, new Heard()).abort();
        }
        assertThat(origin.ended(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void silenceEndsBothSides() throws Exception {
        origin.echoes();
        Heard heard = new Heard();
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_1_1)) {
            WebSocket socket = connect(client, heard);
            assertThat(origin.ended(5, TimeUnit.SECONDS)).isTrue();
            socket.abort();
        }
    }

    @Test
    void aRefusalOfTheOriginIsPassedOn() throws Exception {
        edge.origin().answer("HTTP/1.1 403 Forbidden", "Content-Length: 2", "", "no");
        try (RawClient visitor = edge.connect("w.test")) {
            visitor.send(upgrade());
            RawClient.Answer answer = visitor.read(false);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("no");
            assertThat(visitor.get("w.test", "/after").status()).isEqualTo(403);
        }
    }

    @Test
    void bytesThatComeBeforeTheAnswerAreNeverTakenForARequest() throws Exception {
        origin.echoes();
        try (RawClient visitor = edge.connect("w.test")) {
            visitor.send(upgrade() + "GET /smuggled HTTP/1.1\r\nHost: w.test\r\n\r\n");
            visitor.isClosedByEdge();
        }
        assertThat(edge.origin().requests())
                .extracting(TestOrigin.Request::target)
                .doesNotContain("/smuggled");
    }

    private static String upgrade() {
        return """
        GET /socket HTTP/1.1\r
        Host: w.test\r
        Connection: keep-alive, Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r
        """;
    }

    /// Neither side reads: what the edge holds stays within the buffers of two connections.
    @Test
    void aSideThatDoesNotReadHoldsTheOtherBack() throws Exception {
        origin.floods();
        try (RawClient visitor = edge.connect("w.test")) {
            visitor.send(upgrade());
            assertThat(visitor.read(false).status()).isEqualTo(101);
            long stuck = origin.stuckAfter(300, TimeUnit.MILLISECONDS);
            assertThat(stuck).isLessThan(16L << 20);
        }
        assertThat(origin.ended(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anExtendedConnectOfHttp2BecomesAnUpgrade() throws Exception {
        origin.echoes();
        try (Http2Client visitor =
                new Http2Client(
                        edge.edge().httpsAddress(), edge.ca().trustingContext(), "w.test")) {
            connect(visitor, "websocket");
            Http2Client.Frame head =
                    visitor.readUntil(frame -> frame.type() == Http2Client.HEADERS);
            Map<String, String> fields = head.fields();
            assertThat(fields)
                    .containsEntry(":status", "200")
                    .doesNotContainKeys("upgrade", "connection", "sec-websocket-accept");
            byte[] message = WebSocketOrigin.masked("over h2");
            visitor.send(Http2Client.DATA, 0, 1, message);
            Http2Client.Frame echo = visitor.readUntil(frame -> frame.type() == Http2Client.DATA);
            assertThat(Arrays.copyOfRange(echo.payload(), 2, echo.payload().length))
                    .asString()
                    .isEqualTo("over h2");
            visitor.send(Http2Client.DATA, Http2Client.END_STREAM, 1);
            assertThat(origin.ended(5, TimeUnit.SECONDS)).isTrue();
            assertThat(visitor.readUntil(Http2Client.Frame::endsStream).stream()).isEqualTo(1);
        }
        TestOrigin.Request asked = edge.origin().lastRequest();
        assertThat(asked.line()).isEqualTo("GET /socket HTTP/1.1");
        assertThat(asked.header("sec-websocket-key")).isPresent();
        assertThat(asked.header("origin")).contains("https://page.test");
    }

    private static void connect(Http2Client visitor, String protocol) throws Exception {
        visitor.send(
                Http2Client.HEADERS,
                Http2Client.END_HEADERS,
                1,
                Http2Client.fields(
                        ":method",
                        "CONNECT",
                        ":protocol",
                        protocol,
                        ":scheme",
                        "https",
                        ":authority",
                        "w.test",
                        ":path",
                        "/socket",
                        "origin",
                        "https://page.test",
                        "sec-websocket-version",
                        "13"));
    }

    @Test
    void aConnectToAnythingElseIsReset() throws Exception {
        try (Http2Client visitor =
                new Http2Client(
                        edge.edge().httpsAddress(), edge.ca().trustingContext(), "w.test")) {
            connect(visitor, "connect-udp");
            assertThat(visitor.readUntil(frame -> frame.type() == Http2Client.RST_STREAM).stream())
                    .isEqualTo(1);
        }
        assertThat(edge.origin().requests()).isEmpty();
    }

    @Test
    void anOriginThatDoesNotProveItsAgreementOpensNothing() throws Exception {
        edge.origin()
                .answer(
                        "HTTP/1.1 101 Switching Protocols",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Accept: d3Jvbmc=",
                        "",
                        "");
        try (Http2Client visitor =
                new Http2Client(
                        edge.edge().httpsAddress(), edge.ca().trustingContext(), "w.test")) {
            connect(visitor, "websocket");
            assertThat(visitor.answer(1).status()).isEqualTo(502);
        }
    }

    @Test
    void aClientThatGetsNoUpgradeSaysSo() {
        edge.origin().answer("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_1_1)) {
            assertThatThrownBy(() -> connect(client, new Heard()))
                    .isInstanceOf(ExecutionException.class);
        }
    }
}
