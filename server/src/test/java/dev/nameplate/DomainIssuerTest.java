package dev.nameplate;

import static dev.nameplate.DomainScene.ONE;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.acm.model.KeyAlgorithm;

import java.time.Duration;

/// From whom a domain's certificate comes.
class DomainIssuerTest {
    private static String body(String template, String issuer) {
        return "{\"names\":[\"a.example.com\"],\"template\":{\"distribution\":\"%s\"},\"issuer\":%s}"
                .formatted(template, issuer);
    }

    @Test
    void theIssuersThatAreNamedAreAsked() {
        try (TestStore store = TestStore.sqlite()) {
            DomainScene scene = new DomainScene(store.database());
            String template = scene.template(ONE);
            scene.ask(ONE, "POST", "/v1/domains", body(template, "[\"embedded\"]"), 201);
            scene.run(Duration.ofMinutes(1));
            String arn =
                    scene.acm(ONE)
                            .listCertificates(request ->
                                    request.includes(
                                            filter -> filter.keyTypes(KeyAlgorithm.knownValues())))
                            .certificateSummaryList()
                            .getFirst()
                            .certificateArn();
            assertThat(
                            scene.acm(ONE)
                                    .listTagsForCertificate(request -> request.certificateArn(arn))
                                    .tags())
                    .anyMatch(tag ->
                            tag.key().equals(IssuerRules.TAG) && tag.value().equals("embedded"));
        }
    }

    @Test
    void unknownOnesAreRefusedAndImportsHaveTheirOwn() {
        try (TestStore store = TestStore.sqlite()) {
            DomainScene scene = new DomainScene(store.database());
            String template = scene.template(ONE);
            JsonNode refused =
                    scene.ask(ONE, "POST", "/v1/domains", body(template, "[\"nobody\"]"), 400);
            assertThat(refused.get("errors").get(0).get("field").textValue()).isEqualTo("issuer");
            assertThat(refused.get("detail").textValue()).contains("There is no issuer 'nobody'");
            JsonNode imported =
                    scene.ask(
                            ONE,
                            "POST",
                            "/v1/domains",
                            "{\"import\":{},\"issuer\":[\"embedded\"],\"template\":{\"distribution\":\"%s\"}}"
                                    .formatted(template),
                            400);
            assertThat(imported.get("detail").textValue()).contains("leave out issuer or import");
        }
    }
}
