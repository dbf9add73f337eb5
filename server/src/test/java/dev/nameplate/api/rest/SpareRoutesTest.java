package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.wire.HttpResponse;

import java.util.List;

final class SpareRoutesTest {
    @StoreTest
    void itIsShownChosenAndOfItsAccountAlone(Database database) {
        RestScene scene = new RestScene(database);
        Certificate certificate = scene.request("a.example");
        String path = "/v1/certificates/" + certificate.id() + "/spare";
        assertThat(scene.get(path).path("state").textValue()).isEqualTo("NONE");
        for (String body :
                List.of(
                        "{\"issuers\": [\"nobody\"]}",
                        "{\"issuers\": \"embedded\"}",
                        "{\"a\": 1}")) {
            assertThat(scene.send(RestScene.KEY, "POST", path, body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        HttpResponse chosen =
                scene.send(RestScene.KEY, "POST", path, "{\"issuers\": [\"embedded\"]}");
        assertThat(chosen.status()).isEqualTo(202);
        JsonNode shown = scene.get("/v1/certificates/" + certificate.id()).path("spare");
        assertThat(shown.path("chosen").path(0).textValue()).isEqualTo("embedded");
        assertThat(shown.path("state").textValue()).isEqualTo("RESTING");
        assertThat(scene.send(RestScene.KEY, "POST", path, "{}").status()).isEqualTo(202);
        assertThat(scene.get(path).has("chosen")).isFalse();

        HttpResponse refused = scene.send(RestScene.KEY, "POST", path + "/switch");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(RestScene.json(refused).path("detail").textValue()).contains("is not issued");
        scene.features.settleCertificates();
        assertThat(
                        RestScene.json(scene.send(RestScene.KEY, "POST", path + "/switch"))
                                .path("detail")
                                .textValue())
                .contains("has no spare");
        assertThat(scene.send(RestScene.OTHER_KEY, "GET", path).status()).isEqualTo(404);
        assertThat(scene.send(RestScene.OTHER_KEY, "POST", path, "{}").status()).isEqualTo(404);
    }
}
