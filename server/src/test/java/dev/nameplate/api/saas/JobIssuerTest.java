package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.api.rest.RestApi;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.saas.Uploads;
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
import java.util.Optional;
import java.util.stream.IntStream;

/// Which issuers a job's certificates come from, in every form a job comes in.
class JobIssuerTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");

    private final ApiScene scene = new ApiScene();
    private final RestApi api = api(JobIssuerTest::oneADay);

    private RestApi api(IssuerTurns turns) {
        return new RestApi(
                _ -> Optional.of(SaasScene.ACCOUNT),
                new JobRoutes(
                                scene.saas.jobs,
                                scene.checks,
                                JobRoutes.Limits.DEFAULT,
                                Allowance.UNKNOWN,
                                turns)
                        .all());
    }

    @AfterEach
    void close() {
        scene.close();
    }

    /// Every issuer but our own gives one certificate a day.
    private static Optional<IssuerTurns.Expected> oneADay(
            Uploads.Kind kind, Optional<String> issuer, List<List<DomainName>> names) {
        assertThat(kind).isEqualTo(new Uploads.Kind(Platform.Name.LOCAL, Operation.CREATE, true));
        String name = issuer.orElse("standard");
        return name.equals("embedded")
                ? Optional.empty()
                : Optional.of(
                        new IssuerTurns.Expected(
                                name,
                                IntStream.range(0, names.size())
                                        .mapToObj(day ->
                                                new IssuerTurns.Turn(
                                                        NOW.plus(Duration.ofDays(day)),
                                                        day == 0
                                                                ? Optional.empty()
                                                                : Optional.of("one a day")))
                                        .toList()));
    }

    private HttpResponse send(String type, String query, String body) {
        return api.handle(
                new HttpRequest(
                        "POST",
                        "/v1/jobs",
                        query,
                        Headers.of("x-api-key", "k").with("Content-Type", type),
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse json(String body) {
        return send("application/json", "", body.replace("T!", scene.saas.template));
    }

    private JsonNode get(String path) {
        HttpResponse answer =
                api.handle(
                        new HttpRequest(
                                "GET", path, "", Headers.of("x-api-key", "k"), new byte[0]));
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(200);
        return ApiScene.json(answer);
    }

    /// The issuers of each entry, as `/v1/jobs` shows them.
    private List<String> issuers(HttpResponse made) {
        assertThat(made.status()).as(ApiScene.text(made)).isEqualTo(201);
        List<String> all = new ArrayList<>();
        get("/v1/jobs/" + ApiScene.json(made).get("id").textValue() + "/entries")
                .get("entries")
                .forEach(entry -> all.add(entry.path("issuer").toString()));
        return all;
    }

    /// What ACM was asked with, by primary name.
    private String tag(String name) {
        scene.saas.tick();
        return scene.saas.acm.certificates().stream()
                .filter(each -> each.detail().domainName().equals(name))
                .map(each -> each.tag(IssuerRules.TAG))
                .findFirst()
                .orElse("");
    }

    @Test
    void aJobNamesThemAndAnEntryOthers() {
        HttpResponse made =
                json(
                        """
                        {"operation": "CREATE", "issuer": ["le", "embedded"], "entries": [
                          {"names": ["a.example.com"], "template": {"distribution": "T!"}},
                          {"names": ["b.example.com"], "template": {"distribution": "T!"}, "issuer": ["zero"]}]}
                        """);
        assertThat(issuers(made)).containsExactly("[\"le\",\"embedded\"]", "[\"zero\"]");
        assertThat(tag("a.example.com")).isEqualTo("le embedded");
        assertThat(tag("b.example.com")).isEqualTo("zero");
    }

    @Test
    void whereNobodySaysThePlatformDecides() {
        HttpResponse made =
                json(
                        """
                        {"operation": "CREATE", "entries": [
                          {"names": ["a.example.com"], "template": {"distribution": "T!"}}]}
                        """);
        assertThat(issuers(made)).containsExactly("");
        assertThat(tag("a.example.com")).isEmpty();
    }

    @Test
    void linesNameThemToo() {
        String query = "operation=CREATE&issuer=le%20embedded&template=" + scene.saas.template;
        assertThat(
                        issuers(
                                send(
                                        "application/x-ndjson",
                                        query,
                                        """
                                        {"names": ["a.example.com"]}
                                        {"names": ["b.example.com"], "issuer": ["embedded"]}
                                        """)))
                .containsExactly("[\"le\",\"embedded\"]", "[\"embedded\"]");
        assertThat(
                        issuers(
                                send(
                                        "text/csv",
                                        query,
                                        "names,issuer\r\nc.example.com,\r\nd.example.com,zero le\r\n")))
                .containsExactly("[\"le\",\"embedded\"]", "[\"zero\",\"le\"]");
        assertThat(tag("d.example.com")).isEqualTo("zero le");
    }

    @Test
    void aWildcardIsSharedAmongThoseOfTheSameIssuers() {
        HttpResponse made =
                json(
                        """
                        {"operation": "CREATE", "distributions": false, "shareWildcards": true, "issuer": ["le"], "entries": [
                          {"names": ["*.example.com"]},
                          {"names": ["a.example.com"]},
                          {"names": ["b.example.com"], "issuer": ["zero"]}]}
                        """);
        assertThat(made.status()).as(ApiScene.text(made)).isEqualTo(201);
        assertThat(tag("*.example.com")).isEqualTo("le");
        assertThat(tag("b.example.com")).isEqualTo("zero");
        assertThat(scene.saas.acm.certificates())
                .extracting(each -> each.detail().domainName())
                .containsExactlyInAnyOrder("*.example.com", "b.example.com");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[\"nobody\"]    | issuer             | There are only",
                "[]              | issuer             | is empty",
                "\"le\"          | issuer             | must be a list",
                "[\"le\", 1]     | issuer             | must be a list",
            })
    void whatIsNoListOfIssuersIsRefusedWithItsPlace(String issuer, String field, String words) {
        for (String body :
                List.of(
                        "{\"operation\": \"CREATE\", \"issuer\": %s, \"entries\": [{\"names\": [\"a.example.com\"],"
                                + " \"template\": {\"distribution\": \"T!\"}}]}",
                        "{\"operation\": \"CREATE\", \"dryRun\": true, \"entries\": [{\"names\": [\"a.example.com\"],"
                                + " \"template\": {\"distribution\": \"T!\"}, \"issuer\": %s}]}")) {
            HttpResponse refused = json(body.formatted(issuer));
            assertThat(refused.status()).as(ApiScene.text(refused)).isEqualTo(400);
            JsonNode error = ApiScene.json(refused).get("errors").get(0);
            assertThat(error.get("field").textValue()).endsWith(field);
            assertThat(error.get("message").textValue()).contains(words);
        }
        assertThat(scene.jobs()).isZero();
    }

    @Test
    void linesWithUnknownOnesAreNamedAndImportsHaveTheirOwn() {
        String query = "operation=CREATE&template=" + scene.saas.template;
        HttpResponse line =
                send(
                        "text/csv",
                        query,
                        "names,issuer\r\na.example.com,le\r\nb.example.com,nobody\r\n");
        assertThat(line.status()).isEqualTo(400);
        assertThat(ApiScene.json(line).get("errors").get(0).get("field").textValue())
                .startsWith("line 3");
        assertThat(send("application/x-ndjson", query + "&issuer=nobody", "{}").status())
                .isEqualTo(400);
        assertThat(
                        send(
                                        "application/x-ndjson",
                                        "operation=IMPORT&distributions=false&issuer=le",
                                        "{}")
                                .status())
                .isEqualTo(400);
        HttpResponse imported =
                json(
                        """
                        {"operation": "IMPORT", "issuer": ["le"], "entries": [
                          {"certificate": "x", "privateKey": "y", "template": {"distribution": "T!"}}]}
                        """);
        assertThat(imported.status()).isEqualTo(400);
        assertThat(ApiScene.text(imported)).contains("an import has its own");
        assertThat(scene.jobs()).isZero();
    }

    private static void isForecast(JsonNode issuers) {
        assertThat(issuers).hasSize(2);
        JsonNode le = issuers.get(0);
        assertThat(le.get("issuer").textValue()).isEqualTo("le");
        assertThat(le.get("waiting").intValue()).isEqualTo(1);
        assertThat(le.get("lastOrderAt").textValue())
                .isEqualTo(NOW.plus(Duration.ofDays(1)).toString());
        assertThat(le.get("held").get(0).get("entry").intValue()).isEqualTo(3);
        assertThat(le.get("held").get(0).get("name").textValue()).isEqualTo("d.example.com");
        assertThat(issuers.get(1).get("issuer").textValue()).isEqualTo("zero");
        assertThat(issuers.get(1).get("waiting").intValue()).isZero();
    }

    /// `le` is asked for two certificates and one spare, `zero` for the spares of those two.
    @Test
    void aDryRunCountsTheSparesThatWillBeOrdered() {
        IssuerTurns spared =
                new IssuerTurns() {
                    @Override
                    public Optional<IssuerTurns.Expected> of(
                            Uploads.Kind kind,
                            Optional<String> issuer,
                            List<List<DomainName>> names) {
                        return oneADay(kind, issuer, names);
                    }

                    @Override
                    public Optional<String> asked(Optional<String> named) {
                        return named.or(() -> Optional.of("le"));
                    }

                    @Override
                    public Optional<String> spareOf(Optional<String> asked) {
                        return asked.map(first -> first.equals("le") ? "zero" : "le");
                    }
                };
        RestApi forecasting = api(spared);
        HttpResponse answer =
                forecasting.handle(
                        new HttpRequest(
                                "POST",
                                "/v1/jobs",
                                "",
                                Headers.of("x-api-key", "k")
                                        .with("Content-Type", "application/json"),
                                """
                                {"operation": "CREATE", "dryRun": true, "entries": [
                                  {"names": ["a.example.com"], "template": {"distribution": "T!"}},
                                  {"names": ["b.example.com"], "template": {"distribution": "T!"}, "issuer": ["le"]},
                                  {"names": ["c.example.com"], "template": {"distribution": "T!"}, "issuer": ["embedded"]}]}
                                """
                                        .replace("T!", scene.saas.template)
                                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(200);
        JsonNode issuers = ApiScene.json(answer).get("forecast").get("issuers");
        assertThat(issuers).hasSize(2);
        JsonNode le = issuers.get(0);
        assertThat(le.get("issuer").textValue()).isEqualTo("le");
        assertThat(le.get("waiting").intValue()).isEqualTo(2);
        assertThat(le.get("spares").intValue()).isEqualTo(1);
        assertThat(le.get("lastOrderAt").textValue())
                .isEqualTo(NOW.plus(Duration.ofDays(2)).toString());
        assertThat(le.get("held").get(0).get("spare").booleanValue()).isFalse();
        assertThat(le.get("held").get(1).get("spare").booleanValue()).isTrue();
        assertThat(le.get("held").get(1).get("entry").intValue()).isEqualTo(2);
        JsonNode zero = issuers.get(1);
        assertThat(zero.get("issuer").textValue()).isEqualTo("zero");
        assertThat(zero.get("spares").intValue()).isEqualTo(2);
        assertThat(zero.get("held").get(0).get("entry").intValue()).isEqualTo(1);
    }

    @Test
    void aDryRunForecastsUnderEachFirstIssuersLimitsInEveryForm() {
        HttpResponse document =
                json(
                        """
                        {"operation": "CREATE", "dryRun": true, "issuer": ["le", "embedded"], "entries": [
                          {"names": ["a.example.com"], "template": {"distribution": "T!"}},
                          {"names": ["b.example.com"], "template": {"distribution": "T!"}, "issuer": ["zero"]},
                          {"names": ["c.example.com"], "template": {"distribution": "T!"}, "issuer": ["embedded"]},
                          {"names": ["d.example.com"], "template": {"distribution": "T!"}}]}
                        """);
        assertThat(document.status()).as(ApiScene.text(document)).isEqualTo(200);
        isForecast(ApiScene.json(document).get("forecast").get("issuers"));

        String query =
                "operation=CREATE&dryRun=true&issuer=le,embedded&template=" + scene.saas.template;
        HttpResponse lines =
                send(
                        "application/x-ndjson",
                        query,
                        """
                        {"names": ["a.example.com"]}
                        {"names": ["b.example.com"], "issuer": ["zero"]}
                        {"names": ["c.example.com"], "issuer": ["embedded"]}
                        {"names": ["d.example.com"]}
                        """);
        assertThat(lines.status()).as(ApiScene.text(lines)).isEqualTo(200);
        isForecast(ApiScene.json(lines).get("forecast").get("issuers"));

        HttpResponse csv =
                send(
                        "text/csv",
                        query,
                        "names,issuer\r\na.example.com,\r\nb.example.com,zero\r\nc.example.com,embedded\r\nd.example.com,\r\n");
        assertThat(csv.status()).as(ApiScene.text(csv)).isEqualTo(200);
        isForecast(ApiScene.json(csv).get("forecast").get("issuers"));
        assertThat(scene.jobs()).isZero();
    }
}
