package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Our own REST API, as somebody with its key calls it.
final class RestApi {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RestApi() {}

    static JsonNode get(RunningServer server, String path) {
        return send(HttpRequest.newBuilder(URI.create(server.api() + path)).GET(), 200);
    }

    /// @param status that it has to answer
    static JsonNode call(
            RunningServer server, String method, String path, String body, int status) {
        return send(
                HttpRequest.newBuilder(URI.create(server.api() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body)),
                status);
    }

    static JsonNode send(HttpRequest.Builder request, int status) {
        try {
            HttpResponse<String> answer =
                    HTTP.send(
                            request.header("x-api-key", RunningServer.API_KEY)
                                    .timeout(LIMIT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
