package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.api.rest.ApiDocument;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Requests made of the OpenAPI document, right ones and wrong ones, to the doors as they are wired: nothing is answered with
/// 5xx, every refusal is a problem, and every answer is one that the document tells of.
@Tag("slow")
final class ApiFuzzTest {
    /// The same in every build; another is tried with the system property.
    private static final long SEED = Long.getLong("nameplate.fuzz.seed", 20261123);

    private static final int REQUESTS = Integer.getInteger("nameplate.fuzz.requests", 3000);

    private final ObjectMapper json = new ObjectMapper();

    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final ApiWiring server;
    private final ApiSchema schemas;
    private final ApiRequests requests;

    ApiFuzzTest(@TempDir Path folder) throws IOException {
        server = ApiWiring.in(folder);
        JsonNode document =
                json.readTree(
                        server.send("GET", ApiDocument.PATH, Headers.none(), new byte[0]).body());
        schemas = new ApiSchema(document);
        requests =
                new ApiRequests(document, new ApiExamples(server), server.apiKey, new Random(SEED));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void noRequestBreaksTheApiAndEveryAnswerIsAsDocumented() throws IOException {
        System.out.println("ApiFuzzTest: -Dnameplate.fuzz.seed=" + SEED);
        for (int i = 0; i < REQUESTS; i++) {
            ApiRequests.Made made = requests.next();
            send(made, "request %d of seed %d: %s".formatted(i, SEED, made));
        }
        System.out.println("ApiFuzzTest: answers by status " + statuses);
        assertThat(statuses.keySet())
                .as("a generator that is only refused tries nothing")
                .contains(200, 201, 202, 400, 403, 404, 405);
    }

    @Test
    void noPlaceOfABodyBreaksTheApiWhateverIsPutThere() throws IOException {
        for (ApiRequests.Made made : requests.everyPlaceChanged().toList()) {
            send(made, made.toString());
        }
        System.out.println("ApiFuzzTest: every place of every example: " + statuses);
        assertThat(statuses.keySet()).contains(200, 201, 202, 400);
    }

    private void send(ApiRequests.Made made, String what) throws IOException {
        HttpResponse answer =
                server.send(made.method(), made.target(), made.headers(), made.body());
        statuses.merge(answer.status(), 1, Integer::sum);
        check(made, answer, what);
    }

    private void check(ApiRequests.Made made, HttpResponse answer, String what) throws IOException {
        assertThat(answer.status()).as(what).isBetween(200, 499);
        String type = answer.headers().first("Content-Type").orElse("");
        JsonNode documented =
                schemas.resolved(
                        made.operation()
                                .node()
                                .path("responses")
                                .path(Integer.toString(answer.status())));
        if (answer.status() >= 400) {
            assertThat(type).as(what).isEqualTo("application/problem+json");
            JsonNode problem = json.readTree(answer.body());
            assertThat(problem.path("status").intValue()).as(what).isEqualTo(answer.status());
            assertThat(problem.path("detail").asText()).as(what).isNotBlank();
        }
        // A path that was changed may be another call's, or nobody's.
        if (made.isDocumented()) {
            assertThat(documented.isMissingNode())
                    .as("status %d is not documented: %s", answer.status(), what)
                    .isFalse();
            JsonNode content = documented.path("content").path(type.split(";", -1)[0]);
            assertThat(answer.body().length == 0 || !content.isMissingNode())
                    .as("type %s is not documented: %s", type, what)
                    .isTrue();
            if (type.endsWith("json")) {
                assertThat(
                                schemas.differences(
                                        content.path("schema"), json.readTree(answer.body())))
                        .as(what + " answered " + new String(answer.body(), StandardCharsets.UTF_8))
                        .isEmpty();
            }
        }
    }
}
