package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.ResponseHeaders;
import dev.nameplate.edge.config.Site;
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
import java.util.Map;
import java.util.Optional;

@ExtendWith(NoLeaks.class)
final class ErrorAnswerTest {
    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private void serve(boolean cached) {
        Site site =
                edge.site(
                        "e.test",
                        cached
                                ? edge.caching(Caching.standard(RequestParts.NONE)).toBuilder()
                                        .responseHeaders(
                                                Optional.of(
                                                        new ResponseHeaders(
                                                                List.of(),
                                                                Optional.empty(),
                                                                List.of(
                                                                        new ResponseHeaders.Fixed(
                                                                                "X-P", "p", true)),
                                                                0)))
                                        .build()
                                : edge.passing());
        edge.serve(
                "e.test",
                site.toBuilder()
                        .errorAnswers(
                                Map.of(
                                        404, page(404, "/sorry.html", 200),
                                        403, page(403, "/sorry.html", 404),
                                        502, page(502, "/broken.html", 503),
                                        500, page(500, "/missing.html", 200),
                                        503, new ErrorAnswer(503, Optional.empty(), Duration.ZERO)))
                        .build());
        edge.origin()
                .script((request, out) ->
                        switch (request.method().equals("HEAD") ? "HEAD" : request.target()) {
                            case "HEAD" ->
                                    TestOrigin.write(
                                            out,
                                            request.target().equals("/none")
                                                    ? "HTTP/1.1 404 Not Found\r\n\r\n"
                                                    : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                            case "/sorry.html" ->
                                    TestOrigin.write(
                                            out,
                                            TestOrigin.ok("text/html", "sorry", "ETag: \"s\""));
                            case "/broken.html" ->
                                    TestOrigin.write(out, TestOrigin.ok("text/html", "broken"));
                            case "/none", "/missing.html" ->
                                    TestOrigin.write(out, error("404 Not Found"));
                            case "/own" -> TestOrigin.write(out, error("500 Oops"));
                            case "/busy" -> TestOrigin.write(out, error("503 Busy"));
                            case "/big" -> {
                                TestOrigin.write(
                                        out,
                                        "HTTP/1.1 404 Not Found\r\nContent-Length: 90000000\r\n\r\n");
                                byte[] piece = new byte[64 * 1024];
                                for (int i = 0; i < 1_000; i++) {
                                    out.write(piece);
                                }
                                yield false;
                            }
                            case "/cut" -> false;
                            default -> TestOrigin.write(out, TestOrigin.ok("text/plain", "fine"));
                        });
    }

    private static ErrorAnswer page(int status, String path, int as) {
        return new ErrorAnswer(
                status, Optional.of(new ErrorAnswer.Page(path, as)), Duration.ofSeconds(10));
    }

    private static String error(String status) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: 4\r\n\r\nbare";
    }

    @Test
    void anErrorsPageIsSentWithTheStatusOfTheConfiguration() throws Exception {
        serve(false);
        try (RawClient visitor = edge.connect("e.test")) {
            for (int i = 0; i < 2; i++) {
                RawClient.Answer answer =
                        visitor.get("e.test", "/none", "If-None-Match: \"s\"", "Range: bytes=0-1");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("sorry");
                assertThat(answer.header("content-type")).contains("text/html");
                assertThat(answer.header("x-cache")).contains("Error from cloudfront");
            }
            assertThat(visitor.get("e.test", "/x").text()).isEqualTo("fine");
            RawClient.Answer head = visitor.request("HEAD", "e.test", "/none");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("content-length")).contains("5");
            visitor.send("POST /none HTTP/1.1\r\nHost: e.test\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(visitor.read(false).text()).isEqualTo("sorry");
            assertThat(visitor.get("e.test", "/busy").text()).isEqualTo("bare");
        }
        assertThat(edge.origin().requests())
                .filteredOn(request -> request.target().equals("/sorry.html"))
                .allMatch(request ->
                        !request.method().equals("POST")
                                && request.header("range").isEmpty()
                                && request.header("if-none-match").isEmpty());
        RequestEvent event = edge.events().nextRequest();
        assertThat(event.path()).isEqualTo("/none");
        assertThat(event.status()).isEqualTo(200);
        assertThat(event.complete()).isTrue();
    }

    @Test
    void aPageThatFailsItselfSendsItsOwnStatus() throws Exception {
        serve(false);
        RawClient.Answer answer = edge.get("e.test", "/own");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo("bare");
    }

    @Test
    void theEdgesOwnErrorsHavePagesToo() throws Exception {
        serve(true);
        assertThat(edge.get("e.test", "/broken.html").status()).isEqualTo(200);
        RawClient.Answer cut = edge.get("e.test", "/cut");
        assertThat(cut.status()).isEqualTo(503);
        assertThat(cut.text()).isEqualTo("broken");
        edge.origin().close();
        RawClient.Answer down = edge.get("e.test", "/down");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.text()).isEqualTo("broken");
        assertThat(down.header("x-p")).contains("p");
        try (HttpClient http2 = edge.httpClient(HttpClient.Version.HTTP_2)) {
            HttpResponse<String> answer =
                    http2.send(
                            HttpRequest.newBuilder(URI.create(edge.url("e.test", "/down2")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("broken");
        }
    }

    @Test
    void errorsAndPagesAreKeptSoThatTheOriginIsAskedOnce() throws Exception {
        serve(true);
        for (int i = 0; i < 4; i++) {
            RawClient.Answer answer = edge.get("e.test", "/none");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("sorry");
        }
        assertThat(edge.origin().requests()).hasSize(2);
    }

    @Test
    void anEndlessErrorBodyIsNotReadToItsEnd() throws Exception {
        serve(false);
        RawClient.Answer answer = edge.get("e.test", "/big");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("sorry");
    }
}
