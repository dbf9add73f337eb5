package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.wire.HttpResponse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

final class CertificateRoutesTest {

    @StoreTest
    void pagesLeadThroughAllCertificatesOfTheAccountOldestFirst(Database database) {
        var scene = new RestScene(database);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Region region = i % 2 == 0 ? Region.US_EAST_1 : new Region("eu-west-1");
            made.add(scene.request(region, "n" + i + ".example").id().toString());
            scene.features.clock.advance(Duration.ofMillis(1));
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = scene.get("/v1/certificates?limit=2" + cursor);
            page.path("certificates").forEach(each -> listed.add(each.path("id").textValue()));
            cursor = page.has("cursor") ? "&cursor=" + page.path("cursor").textValue() : "";
        } while (!cursor.isEmpty());

        assertThat(listed).isEqualTo(made);
        JsonNode others =
                RestScene.json(scene.send(RestScene.OTHER_KEY, "GET", "/v1/certificates"));
        assertThat(others.path("certificates")).isEmpty();
    }

    @StoreTest
    void listIsNarrowedByRegionStateAndName(Database database) {
        var scene = new RestScene(database);
        scene.request("a.example", "b.example");
        scene.request(new Region("eu-west-1"), "b.example");

        assertThat(scene.get("/v1/certificates?name=b.example").path("certificates")).hasSize(2);
        assertThat(
                        scene.get("/v1/certificates?name=B.example&region=us-east-1")
                                .path("certificates"))
                .hasSize(1);
        assertThat(scene.get("/v1/certificates?state=issued").path("certificates")).isEmpty();
        assertThat(scene.get("/v1/certificates?state=pending").path("certificates")).hasSize(2);
        assertThat(scene.get("/v1/certificates?state=PENDING_VALIDATION").path("certificates"))
                .hasSize(2);
        assertThat(scene.get("/v1/certificates?state=VALIDATION_TIMED_OUT").path("certificates"))
                .isEmpty();
    }

    @StoreTest
    void oneCertificateTellsTheRecordOfEachName(Database database) {
        var scene = new RestScene(database);
        Certificate certificate = scene.request("a.example");

        JsonNode answer = scene.get("/v1/certificates/" + certificate.id());

        assertThat(answer.path("state").textValue()).isEqualTo("PENDING");
        JsonNode proof = answer.path("proofs").path(0);
        assertThat(proof.path("record").path("name").textValue())
                .isEqualTo(certificate.proofs().getFirst().record().name());
        assertThat(proof.path("nextLook").textValue())
                .isEqualTo(scene.features.clock.instant().toString());
    }

    @StoreTest
    void checkNowBringsTheNextLookForward(Database database) {
        var scene = new RestScene(database);
        scene.features.recordsAreShown(false);
        Certificate certificate = scene.request("a.example");
        scene.features.advanceCertificates();
        scene.features.clock.advance(Duration.ofMinutes(30).plusSeconds(20));
        scene.features.advanceCertificates();
        String path = "/v1/certificates/" + certificate.id();
        scene.features.recordsAreShown(true);

        HttpResponse tooSoon = scene.send(RestScene.KEY, "POST", path + "/check");
        assertThat(tooSoon.status()).isEqualTo(429);
        assertThat(tooSoon.headers().first("Retry-After")).hasValue("5");

        scene.features.clock.advance(Duration.ofSeconds(5));
        scene.features.advanceCertificates();
        assertThat(scene.get(path).path("state").textValue()).isEqualTo("PENDING");
        assertThat(scene.send(RestScene.KEY, "POST", path + "/check").status()).isEqualTo(202);
        scene.features.settleCertificates();
        assertThat(scene.get(path).path("state").textValue()).isEqualTo("ISSUED");

        scene.features.clock.advance(Duration.ofSeconds(5));
        assertThat(scene.send(RestScene.KEY, "POST", path + "/check").status()).isEqualTo(409);
    }

    @StoreTest
    void whatIsWrongIsSaidAsAProblem(Database database) {
        var scene = new RestScene(database);
        Certificate certificate = scene.request("a.example");

        assertProblem(scene.send("guessed", "GET", "/v1/certificates"), 403, "x-api-key");
        assertProblem(
                scene.send(RestScene.OTHER_KEY, "GET", "/v1/certificates/" + certificate.id()),
                404,
                "there is no certificate");
        assertProblem(
                scene.send(RestScene.KEY, "GET", "/v1/certificates/%00"), 404, "no certificate");
        assertProblem(scene.send(RestScene.KEY, "GET", "/v1/elsewhere"), 404, "nothing at");
        assertProblem(scene.send(RestScene.KEY, "PUT", "/v1/certificates"), 405, "takes GET");
        assertProblem(
                scene.send(RestScene.KEY, "GET", "/v1/certificates?limit=0"), 400, "limit must be");
        assertProblem(
                scene.send(RestScene.KEY, "GET", "/v1/certificates?cursor=x"),
                400,
                "cursor: it is not");
        assertProblem(
                scene.send(RestScene.KEY, "GET", "/v1/certificates?name=no_name"), 400, "name: ");
        assertProblem(
                scene.send(RestScene.KEY, "GET", "/v1/certificates?state=FOO"),
                400,
                "state: it must be PENDING");
        assertProblem(
                scene.send(RestScene.KEY, "GET", "/v1/certificates?sate=ISSUED"),
                400,
                "no query parameter sate here; this call takes region, state, name, limit, cursor");
        assertProblem(
                scene.send(RestScene.KEY, "GET", "/v1/certificates?state=ISSUED&stat%65=PENDING"),
                400,
                "state is given more than once");
        assertProblem(scene.send(RestScene.KEY, "GET", "/v1/quarantine?all"), 400, "takes none");
    }

    private static void assertProblem(HttpResponse response, int status, String detail) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().first("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = RestScene.json(response);
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("type").textValue()).isEqualTo("about:blank");
        assertThat(problem.path("detail").textValue()).contains(detail);
    }
}
