package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.wire.HttpResponse;

import java.nio.charset.StandardCharsets;

final class ImportRoutesTest {
    private static JsonNode check(RestScene scene, ObjectNode body) {
        HttpResponse response =
                scene.send(RestScene.KEY, "POST", "/v1/import-check", body.toString());
        assertThat(response.status()).isEqualTo(200);
        return RestScene.json(response);
    }

    private static ObjectNode body(TestCa.Issued issued) {
        return Json.object()
                .put("certificate", text(issued.certificatePem()))
                .put("privateKey", text(issued.privateKeyPem()))
                .put("chain", text(issued.chainPem()));
    }

    @StoreTest
    void aGoodImportIsUsableAndNothingIsStored(Database database) {
        var scene = new RestScene(database);
        TestCa.Issued issued = new TestCa(scene.features.clock.instant()).issue("shop.example.com");

        JsonNode card = check(scene, body(issued));

        assertThat(card.path("usable").booleanValue()).isTrue();
        assertThat(card.path("certificate").path("names").path(0).textValue())
                .isEqualTo("shop.example.com");
        assertThat(card.path("certificate").path("keyAlgorithm").textValue()).isEqualTo("EC_P256");
        assertThat(card.path("findings")).hasSize(1);
        assertThat(card.path("findings").path(0).path("id").textValue()).isEqualTo("chain-root");
        assertThat(scene.get("/v1/certificates").path("certificates")).isEmpty();
        assertThat(
                        database.<Integer>read(handle ->
                                handle.createQuery("SELECT COUNT(*) FROM import_fingerprint")
                                        .mapTo(Integer.class)
                                        .one()))
                .isZero();
    }

    @StoreTest
    void everythingWrongIsToldAtOnceWithoutTheKey(Database database) {
        var scene = new RestScene(database);
        TestCa ca = new TestCa(scene.features.clock.instant());
        TestCa.Issued issued = ca.issue("shop.example.com");
        ObjectNode body =
                body(issued).put("privateKey", text(ca.issue("b.example").privateKeyPem()));
        body.putArray("names").add("SHOP.example.com").add("www.example.com");
        body.put("chain", "no PEM");

        JsonNode card = check(scene, body);

        assertThat(card.path("usable").booleanValue()).isFalse();
        assertThat(card.path("findings").findValuesAsText("id"))
                .containsExactly("key-matches", "chain-parses", "names-wanted");
        assertThat(card.path("findings").path(0).path("message").textValue())
                .isEqualTo("The private key does not match the public key of the certificate.");
        assertThat(card.path("findings").path(2).path("detail").textValue())
                .isEqualTo("www.example.com");
        assertThat(card.toString()).doesNotContain("PRIVATE KEY");
    }

    @StoreTest
    void whatTheAccountHasAlreadyIsTold(Database database) {
        var scene = new RestScene(database);
        TestCa.Issued issued = new TestCa(scene.features.clock.instant()).issue("shop.example.com");
        scene.features.importCertificate(
                new AccountId(TestFeatures.ACCOUNT), Region.US_EAST_1, issued);

        assertThat(check(scene, body(issued)).path("findings").findValuesAsText("id"))
                .contains("duplicate");
    }

    @StoreTest
    void emptyTextsMakeACardToo(Database database) {
        var scene = new RestScene(database);

        JsonNode card = check(scene, Json.object().put("certificate", "").put("privateKey", ""));

        assertThat(card.path("findings").findValuesAsText("id"))
                .containsExactly("certificate-parses", "key-parses");
    }

    @StoreTest
    void whatIsMissingOrUnknownIsNamed(Database database) {
        var scene = new RestScene(database);
        refused(scene, "{}", "certificate is missing");
        refused(scene, "{\"certificate\": \"\"}", "privateKey is missing");
        refused(scene, "{\"certificate\": \"\", \"privateKey\": 7}", "privateKey must be PEM");
        refused(
                scene,
                "{\"certificate\": \"\", \"privateKey\": \"\", \"certificateChain\": \"\"}",
                "there is no member certificateChain; the body may have certificate, privateKey, chain, names");
    }

    private static void refused(RestScene scene, String body, String detail) {
        HttpResponse response = scene.send(RestScene.KEY, "POST", "/v1/import-check", body);
        assertThat(response.status()).as(body).isEqualTo(400);
        assertThat(RestScene.json(response).path("detail").textValue()).contains(detail);
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }
}
