package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.wire.HttpResponse;

import java.util.stream.StreamSupport;

final class RenewalRoutesTest {

    @StoreTest
    void theCalendarCountsByDayOrHour(Database database) {
        RestScene scene = new RestScene(database);
        issued(scene, "a.example");
        Certificate used = issued(scene, "b.example");
        use(scene, used);

        JsonNode days = scene.get("/v1/renewals?days=200");
        assertThat(days.path("days")).hasSize(200);
        assertThat(sum(days.path("days"), "renewals")).isEqualTo(1);
        assertThat(sum(days.path("days"), "ends")).isEqualTo(1);
        assertThat(days.path("soonestEnd").textValue()).startsWith("2026-0");
        assertThat(scene.get("/v1/renewals?by=hour&hours=5").path("hours")).hasSize(5);
        assertThat(scene.send(RestScene.KEY, "GET", "/v1/renewals?by=week").status())
                .isEqualTo(400);
        JsonNode others =
                RestScene.json(scene.send(RestScene.OTHER_KEY, "GET", "/v1/renewals?days=200"));
        assertThat(sum(others.path("days"), "renewals")).isZero();
    }

    @StoreTest
    void aDrillOnlyComputesUntilItIsToldToStart(Database database) {
        RestScene scene = new RestScene(database);
        issued(scene, "a.example");
        issued(scene, "b.example");
        HttpResponse dry = scene.send(RestScene.KEY, "POST", "/v1/renewals/drill");
        assertThat(dry.status()).isEqualTo(200);
        JsonNode estimate = RestScene.json(dry);
        assertThat(estimate.path("certificates").intValue()).isEqualTo(2);
        assertThat(estimate.path("rate").path("perSecond").intValue()).isEqualTo(100);
        assertThat(estimate.path("rate").path("from").textValue()).isEqualTo("configured");
        assertThat(estimate.path("takesSeconds").intValue()).isEqualTo(1);
        assertThat(estimate.path("finishesAt").textValue())
                .isEqualTo(scene.features.clock.instant().plusMillis(20).toString());
        assertThat(scene.get("/v1/renewals/drill").path("runs")).isEmpty();

        HttpResponse started =
                scene.send(
                        RestScene.KEY,
                        "POST",
                        "/v1/renewals/drill",
                        "{\"start\": true, \"keyAlgorithm\": \"EC_P256\"}");
        assertThat(started.status()).isEqualTo(202);
        JsonNode run = scene.get("/v1/renewals/drill").path("runs").path(0);
        assertThat(run.path("id").textValue())
                .isEqualTo(RestScene.json(started).path("id").textValue());
        assertThat(run.path("waiting").intValue()).isEqualTo(2);
        assertThat(run.path("finished").booleanValue()).isFalse();

        HttpResponse again =
                scene.send(
                        RestScene.KEY,
                        "POST",
                        "/v1/renewals/drill",
                        "{\"start\": true, \"keyAlgorithm\": \"EC_prime256v1\"}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(RestScene.json(again).path("detail").textValue())
                .contains(run.path("id").textValue());
        assertThat(scene.get("/v1/renewals/drill").path("runs")).hasSize(1);
        assertThat(
                        scene.send(
                                        RestScene.KEY,
                                        "POST",
                                        "/v1/renewals/drill",
                                        "{\"start\": true, \"keyAlgorithm\": \"RSA_2048\"}")
                                .status())
                .isEqualTo(202);
    }

    @StoreTest
    void aDrillRefusesWhatItDoesNotKnow(Database database) {
        RestScene scene = new RestScene(database);
        for (String body :
                new String[] {
                    "{\"strat\": true}",
                    "{\"start\": \"yes\"}",
                    "{\"keyAlgorithm\": \"ROT13\"}",
                    "{\"issuedFrom\": \"yesterday\"}",
                    "{\"issuedTo\": \"+1000000000-12-31T23:59:59Z\"}",
                    "{\"issuedFrom\": \"2026-02-01T00:00:00Z\", \"issuedTo\": \"2026-01-01T00:00:00Z\"}",
                    "[]"
                }) {
            HttpResponse refused = scene.send(RestScene.KEY, "POST", "/v1/renewals/drill", body);
            assertThat(refused.status()).as(body).isEqualTo(400);
        }
    }

    @StoreTest
    void quotasTellWhatIsUsedAndWhenASlotComesFree(Database database) {
        RestScene scene = new RestScene(database);
        scene.request("a.example");
        JsonNode quotas = scene.get("/v1/quotas");
        JsonNode yearly =
                StreamSupport.stream(quotas.path("quotas").spliterator(), false)
                        .filter(each ->
                                each.path("kind").textValue().equals("ACM_CERTIFICATES_YEARLY"))
                        .findFirst()
                        .orElseThrow();
        assertThat(yearly.path("used").intValue()).isEqualTo(1);
        assertThat(yearly.path("limit").intValue()).isEqualTo(2_000_000);
        assertThat(yearly.path("oldestSlotFreesAt").textValue())
                .isEqualTo(scene.features.clock.instant().plusSeconds(365 * 86_400L).toString());
        JsonNode zones = quotas.path("quotas").path(quotas.path("quotas").size() - 1);
        assertThat(zones.path("kind").textValue()).isEqualTo("DNS_ZONES");
        assertThat(zones.path("used").intValue()).isZero();
        assertThat(zones.path("limit").intValue()).isEqualTo(1000);
        assertThat(
                        scene.get("/v1/quotas?region=eu-west-1")
                                .path("quotas")
                                .path(0)
                                .path("used")
                                .intValue())
                .isZero();
    }

    @StoreTest
    void theQuarantineTellsWhyToTheOwnerAlone(Database database) {
        RestScene scene = new RestScene(database);
        Certificate bad = issued(scene, "a.example");
        database.write(write ->
                write.handle()
                        .execute(
                                "UPDATE certificate_material SET chain = ? WHERE certificate_id = ?",
                                new byte[] {1},
                                bad.id().toString()));
        boolean served =
                database.read(handle ->
                        scene.features.certificates.material(handle, bad.id()).isPresent());
        assertThat(served).isFalse();
        JsonNode entry = scene.get("/v1/quarantine").path("certificates").path(0);
        assertThat(entry.path("id").textValue()).isEqualTo(bad.id().toString());
        assertThat(entry.path("reason").textValue()).contains("does not parse");
        assertThat(
                        RestScene.json(scene.send(RestScene.OTHER_KEY, "GET", "/v1/quarantine"))
                                .path("certificates"))
                .isEmpty();
    }

    private static long sum(JsonNode slots, String member) {
        return StreamSupport.stream(slots.spliterator(), false)
                .mapToLong(slot -> slot.path(member).longValue())
                .sum();
    }

    private static Certificate issued(RestScene scene, String name) {
        Certificate asked = scene.request(name);
        scene.features.settleCertificates();
        return asked;
    }

    private static void use(RestScene scene, Certificate certificate) {
        scene.features.database.write(write -> {
            scene.features.certificates.use(write, certificate.id(), "distribution/E1");
            return write;
        });
    }
}
