package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// The issuers of a certificate, shown and changed.
final class CertificateIssuerRoutesTest {
    private final TestStore store = TestStore.sqlite();
    private final RestScene scene = new RestScene(store.database(), settings());

    private static CertificateSettings settings() {
        Map<IssuerName, Issuer.ProofForm> forms = new LinkedHashMap<>();
        forms.put(IssuerName.EMBEDDED, Issuer.ProofForm.ACM_RECORD);
        forms.put(new IssuerName("le"), Issuer.ProofForm.ACME_CHALLENGE);
        DomainName suffix = new DomainName(TestFeatures.SUFFIX);
        return new CertificateSettings(
                TestFeatures.SUFFIX,
                CertificateSettings.DEFAULT_VALIDATION_TIME,
                NamePolicy.standard(suffix),
                Quotas.Limits.STANDARD,
                new IssuerRules(forms, IssuerChoice.EMBEDDED, Map.of()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private HttpResponse put(Certificate certificate, String query, String body, String... key) {
        Headers headers = Headers.of("x-api-key", RestScene.KEY);
        if (key.length > 0) {
            headers = headers.with("Idempotency-Key", key[0]);
        }
        return scene.api.handle(
                new HttpRequest(
                        "PUT",
                        "/v1/certificates/" + certificate.id() + "/issuer",
                        query,
                        headers,
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String to(String... issuers) {
        return "{\"issuer\": [\"" + String.join("\", \"", issuers) + "\"]}";
    }

    private static JsonNode ok(HttpResponse answer, int status) {
        assertThat(answer.status())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
        return RestScene.json(answer);
    }

    @Test
    void aCertificateTellsItsIssuersAndWhoSignedWhatIsServed() {
        Certificate certificate = scene.request("a.example");
        JsonNode pending = scene.get("/v1/certificates/" + certificate.id()).path("issuance");
        assertThat(pending.path("issuer").toString()).isEqualTo("[\"embedded\"]");
        assertThat(pending.path("turn").textValue()).isEqualTo("embedded");
        assertThat(pending.has("issuedBy")).isFalse();
        assertThat(pending.path("nextLook").textValue())
                .isEqualTo(scene.features.clock.instant().toString());
        scene.features.settleCertificates();
        JsonNode issued = scene.get("/v1/certificates/" + certificate.id()).path("issuance");
        assertThat(issued.path("issuedBy").textValue()).isEqualTo("embedded");
        assertThat(issued.path("servedBy").textValue()).isEqualTo("embedded");
        assertThat(issued.has("nextLook")).isFalse();
    }

    @Test
    void aMoveSaysWhatTheDnsLacksAndIsSeenInTheCertificate() {
        Certificate certificate = scene.request("a.example");
        scene.features.settleCertificates();
        scene.features.recordsAreShown(false);

        JsonNode judged = ok(put(certificate, "dryRun=true", to("le", "embedded")), 200);
        assertThat(judged.path("changed").booleanValue()).isFalse();
        assertThat(judged.path("records").path(0).path("name").textValue())
                .isEqualTo("_acme-challenge.a.example.");
        assertThat(judged.path("certificate").path("issuance").path("issuer"))
                .extracting(JsonNode::textValue)
                .containsExactly("embedded");

        JsonNode moved = ok(put(certificate, "", to("le", "embedded"), "k1"), 202);
        assertThat(moved.path("changed").booleanValue()).isTrue();
        assertThat(moved.path("reissued").booleanValue()).isTrue();
        assertThat(moved.path("records")).hasSize(1);
        JsonNode name = moved.path("names").path(0);
        assertThat(name.path("proven").booleanValue()).isFalse();
        assertThat(name.path("diagnosis").path("actor").textValue()).isEqualTo("NAME_OWNER");
        JsonNode shown = scene.get("/v1/certificates/" + certificate.id());
        assertThat(shown.path("state").textValue()).isEqualTo("ISSUED");
        assertThat(shown.path("issuance").path("turn").textValue()).isEqualTo("le");
        assertThat(shown.path("issuance").path("issuedBy").textValue()).isEqualTo("embedded");
        assertThat(shown.path("issuance").path("nextLook").textValue())
                .isEqualTo(scene.features.clock.instant().toString());

        scene.features.recordsAreShown(true);
        JsonNode again = ok(put(certificate, "", to("le", "embedded")), 200);
        assertThat(again.path("changed").booleanValue()).isFalse();
        assertThat(again.path("records")).isEmpty();
        JsonNode repeated = ok(put(certificate, "", to("le", "embedded"), "k1"), 202);
        assertThat(repeated.path("changed").booleanValue()).isTrue();
        assertThat(repeated.path("reissued").booleanValue()).isTrue();
        assertThat(put(certificate, "", to("embedded"), "k1").status()).isEqualTo(422);
        assertThat(put(certificate, "", to("embedded"), "k 1").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"issuer\": [\"nobody\"]}            | There is no issuer 'nobody'. Configured are embedded, le.",
                "{\"issuer\": [\"le\", \"le\"]}        | named twice",
                "{\"issuer\": []}                      | must be a list",
                "{\"issuer\": \"le\"}                  | must be a list",
                "{\"issuer\": [1]}                     | must be a list",
                "{}                                    | must be a list",
                "{\"issuers\": [\"le\"]}               | there is no member issuers",
            })
    void whatIsNotAListOfIssuersIsRefused(String body, String words) {
        Certificate certificate = scene.request("a.example");
        HttpResponse answer = put(certificate, "", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers().first("Content-Type")).contains("application/problem+json");
        assertThat(RestScene.json(answer).path("detail").textValue()).contains(words);
        JsonNode shown = scene.get("/v1/certificates/" + certificate.id()).path("issuance");
        assertThat(shown.path("turn").textValue()).isEqualTo("embedded");
    }

    @Test
    void anImportHasNoIssuersAndIsNotMoved() {
        Certificate imported =
                scene.features.importCertificate(
                        new AccountId(TestFeatures.ACCOUNT),
                        Region.US_EAST_1,
                        scene.features.trustedCa().issue("import.example"));
        assertThat(scene.get("/v1/certificates/" + imported.id()).has("issuance")).isFalse();
        for (String query : new String[] {"", "dryRun=true"}) {
            HttpResponse answer = put(imported, query, to("le"));
            assertThat(answer.status()).isEqualTo(409);
            assertThat(RestScene.json(answer).path("detail").textValue())
                    .contains("was imported: it comes from whoever issued it");
        }
    }

    @Test
    void anotherAccountsCertificateIsNotThere() {
        Certificate certificate = scene.request("a.example");
        HttpResponse answer =
                scene.send(
                        RestScene.OTHER_KEY,
                        "PUT",
                        "/v1/certificates/" + certificate.id() + "/issuer",
                        to("le"));
        assertThat(answer.status()).isEqualTo(404);
    }
}
