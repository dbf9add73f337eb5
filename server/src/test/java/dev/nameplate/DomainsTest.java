package dev.nameplate;

import static dev.nameplate.DomainScene.ONE;
import static dev.nameplate.DomainScene.TWO;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.Tag;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One call on-boards a customer, one takes them off again.
@Tag("slow")
class DomainsTest {
    @StoreTest
    void oneCallBringsADomainToBeServedAndSaysWhatItsOwnerSets(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.features.recordsAreShown(false);
        String template = scene.template(ONE);

        JsonNode begun = scene.onboard(ONE, template, "shop.example.com", "www.shop.example.com");
        assertThat(begun.get("state").textValue()).isEqualTo("PREPARING");
        assertThat(begun.get("nextStepBy").textValue()).isEqualTo("SERVER");
        scene.run(Duration.ofMinutes(1));

        JsonNode waiting = scene.domain(ONE, "shop.example.com");
        assertThat(waiting.get("state").textValue()).isEqualTo("WAITING_FOR_PROOF");
        assertThat(waiting.get("nextStepBy").textValue()).isEqualTo("DOMAIN_OWNER");
        assertThat(waiting.has("nextLook")).isTrue();
        assertThat(waiting.get("records"))
                .extracting(record -> record.get("purpose").textValue())
                .containsExactly("PROOF", "PROOF", "TRAFFIC", "TRAFFIC");
        assertThat(
                        scene.ask(ONE, "GET", "/v1/domains/shop.example.com/dns", "", 200)
                                .get("records"))
                .hasSize(4)
                .allMatch(record -> !record.get("shown").booleanValue());

        scene.features.recordsAreShown(true);
        scene.run(Duration.ofMinutes(30));
        JsonNode served = scene.domain(ONE, "WWW.Shop.Example.COM");
        assertThat(served.get("state").textValue()).isEqualTo("SERVED");
        assertThat(served.get("nextStepBy").textValue()).isEqualTo("NOBODY");
        assertThat(scene.serving("www.shop.example.com"))
                .hasValueSatisfying(clone -> assertThat(clone.config().certificate()).isPresent());
        assertThat(scene.domain(ONE, served.get("id").textValue())).isEqualTo(served);
        assertThat(scene.ask(ONE, "GET", "/v1/domains", "", 200).get("domains")).hasSize(1);
        assertThat(scene.ask(TWO, "GET", "/v1/domains", "", 200).get("domains")).isEmpty();
        scene.ask(TWO, "GET", "/v1/domains/shop.example.com", "", 404);
        scene.ask(TWO, "GET", "/v1/domains/" + served.get("id").textValue(), "", 404);
    }

    @StoreTest
    void offBoardingTakesAwayWhatOnBoardingMadeAndNothingElse(Database database) {
        DomainScene scene = new DomainScene(database);
        String template = scene.template(ONE);
        scene.serve(ONE, template, "stays.example.com");
        scene.serve(ONE, template, "goes.example.com");

        JsonNode going = scene.ask(ONE, "DELETE", "/v1/domains/goes.example.com", "", 202);
        assertThat(going.get("state").textValue()).isEqualTo("REMOVING");
        assertThat(going.get("records")).isEmpty();
        scene.run(Duration.ofMinutes(10));

        scene.ask(ONE, "GET", "/v1/domains/goes.example.com", "", 404);
        scene.ask(ONE, "DELETE", "/v1/domains/goes.example.com", "", 404);
        assertThat(scene.serving("goes.example.com")).isEmpty();
        assertThat(scene.serving("stays.example.com")).isPresent();
        assertThat(scene.distributions(ONE)).hasSize(2);
        assertThat(scene.certificates(ONE)).hasSize(1);
        assertThat(scene.events(ONE, "goes.example.com"))
                .containsExactlyInAnyOrder("ONBOARDING_BEGAN", "OFF_BOARDING_BEGAN", "REMOVED");
        scene.serve(ONE, template, "goes.example.com");
    }

    /// The process ends after every round, and the order comes at another moment each time.
    @StoreTest
    void offBoardingWorksAtEveryMomentAndAfterEveryPowerCut(Database database) {
        DomainScene scene = new DomainScene(database);
        String template = scene.template(ONE);
        for (int moment = 0; moment < 8; moment++) {
            String name = "n" + moment + ".example.com";
            scene.features.recordsAreShown(moment % 2 == 0);
            scene.onboard(ONE, template, name);
            for (int i = 0; i < moment; i++) {
                scene.restart();
                scene.run(Duration.ofMillis(300));
            }
            scene.restart();
            scene.ask(ONE, "DELETE", "/v1/domains/" + name, "", 202);
            for (int i = 0; i < 4; i++) {
                scene.restart();
                scene.run(Duration.ofSeconds(20));
            }
            assertThat(scene.distributions(ONE)).as(name).hasSize(1);
            assertThat(scene.certificates(ONE)).as(name).isEmpty();
            scene.ask(ONE, "GET", "/v1/domains/" + name, "", 404);
        }
    }

    @StoreTest
    void aRequestRepeatedUnderItsKeyMakesOneDomain(Database database) {
        DomainScene scene = new DomainScene(database);
        String body = DomainScene.body(scene.template(ONE), "a.example.com");
        HttpResponse first = scene.call(ONE, "POST", "/v1/domains", body, "Idempotency-Key", "k");
        HttpResponse again = scene.call(ONE, "POST", "/v1/domains", body, "Idempotency-Key", "k");
        assertThat(DomainScene.json(again).get("id")).isEqualTo(DomainScene.json(first).get("id"));
        assertThat(again.headers().first("Location"))
                .contains("/v1/domains/" + DomainScene.json(first).get("id").textValue());
        assertThat(
                        scene.call(
                                        ONE,
                                        "POST",
                                        "/v1/domains",
                                        body.replace("a.ex", "b.ex"),
                                        "Idempotency-Key",
                                        "k")
                                .status())
                .isEqualTo(422);
        assertThat(scene.ask(ONE, "POST", "/v1/domains", body, 409).get("detail").textValue())
                .contains("on-boarded already");
    }

    @StoreTest
    void aNameThatSomebodyHasIsRefusedWithTheWayOn(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        String detail =
                scene.ask(
                                TWO,
                                "POST",
                                "/v1/domains",
                                DomainScene.body(scene.template(TWO), "a.example.com"),
                                409)
                        .get("detail")
                        .textValue();
        assertThat(detail).contains("POST /v1/domains/a.example.com/take-over");
        assertThat(scene.distributions(TWO)).hasSize(1);
        assertThat(scene.certificates(TWO)).isEmpty();
    }

    @StoreTest
    void wrongInputNamesItsMemberAndMakesNothing(Database database) {
        DomainScene scene = new DomainScene(database);
        Map<String, String> wrong =
                Map.of(
                        "{\"names\":[\"a..b\"],\"template\":{\"distribution\":\"E0\"}}",
                        "names[0]",
                        DomainScene.body("E0UNKNOWN00000", "a.example.com"),
                        "template.distribution",
                        "{\"names\":[],\"template\":{}}",
                        "names",
                        "{\"names\":[\"a.example.com\"]}",
                        "template",
                        "{\"import\":{\"certificate\":\"x\",\"privateKey\":\"y\"},\"template\":{\"distribution\":\"E0\"}}",
                        "certificate",
                        "{\"import\":true}",
                        "import",
                        "{\"nmaes\":[]}",
                        "nmaes");
        wrong.forEach((body, field) ->
                assertThat(scene.ask(ONE, "POST", "/v1/domains", body, 400).toString())
                        .as(body)
                        .contains(field)
                        .doesNotContain("entries[0]"));
        assertThat(scene.ask(ONE, "GET", "/v1/domains", "", 200).get("domains")).isEmpty();
        assertThat(scene.jobs.list(ONE)).isEmpty();
    }

    @StoreTest
    void anImportedCertificateIsServedAndItsKeyIsInNoAnswer(Database database) {
        DomainScene scene = new DomainScene(database);
        TestCa.Issued issued = scene.features.trustedCa().issue("own.example.com");
        String key = text(issued.privateKeyPem());
        String body =
                "{\"template\":{\"distribution\":\"%s\"},\"import\":{\"certificate\":\"%s\",\"privateKey\":\"%s\",\"chain\":\"%s\"}}"
                        .formatted(
                                scene.template(ONE),
                                text(issued.certificatePem()),
                                key,
                                text(issued.chainPem()));
        JsonNode begun = scene.ask(ONE, "POST", "/v1/domains", body, 201);
        scene.run(Duration.ofMinutes(1));
        JsonNode served = scene.domain(ONE, "own.example.com");
        assertThat(served.get("state").textValue()).isEqualTo("SERVED");
        assertThat(begun + served.toString()).doesNotContain(key.substring(60, 90));
    }

    @StoreTest
    void whatFailedIsBegunAgainWhereItFailed(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.features.recordsAreShown(false);
        scene.onboard(ONE, scene.template(ONE), "late.example.com");
        scene.run(Duration.ofMinutes(1));
        scene.features.clock.advance(Duration.ofDays(4));
        scene.run(Duration.ofMinutes(10));
        JsonNode failed = scene.domain(ONE, "late.example.com");
        assertThat(failed.get("state").textValue()).isEqualTo("FAILED");
        assertThat(failed.get("nextStepBy").textValue()).isEqualTo("DOMAIN_OWNER");
        assertThat(failed.get("reason").textValue()).contains("not found in time");

        scene.features.recordsAreShown(true);
        scene.ask(ONE, "POST", "/v1/domains/late.example.com/retry", "", 202);
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.domain(ONE, "late.example.com").get("state").textValue())
                .isEqualTo("SERVED");
        scene.ask(ONE, "POST", "/v1/domains/late.example.com/retry", "", 409);
    }

    @StoreTest
    void domainsAndEventsAreListedPageByPage(Database database) {
        DomainScene scene = new DomainScene(database);
        String template = scene.template(ONE);
        for (String name : List.of("a.example.com", "b.example.com", "c.example.com")) {
            scene.onboard(ONE, template, name);
        }
        for (String member : List.of("domains", "events")) {
            String path = member.equals("domains") ? "/v1/domains" : "/v1/domain-events";
            JsonNode first = scene.ask(ONE, "GET", path + "?limit=2", "", 200);
            assertThat(first.get(member)).hasSize(2);
            JsonNode rest =
                    scene.ask(
                            ONE,
                            "GET",
                            path + "?limit=2&cursor=" + first.get("nextCursor").textValue(),
                            "",
                            200);
            assertThat(rest.get(member)).hasSize(1);
            assertThat(rest.has("nextCursor")).isFalse();
        }
        scene.ask(ONE, "GET", "/v1/domains?cursor=x", "", 400);
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII).replace("\n", "\\n");
    }
}
