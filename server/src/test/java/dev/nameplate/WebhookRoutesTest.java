package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// `/v1/webhooks` through the doors as they are wired; that every answer is as documented is tried elsewhere.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebhookRoutesTest {
    private static final String ROOT = "/v1/webhooks";

    private final JsonMapper json = new JsonMapper();
    private ApiWiring server;

    @BeforeAll
    void start(@TempDir Path folder) {
        server = ApiWiring.in(folder);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aSecretIsShownAtItsMakingOnly() throws IOException {
        JsonNode made = made("{\"url\": \"https://hooks.example.com/a\"}");
        String one = ROOT + "/" + made.path("id").asText();

        assertThat(made.path("secret").asText()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(made.path("events")).hasSize(12);
        assertThat(text(server.send("GET", one, ""))).doesNotContain("whsec_");
        assertThat(text(server.send("GET", ROOT, "")))
                .contains(made.path("id").asText())
                .doesNotContain("whsec_");
        JsonNode rotated = body(server.send("POST", one + "/rotate-secret", ""));
        assertThat(rotated.path("secret").asText())
                .startsWith("whsec_")
                .isNotEqualTo(made.path("secret").asText());
        assertThat(rotated.path("previousSecretUntil").asText()).isNotEmpty();
    }

    @Test
    void aTestWaitsToBeSentAndIsNotReplayedMeanwhile() throws IOException {
        JsonNode made =
                made("{\"url\": \"https://hooks.example.com/b\", \"events\": [\"entry.failed\"]}");
        String one = ROOT + "/" + made.path("id").asText();

        HttpResponse sent = server.send("POST", one + "/test", "");
        assertThat(sent.status()).isEqualTo(202);
        String delivery = body(sent).path("id").asText();
        assertThat(delivery).startsWith("msg_");
        assertThat(
                        body(server.send("GET", one + "/deliveries?state=PENDING", ""))
                                .path("deliveries")
                                .path(0)
                                .path("id")
                                .asText())
                .isEqualTo(delivery);
        assertThat(body(server.send("GET", one + "/deliveries?state=DEAD", "")).path("deliveries"))
                .isEmpty();
        assertThat(server.send("POST", one + "/deliveries/" + delivery + "/replay", "").status())
                .isEqualTo(409);
        assertThat(server.send("POST", one + "/deliveries/msg_0/replay", "").status())
                .isEqualTo(404);
        assertThat(
                        body(server.send("GET", one + "/deliveries/" + delivery, ""))
                                .path("state")
                                .asText())
                .isEqualTo("PENDING");
        assertThat(server.send("GET", one + "/deliveries/msg_0", "").status()).isEqualTo(404);
        assertThat(body(server.send("POST", one + "/replay", "")).path("replayed").asInt())
                .as("given up")
                .isZero();
        assertThat(server.send("POST", one + "/replay", "{\"since\":\"yesterday\"}").status())
                .isEqualTo(400);
    }

    @Test
    void itIsChangedDisabledAndDeleted() throws IOException {
        JsonNode made = made("{\"url\": \"https://hooks.example.com/c\"}");
        String one = ROOT + "/" + made.path("id").asText();

        JsonNode changed =
                body(
                        server.send(
                                "PATCH",
                                one,
                                "{\"state\": \"DISABLED\", \"events\": [\"job.done\"]}"));
        assertThat(changed.path("state").asText()).isEqualTo("DISABLED");
        assertThat(changed.path("url").asText()).isEqualTo("https://hooks.example.com/c");
        assertThat(changed.path("events")).hasSize(1);
        assertThat(server.send("POST", one + "/test", "").status()).isEqualTo(409);
        assertThat(server.send("DELETE", one, "").status()).isEqualTo(200);
        assertThat(server.send("GET", one, "").status()).isEqualTo(404);
    }

    @Test
    void wrongInputIsRefusedByField() throws IOException {
        refused("{}", "exactly one of url, email and topicArn");
        refused("{\"url\": \"https://a.example\", \"email\": \"a@b.example\"}", "exactly one");
        refused("{\"url\": \"http://hooks.example.com/\"}", "https://");
        refused("{\"url\": \"https://127.0.0.1/\"}", "inside this network");
        refused("{\"url\": \"https://169.254.169.254/\"}", "inside this network");
        refused("{\"url\": 1}", "must be a string");
        refused("{\"email\": \"a@b.example\"}", "notifications.smtp.host");
        refused("{\"topicArn\": \"arn:aws:sns:eu-west-1:123456789012:x\"}", "notifications.sns");
        refused("{\"url\": \"https://a.example\", \"event\": []}", "no member event");
        refused("{\"url\": \"https://a.example\", \"events\": [\"x\"]}", "events[0]");
        refused("{\"url\": \"https://a.example\", \"events\": []}", "list of words");
    }

    @Test
    void nobodyElseSeesIt() throws IOException {
        JsonNode made = made("{\"url\": \"https://hooks.example.com/d\"}");

        assertThat(
                        server.send(
                                        "GET",
                                        ROOT + "/" + made.path("id").asText(),
                                        Headers.of("x-api-key", "other"),
                                        new byte[0])
                                .status())
                .isEqualTo(403);
    }

    private void refused(String body, String saying) throws IOException {
        HttpResponse answer = server.send("POST", ROOT, body);
        assertThat(answer.status()).as(body).isEqualTo(400);
        assertThat(text(answer)).contains(saying);
    }

    private JsonNode made(String body) throws IOException {
        HttpResponse answer = server.send("POST", ROOT, body);
        assertThat(answer.status()).as(text(answer)).isEqualTo(201);
        return body(answer);
    }

    private JsonNode body(HttpResponse answer) throws IOException {
        return json.readTree(answer.body());
    }

    private static String text(HttpResponse answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
