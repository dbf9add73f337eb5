package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.api.issuer.IssuerJson;
import dev.nameplate.api.issuer.IssuerRoutes;
import dev.nameplate.api.rest.ApiDocument;
import dev.nameplate.api.rest.RestApi;
import dev.nameplate.issuer.acme.OrderWatch;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.issuer.ratelimit.RateLimits;
import dev.nameplate.names.AccountId;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCa.Step;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.testkit.TheirIssuer;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An issuer that is none of ours, in every condition it can be in, against what the OpenAPI document says of it. [ApiFuzzTest] knows
/// but the embedded one.
final class IssuerDocumentTest {
    private final ObjectMapper json = new ObjectMapper();
    private final SettableClock clock = new SettableClock();
    private final TestStore store = TestStore.sqlite();
    private final TheirIssuer theirs =
            new TheirIssuer(
                    store.database(), TestVault.open(), clock, OrderWatch.NONE, "ca.example");
    private final FaultCa ca = theirs.ca;
    private final RestApi api =
            new RestApi(
                    _ -> Optional.of(new AccountId("123456789012")),
                    new IssuerRoutes(
                                    store.database(),
                                    new AccountId("123456789012"),
                                    List.of(theirs.issuer),
                                    new IssuerJson(
                                            new IssuerBudgets(
                                                    Map.of(
                                                            TheirIssuer.NAME,
                                                            RateLimits.LETS_ENCRYPT),
                                                    clock),
                                            Map.of("saas", List.of("theirs")),
                                            Map.of(TheirIssuer.NAME, KeyAlgorithm.EC_P384),
                                            ca::root))
                            .all());
    private final JsonNode document;
    private final ApiSchema schemas;

    IssuerDocumentTest() throws IOException {
        document =
                json.readTree(
                        ApiDocument.handle(
                                        new HttpRequest(
                                                "GET",
                                                ApiDocument.PATH,
                                                "",
                                                Headers.none(),
                                                new byte[0]))
                                .body());
        schemas = new ApiSchema(document);
    }

    @AfterEach
    void stop() {
        theirs.close();
        store.close();
    }

    private JsonNode send(String method, String what, String body) throws IOException {
        HttpResponse answer =
                api.handle(
                        new HttpRequest(
                                method,
                                "/v1/issuers" + what.replace("{name}", "theirs"),
                                "",
                                Headers.of("x-api-key", "any"),
                                body.getBytes(StandardCharsets.UTF_8)));
        String type = answer.headers().first("Content-Type").orElseThrow();
        JsonNode said =
                schemas.resolved(
                        document.path("paths")
                                .path("/v1/issuers" + what)
                                .path(method.toLowerCase(Locale.ROOT))
                                .path("responses")
                                .path(Integer.toString(answer.status())));
        JsonNode read = json.readTree(answer.body());
        assertThat(said.path("content").path(type).isMissingNode())
                .as("%s %s: %d %s", method, what, answer.status(), read)
                .isFalse();
        assertThat(schemas.differences(said.path("content").path(type).path("schema"), read))
                .as(read.toString())
                .isEmpty();
        return read;
    }

    private void work() {
        theirs.order();
        theirs.work();
    }

    @Test
    void everyConditionOfAnIssuerIsAsDocumented() throws IOException {
        ca.profiles("short");
        assertThat(send("GET", "/{name}", "").path("account").path("state").asText())
                .isEqualTo("NONE");
        assertThat(send("POST", "/{name}/register", "").has("terms")).isTrue();
        ca.next(Step.KEY_CHANGE, FaultCaAnswer.rateLimited("60"));
        assertThat(send("POST", "/{name}/rollover", "").path("acmeType").asText())
                .isEqualTo("rateLimited");
        assertThat(send("GET", "/{name}", "").path("account").has("rolloverRefused")).isTrue();
        ca.next(Step.KEY_CHANGE, new FaultCaAnswer.Cut(false));
        assertThat(send("POST", "/{name}/rollover", "").path("acmeType").asText())
                .isEqualTo("unreachable");
        assertThat(send("GET", "/{name}", "").path("account").path("rollover").asText())
                .isEqualTo("UNDER_WAY");
        assertThat(send("POST", "/{name}/rollover", "").path("account").has("keySince")).isTrue();
        String terms = ca.changeTerms().toString();
        work();
        assertThat(send("GET", "", "").findValues("page")).isNotEmpty();
        JsonNode agreed = send("POST", "/{name}/agree", "{\"terms\":\"" + terms + "\"}");
        assertThat(agreed.has("lastFailure")).isTrue();
        ca.outage(FaultCaAnswer.unavailable());
        clock.advance(Duration.ofHours(2));
        assertThat(send("POST", "/{name}/deactivate", "{\"confirm\":\"theirs\"}").toString())
                .contains("1 orders are open");
        String forced = "{\"confirm\":\"theirs\",\"force\":true}";
        assertThat(send("POST", "/{name}/deactivate", forced).path("nextStepBy").asText())
                .isEqualTo("ISSUER");
        assertThat(send("GET", "/{name}", "").path("account").path("state").asText())
                .isEqualTo("DEACTIVATING");
        ca.recover();
        assertThat(
                        send("POST", "/{name}/deactivate", forced)
                                .path("account")
                                .path("state")
                                .asText())
                .isEqualTo("DEACTIVATED");
        work();
        assertThat(send("GET", "", "").path("issuers")).hasSize(2);
    }
}
