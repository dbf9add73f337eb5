package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.api.rest.RestApi;
import dev.nameplate.issuer.ratelimit.Demand;
import dev.nameplate.issuer.ratelimit.RateForecast;
import dev.nameplate.issuer.ratelimit.RateLimits;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class JobRoutesTest {
    private final ApiScene scene = new ApiScene();
    private final RestApi api =
            new RestApi(
                    key ->
                            key.equals(ApiScene.KEY)
                                    ? Optional.of(SaasScene.ACCOUNT)
                                    : Optional.empty(),
                    new JobRoutes(scene.saas.jobs, scene.checks).all());

    @AfterEach
    void close() {
        scene.close();
    }

    private HttpResponse call(String method, String path, String body, String... headers) {
        Headers all = Headers.of("x-api-key", ApiScene.KEY);
        for (int i = 0; i < headers.length; i += 2) {
            all = all.with(headers[i], headers[i + 1]);
        }
        int query = path.indexOf('?');
        return api.handle(
                new HttpRequest(
                        method,
                        query < 0 ? path : path.substring(0, query),
                        query < 0 ? "" : path.substring(query + 1),
                        all,
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private JsonNode get(String path) {
        HttpResponse answer = call("GET", path, "");
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(200);
        return ApiScene.json(answer);
    }

    private String create(String... names) {
        List<String> entries = new ArrayList<>();
        for (String name : names) {
            entries.add(
                    "{\"names\":[\"%s\"],\"template\":{\"distribution\":\"%s\"}}"
                            .formatted(name, scene.saas.template));
        }
        return "{\"operation\":\"CREATE\",\"entries\":[" + String.join(",", entries) + "]}";
    }

    private String start(String... names) {
        HttpResponse answer = call("POST", "/v1/jobs", create(names));
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(201);
        return ApiScene.json(answer).get("id").textValue();
    }

    private static JsonNode problem(HttpResponse answer, int status) {
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(status);
        assertThat(answer.headers().first("Content-Type")).contains("application/problem+json");
        return ApiScene.json(answer);
    }

    @Test
    void aJobIsMadeShownAndFollowedEntryByEntry() {
        scene.saas.acm.holdBack("slow.example.com");
        HttpResponse made =
                call(
                        "POST",
                        "/v1/jobs",
                        create("a.example.com", "slow.example.com", "c.example.com"));
        String id = ApiScene.json(made).get("id").textValue();
        assertThat(made.headers().first("Location")).contains("/v1/jobs/" + id);
        assertThat(ApiScene.json(made).get("status").textValue()).isEqualTo("RUNNING");
        scene.saas.tick();

        JsonNode job = get("/v1/jobs/" + id);
        assertThat(job.get("total").intValue()).isEqualTo(3);
        assertThat(job.get("entries").get("DONE").intValue()).isEqualTo(2);
        JsonNode first = get("/v1/jobs/" + id + "/entries?limit=2");
        assertThat(first.get("entries")).hasSize(2);
        JsonNode slow = first.get("entries").get(1);
        assertThat(slow.get("state").textValue()).isEqualTo("PROOF");
        assertThat(slow.get("nextStepBy").textValue()).isEqualTo("DOMAIN_OWNER");
        assertThat(slow.has("nextLook")).isTrue();
        String next = first.get("nextCursor").textValue();
        assertThat(get("/v1/jobs/" + id + "/entries?limit=2&cursor=" + next).get("entries"))
                .hasSize(1);
        assertThat(get("/v1/jobs/" + id + "/entries?state=PROOF").get("entries")).hasSize(1);
        assertThat(get("/v1/jobs/" + id + "/records").get("records"))
                .extracting(record -> record.get("name").textValue())
                .contains("_proof.slow.example.com.", "slow.example.com.");
        assertThat(scene.job(id).get("distStageStatus").textValue())
                .as("the same job at the original's door")
                .isEqualTo("INPROGRESS");
    }

    @Test
    void jobsAreListedPageByPageNewestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(start("n" + i + ".example.com"));
            scene.saas.clock.advance(Duration.ofSeconds(i % 2));
        }
        List<String> listed = new ArrayList<>();
        String path = "/v1/jobs?limit=2";
        while (!path.isEmpty()) {
            JsonNode page = get(path);
            page.get("jobs").forEach(job -> listed.add(job.get("id").textValue()));
            path =
                    page.has("nextCursor")
                            ? "/v1/jobs?limit=2&cursor=" + page.get("nextCursor").textValue()
                            : "";
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(made).doesNotHaveDuplicates();
    }

    @Test
    void aRequestRepeatedUnderItsKeyMakesOneJob() {
        String body = create("a.example.com");
        String first =
                ApiScene.json(call("POST", "/v1/jobs", body, "Idempotency-Key", "order-7"))
                        .get("id")
                        .textValue();
        scene.saas.tick();
        HttpResponse again = call("POST", "/v1/jobs", body, "Idempotency-Key", "order-7");
        assertThat(again.status()).isEqualTo(201);
        assertThat(ApiScene.json(again).get("id").textValue()).isEqualTo(first);
        assertThat(scene.jobs()).isEqualTo(1);
        problem(
                call("POST", "/v1/jobs", create("b.example.com"), "Idempotency-Key", "order-7"),
                422);
        problem(call("POST", "/v1/jobs", body, "Idempotency-Key", "with blank"), 400);
    }

    @Test
    void aDryRunJudgesAndMakesNothing() {
        String dry = create("a.example.com").replaceFirst("\\{", "{\"dryRun\":true,");
        JsonNode answer = ApiScene.json(call("POST", "/v1/jobs", dry));
        assertThat(answer.get("valid").booleanValue()).isTrue();
        assertThat(scene.jobs()).isZero();
        problem(call("POST", "/v1/jobs", dry.replace("a.example.com", "-")), 400);
    }

    @Test
    void aDryRunSaysWhichEntriesTheirIssuersLimitsHoldUntilWhen() {
        Instant now = Instant.parse("2026-01-15T12:00:00Z");
        RateLimits limits = RateLimits.NONE.with(Map.of("certificatesPerDomain", "2/2d"));
        RestApi limited =
                new RestApi(
                        _ -> Optional.of(SaasScene.ACCOUNT),
                        new JobRoutes(
                                        scene.saas.jobs,
                                        scene.checks,
                                        JobRoutes.Limits.DEFAULT,
                                        Allowance.UNKNOWN,
                                        (_, _, names) -> Optional.of(expected(limits, names, now)))
                                .all());
        String dry =
                create(
                                "a.example.com",
                                "www.example.org",
                                "b.example.com",
                                "c.example.com",
                                "d.example.com")
                        .replaceFirst("\\{", "{\"dryRun\":true,");
        HttpResponse answer =
                limited.handle(
                        new HttpRequest(
                                "POST",
                                "/v1/jobs",
                                "",
                                Headers.of("x-api-key", "k"),
                                dry.getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(200);
        JsonNode issuer = ApiScene.json(answer).get("forecast").get("issuers").get(0);
        assertThat(issuer.get("issuer").textValue()).isEqualTo("le");
        assertThat(issuer.get("waiting").intValue()).isEqualTo(2);
        assertThat(issuer.get("lastOrderAt").textValue())
                .isEqualTo(now.plus(Duration.ofDays(2)).toString());
        JsonNode first = issuer.get("held").get(0);
        assertThat(first.get("entry").intValue()).isEqualTo(3);
        assertThat(first.get("name").textValue()).isEqualTo("c.example.com");
        assertThat(first.get("notBefore").textValue())
                .isEqualTo(now.plus(Duration.ofDays(1)).toString());
        assertThat(first.get("heldBy").textValue()).isEqualTo("example.com");
    }

    private static IssuerTurns.Expected expected(
            RateLimits limits, List<List<DomainName>> names, Instant now) {
        List<RateForecast.Wish> wishes =
                names.stream()
                        .map(each ->
                                new RateForecast.Wish(
                                        new Demand(Set.copyOf(each), Demand.Occasion.NEW, now),
                                        now))
                        .toList();
        return new IssuerTurns.Expected(
                "le",
                RateForecast.fresh(limits, now).turns(wishes).stream()
                        .map(turn ->
                                new IssuerTurns.Turn(
                                        turn.at(), turn.heldBy().map(RateForecast.Waits::scope)))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"CREATE\" | \"RENEW\" | operation",
                "\"CREATE\" | \"IMPORT\" | entries[0].names",
                "\"names\":[\"a.example.com\"] | \"names\":[] | entries[0].names",
                "\"a.example.com\" | \"ccc\" | entries[0].names[0]",
                "\"a.example.com\" | 7 | entries[0].names[0]",
                "\"entries\" | \"Entries\" | Entries",
                "{\"operation\" | {\"distributions\":\"yes\",\"operation\" | distributions",
                "{\"operation\" | {\"distributions\":false,\"operation\" | entries[0].template",
                "\"distribution\":\" | \"version\":0,\"distribution\":\" | entries[0].template.version",
                "\"distribution\":\" | \"version\":9,\"distribution\":\" | entries[0].template.version",
                "\"distribution\":\"E | \"distribution\":\"X | entries[0].template.distribution",
            })
    void aMistakeIsToldWithItsPlaceAndMakesNothing(String part, String mistake, String field) {
        String body = create("a.example.com");
        assertThat(body).contains(part);
        JsonNode problem = problem(call("POST", "/v1/jobs", body.replace(part, mistake)), 400);
        assertThat(problem.get("errors"))
                .extracting(error -> error.get("field").textValue())
                .contains(field);
        assertThat(scene.jobs()).isZero();
    }

    @Test
    void anImportBringsItsPemsAndIsToldTheirReportCard() {
        PemFixtures.Leaf leaf = scene.pem.leaf("own.example.com");
        String body =
                "{\"operation\":\"IMPORT\",\"distributions\":false,\"entries\":[{\"certificate\":\"%s\",\"privateKey\":\"%s\",\"chain\":\"%s\"}]}"
                        .formatted(
                                pem("CERTIFICATE", leaf.certificate()),
                                pem("PRIVATE KEY", leaf.key()),
                                pem("CERTIFICATE", scene.pem.chain.get(0))
                                        + pem("CERTIFICATE", scene.pem.chain.get(1)));
        String other = scene.pem.leaf("other.example.com").key();
        JsonNode problem = problem(call("POST", "/v1/jobs", body.replace(leaf.key(), other)), 400);
        assertThat(problem.get("errors").get(0).get("field").textValue())
                .isEqualTo("entries[0].privateKey");
        assertThat(problem.toString()).doesNotContain(other.substring(40, 80));

        scene.saas.acm.namesOf = _ -> List.of("own.example.com");
        HttpResponse made = call("POST", "/v1/jobs", body);
        assertThat(made.status()).as(ApiScene.text(made)).isEqualTo(201);
        scene.saas.tick();
        assertThat(
                        get("/v1/jobs/" + ApiScene.json(made).get("id").textValue())
                                .get("status")
                                .textValue())
                .isEqualTo("SUCCEEDED");
    }

    private static String pem(String kind, String body) {
        return "-----BEGIN %s-----\\n%s\\n-----END %s-----\\n".formatted(kind, body, kind);
    }

    @Test
    void ordersChangeWhatAJobDoes() {
        scene.saas.acm.holdBack("a.example.com");
        String id = start("a.example.com", "b.example.com");
        String job = "/v1/jobs/" + id;
        assertThat(ApiScene.json(call("POST", job + "/pause", "")).get("status").textValue())
                .isEqualTo("PAUSED");
        scene.saas.tick();
        assertThat(scene.saas.acm.certificates()).isEmpty();
        assertThat(call("POST", job + "/resume", "{}").status()).isEqualTo(202);
        scene.saas.tick();
        problem(call("POST", job + "/rollback", "{\"entries\":\"ALL\"}"), 409);
        problem(call("POST", job + "/rollback", "{}"), 400);
        assertThat(ApiScene.json(call("POST", job + "/cancel", "")).get("status").textValue())
                .isEqualTo("CANCELLING");
        scene.saas.tick();
        assertThat(get(job).get("status").textValue()).isEqualTo("CANCELLED");
        HttpResponse rollBack = call("POST", job + "/rollback", "{\"entries\":\"UNSERVED\"}");
        assertThat(rollBack.status()).isEqualTo(202);
        assertThat(ApiScene.json(rollBack).get("status").textValue())
                .as("although no entry has left its state yet")
                .isEqualTo("ROLLING_BACK");
        scene.saas.run(Duration.ofMinutes(1));
        assertThat(get(job).get("status").textValue()).isEqualTo("ROLLED_BACK");
        assertThat(get(job).get("entries").get("DONE").intValue()).isEqualTo(1);
        assertThat(scene.saas.acm.certificates()).hasSize(1);
        assertThat(problem(call("POST", job + "/retry", ""), 409).get("detail").textValue())
                .contains("send its entries as a new job");
        scene.saas.run(Duration.ofMinutes(1));
        assertThat(get(job).get("status").textValue()).isEqualTo("ROLLED_BACK");
        assertThat(scene.saas.cloudFront.clones()).hasSize(1);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String path : List.of("", "/entries", "/records")) {
            problem(call("GET", "/v1/jobs/nope" + path, ""), 404);
        }
        problem(call("POST", "/v1/jobs/nope/cancel", ""), 404);
        problem(call("GET", "/v1/jobs?cursor=x", ""), 400);
        for (String query : List.of("?cursor=1-%00", "?%00=1", "?limit=%7F")) {
            assertThat(problem(call("GET", "/v1/jobs" + query, ""), 400).get("detail").textValue())
                    .as(query)
                    .contains("control character");
        }
        for (String path : List.of("/%00", "/%00/entries", "/a%0Ab")) {
            problem(call("GET", "/v1/jobs" + path, ""), 404);
        }
        problem(call("POST", "/v1/jobs/%00/cancel", ""), 404);
        assertThat(
                        api.handle(
                                        new HttpRequest(
                                                "GET", "/v1/jobs", "", Headers.none(), new byte[0]))
                                .status())
                .isEqualTo(403);
    }
}
