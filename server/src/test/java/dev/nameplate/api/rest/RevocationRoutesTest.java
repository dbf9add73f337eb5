package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.wire.HttpResponse;

import java.util.List;

final class RevocationRoutesTest {
    private static final String PATH = "/v1/revocations";

    @StoreTest
    void itOnlyCountsUntilItIsToldToStartAndCanBeTakenBack(Database database) {
        RestScene scene = new RestScene(database);
        scene.request("a.example");
        scene.request("b.example");
        scene.features.settleCertificates();
        HttpResponse dry = scene.send(RestScene.KEY, "POST", PATH, "{\"issuer\": \"embedded\"}");
        assertThat(dry.status()).isEqualTo(200);
        JsonNode preview = RestScene.json(dry);
        assertThat(preview.path("certificates").intValue()).isEqualTo(2);
        assertThat(preview.path("issuers").path("embedded").intValue()).isEqualTo(2);
        assertThat(preview.path("reason").textValue()).isEqualTo("SUPERSEDED");
        assertThat(scene.get(PATH).path("revocations")).isEmpty();

        HttpResponse started =
                scene.send(
                        RestScene.KEY,
                        "POST",
                        PATH,
                        "{\"start\": true, \"issuer\": \"embedded\", \"reason\": \"cACompromise\"}");
        assertThat(started.status()).isEqualTo(202);
        String id = RestScene.json(started).path("id").textValue();
        JsonNode run = scene.get(PATH + "/" + id);
        assertThat(run.path("status").textValue()).isEqualTo("RUNNING");
        assertThat(run.path("reason").textValue()).isEqualTo("CA_COMPROMISE");
        assertThat(run.path("scope").path("issuer").textValue()).isEqualTo("embedded");
        assertThat(scene.send(RestScene.OTHER_KEY, "GET", PATH + "/" + id).status()).isEqualTo(404);
        assertThat(scene.send(RestScene.OTHER_KEY, "POST", PATH + "/" + id + "/cancel").status())
                .isEqualTo(404);
        assertThat(scene.send(RestScene.KEY, "POST", PATH + "/" + id + "/cancel").status())
                .isEqualTo(202);
        assertThat(scene.get(PATH).path("revocations").path(0).path("status").textValue())
                .isEqualTo("CANCELLED");
        assertThat(scene.send(RestScene.KEY, "POST", PATH + "/" + id + "/cancel").status())
                .isEqualTo(409);
    }

    @StoreTest
    void aScopeThatIsMissingOrWrongIsRefused(Database database) {
        RestScene scene = new RestScene(database);
        for (String body :
                List.of(
                        "{}",
                        "{\"start\": true}",
                        "{\"key\": \"abc\"}",
                        "{\"key\": 5}",
                        "{\"issuer\": \"Let's Encrypt\"}",
                        "{\"issuedFrom\": \"yesterday\"}",
                        "{\"issuedFrom\": \"2026-02-01T00:00:00Z\", \"issuedTo\": \"2026-01-01T00:00:00Z\"}",
                        "{\"issuer\": \"embedded\", \"reason\": \"certificateHold\"}",
                        "{\"isuer\": \"embedded\"}")) {
            assertThat(scene.send(RestScene.KEY, "POST", PATH, body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(scene.send(RestScene.KEY, "GET", PATH + "/nope").status()).isEqualTo(404);
    }
}
