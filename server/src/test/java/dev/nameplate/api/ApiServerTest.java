package dev.nameplate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

final class ApiServerTest {
    private final List<HttpRequest> seen = new CopyOnWriteArrayList<>();
    private final ApiServer server = start();

    private ApiServer start() {
        Door first =
                new Door(
                        "first",
                        request -> request.rawPath().startsWith("/first"),
                        4,
                        request -> {
                            seen.add(request);
                            return text(200, "first");
                        });
        Door broken =
                new Door(
                        "broken",
                        request -> request.rawPath().equals("/broken"),
                        4,
                        _ -> {
                            throw new IllegalStateException("a secret");
                        });
        Door rest =
                new Door(
                        "rest",
                        _ -> true,
                        1024,
                        request -> {
                            seen.add(request);
                            return text(404, "");
                        });
        return ApiServer.start(
                InetAddress.getLoopbackAddress(),
                0,
                Optional.empty(),
                List.of(first.withSecrets(ApiServerTest::isPost), broken, rest),
                Duration.ofMillis(100));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void pathAndQueryReachTheDoorAsTheyWereSent() throws IOException {
        String answer = send("GET /a%2Fb//c/../d?x=%20&y=1&x= HTTP/1.1\r\nHost: a.example\r\n");

        assertThat(answer).startsWith("HTTP/1.1 404");
        assertThat(seen.getFirst().rawPath()).isEqualTo("/a%2Fb//c/../d");
        assertThat(seen.getFirst().rawQuery()).isEqualTo("x=%20&y=1&x=");
        assertThat(seen.getFirst().headers().first("host")).contains("a.example");
    }

    @Test
    void firstDoorThatTakesTheRequestAnswers() throws IOException {
        assertThat(send("GET /first HTTP/1.1\r\nHost: a\r\n")).endsWith("first");
        assertThat(send("GET /second HTTP/1.1\r\nHost: a\r\n")).startsWith("HTTP/1.1 404");
    }

    @Test
    void aLongBodyReachesTheDoorOneByteOverItsLimit() throws IOException {
        send("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n", "0123456789");

        assertThat(seen.getFirst().body()).hasSize(5);
    }

    @Test
    void aFailingDoorTellsNothing() throws IOException {
        assertThat(send("GET /broken HTTP/1.1\r\nHost: a\r\n"))
                .startsWith("HTTP/1.1 500")
                .doesNotContain("secret");
    }

    @Test
    void aConnectionThatASecretCameOnEndsWithItsAnswer() throws IOException {
        String answer =
                exchange("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n", "abcd");

        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("first");
        assertThat(answer.toLowerCase(Locale.ROOT)).contains("connection: close");
    }

    private static boolean isPost(HttpRequest request) {
        return request.method().equals("POST");
    }

    private String send(String head) throws IOException {
        return send(head, "");
    }

    private String send(String head, String body) throws IOException {
        return exchange(head + "Connection: close\r\n\r\n", body);
    }

    /// All that comes until the server closes.
    private String exchange(String head, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static HttpResponse text(int status, String body) {
        return new HttpResponse(
                status,
                Headers.of("Content-Type", "text/plain"),
                body.getBytes(StandardCharsets.US_ASCII));
    }
}
