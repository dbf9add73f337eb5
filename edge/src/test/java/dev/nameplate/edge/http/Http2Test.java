package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

@ExtendWith(NoLeaks.class)
final class Http2Test {
    private final TestEdge edge = new TestEdge();
    private final HttpClient client = edge.httpClient(HttpClient.Version.HTTP_2);

    @BeforeEach
    void serve() {
        edge.serve("h.test", edge.site("h.test", edge.passing()));
    }

    @AfterEach
    void close() {
        client.close();
        edge.close();
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(edge.url("h.test", target)));
    }

    @Test
    void aBodyOfEitherDirectionStreamsThrough() throws Exception {
        byte[] body = new byte[8 << 20];
        edge.origin()
                .script((request, out) -> {
                    TestOrigin.write(
                            out,
                            "HTTP/1.1 200 OK\r\nContent-Length: "
                                    + request.body().length
                                    + "\r\n\r\n");
                    out.write(request.body());
                    return true;
                });
        HttpResponse<byte[]> answer =
                client.send(
                        request("/echo").POST(BodyPublishers.ofByteArray(body)).build(),
                        BodyHandlers.ofByteArray());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).hasSize(body.length);
        assertThat(edge.origin().lastRequest().header("content-length")).contains(body.length + "");
        assertThat(edge.origin().lastRequest().header("host").orElseThrow())
                .startsWith("origin.test");
        assertThat(edge.origin().lastRequest().header("via").orElseThrow()).startsWith("2.0 ");
    }

    @Test
    void largeRangesOfAStoredAnswerAreCutRight() throws Exception {
        byte[] whole = new byte[6 << 20];
        new Random(7).nextBytes(whole);
        edge.origin()
                .script((request, out) -> {
                    TestOrigin.write(
                            out,
                            "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: "
                                    + whole.length
                                    + "\r\n\r\n");
                    out.write(whole);
                    return true;
                });
        edge.serve("r.test");
        URI uri = URI.create(edge.url("r.test", "/large"));
        assertThat(
                        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
                                .body())
                .isEqualTo(whole);
        for (int[] range : new int[][] {{1, 5_000_000}, {65_535, 131_070}, {16_384, 6_291_455}}) {
            HttpResponse<byte[]> part =
                    client.send(
                            HttpRequest.newBuilder(uri)
                                    .header("Range", "bytes=" + range[0] + "-" + range[1])
                                    .build(),
                            BodyHandlers.ofByteArray());
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, range[0], range[1] + 1));
        }
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void manyStreamsShareOneConnection() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(client.sendAsync(request("/" + i).build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).get(20, TimeUnit.SECONDS).body()).isEqualTo("hello /" + i);
        }
        edge.events().nextHandshake();
    }

    @Test
    void anAnswerBeforeTheBodyIsCompleteArrives() throws Exception {
        HttpResponse<String> answer =
                client.send(
                        request("/x")
                                .method("TRACE", BodyPublishers.ofByteArray(new byte[1 << 20]))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(client.send(request("/next").build(), BodyHandlers.ofString()).body())
                .isEqualTo("hello /next");
    }

    @Test
    void aBrokenAnswerResetsItsStreamOnly() throws Exception {
        edge.origin()
                .script((request, out) ->
                        request.target().equals("/broken")
                                ? TestOrigin.writeAndClose(
                                        out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
                                : TestOrigin.write(out, TestOrigin.ok("text/plain", "fine")));
        assertThatThrownBy(() -> client.send(request("/broken").build(), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(client.send(request("/fine").build(), BodyHandlers.ofString()).body())
                .isEqualTo("fine");
    }

    @Test
    void headAndErrorPagesEndTheirStreams() throws Exception {
        HttpResponse<Void> head =
                client.send(
                        request("/h").method("HEAD", BodyPublishers.noBody()).build(),
                        BodyHandlers.discarding());
        assertThat(head.statusCode()).isEqualTo(200);
        int nobodyListens;
        try (TestOrigin gone = new TestOrigin()) {
            nobodyListens = gone.port();
        }
        edge.serve(
                "down.test",
                edge.site(
                        "down.test",
                        edge.httpOrigin().withPorts(nobodyListens, nobodyListens),
                        edge.passing()));
        HttpResponse<String> page =
                client.send(
                        HttpRequest.newBuilder(URI.create(edge.url("down.test", "/"))).build(),
                        BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(502);
        assertThat(page.body()).contains("The request could not be satisfied");
    }
}
