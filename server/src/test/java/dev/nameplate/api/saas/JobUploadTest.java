package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.api.rest.RestApi;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.saas.CertificateSource;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.saas.Template;
import dev.nameplate.saas.Tenancy;
import dev.nameplate.saas.Uploads;
import dev.nameplate.testkit.TemplateConfig;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;
import dev.nameplate.wire.Reply;
import dev.nameplate.wire.StreamedResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Jobs sent as NDJSON and CSV.
class JobUploadTest {
    private static final int MOST = 3000;
    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv; charset=utf-8";

    private final ApiScene scene = new ApiScene();
    private final RestApi api =
            new RestApi(
                    _ -> Optional.of(SaasScene.ACCOUNT),
                    new JobRoutes(
                                    scene.saas.jobs,
                                    scene.checks,
                                    new JobRoutes.Limits(1000, MOST),
                                    (_, _) -> List.of(new Allowance.Left("ACM_CERTIFICATES", 500)),
                                    IssuerTurns.UNLIMITED)
                            .all());

    @AfterEach
    void close() {
        scene.close();
    }

    private HttpResponse send(String type, String query, InputStream body, String... key) {
        Headers headers = Headers.of("x-api-key", "k").with("Content-Type", type);
        if (key.length > 0) {
            headers = headers.with("Idempotency-Key", key[0]);
        }
        Reply reply =
                api.handle(new HttpRequest("POST", "/v1/jobs", query, headers, new byte[0]), body);
        return switch (reply) {
            case HttpResponse whole -> whole;
            case StreamedResponse streamed -> streamed.whole();
        };
    }

    private HttpResponse send(String type, String body, String... key) {
        return send(
                type,
                "operation=CREATE&template=" + scene.saas.template,
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
                key);
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj("{\"names\":[\"n%d.example.com\"]}\n"::formatted)
                .collect(Collectors.joining());
    }

    private List<Long> rows() {
        return scene.store
                .database()
                .read(handle ->
                        Stream.of("saas_job", "saas_entry", "saas_import", "saas_upload")
                                .map(table ->
                                        handle.createQuery("SELECT COUNT(*) FROM " + table)
                                                .mapTo(Long.class)
                                                .one())
                                .toList());
    }

    private static JsonNode error(HttpResponse refused) {
        assertThat(refused.status()).as(ApiScene.text(refused)).isEqualTo(400);
        return ApiScene.json(refused).get("errors").get(0);
    }

    @Test
    void linesOfJsonBecomeOneJobThatIsCarriedOut() {
        HttpResponse made = send(NDJSON, "\uFEFF" + lines(0, 3) + "\r\n" + lines(3, 4).strip());
        assertThat(made.status()).as(ApiScene.text(made)).isEqualTo(201);
        JobId id = new JobId(ApiScene.json(made).get("id").textValue());
        scene.saas.tick();
        assertThat(scene.saas.job(id).distributionsServed()).isEqualTo(4);
        assertThat(rows()).containsExactly(1L, 4L, 0L, 0L);
        assertThat(scene.job(id.value()).get("job_input").textValue()).contains("NDJSON");
    }

    @Test
    void aCsvBecomesAJobItsColumnsInAnyOrder() {
        HttpResponse made =
                send(
                        CSV,
                        "operation=CREATE",
                        new ByteArrayInputStream(
                                "\uFEFFtemplate,names\r\n%s,a.example.com b.example.com\r\n\r\n%s,\"c.example.com\nd.example.com\""
                                        .formatted(scene.saas.template, scene.saas.template)
                                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(made.status()).as(ApiScene.text(made)).isEqualTo(201);
        assertThat(scene.namesInJob(ApiScene.json(made).get("id").textValue()))
                .containsExactly(
                        List.of("a.example.com", "b.example.com"),
                        List.of("c.example.com", "d.example.com"));
    }

    /// A tenant where the row names its distribution, and the template elsewhere.
    @Test
    void aCsvBringsTenantsBesideCopiesOfATemplate() {
        String shops = shops();
        scene.saas.cloudFront.groups.add("cg_1");
        HttpResponse made =
                send(
                        CSV,
                        """
                        names,tenantOf,tenantName,connectionGroup,parameter.shop
                        a.example.com,SHOPS,shop-a,cg_1,a
                        b.example.com,SHOPS,,,b
                        c.example.com,,,,
                        """
                                .replace("SHOPS", shops));
        assertThat(made.status()).as(ApiScene.text(made)).isEqualTo(201);
        assertThat(
                        scene
                                .saas
                                .job(new JobId(ApiScene.json(made).get("id").textValue()))
                                .entries()
                                .stream()
                                .map(entry -> entry.template().orElseThrow()))
                .containsExactly(
                        Template.tenant(
                                shops,
                                new Tenancy(
                                        Optional.of("cg_1"),
                                        Optional.of("shop-a"),
                                        Map.of("shop", "a"))),
                        Template.tenant(
                                shops,
                                new Tenancy(
                                        Optional.empty(), Optional.empty(), Map.of("shop", "b"))),
                        new Template(scene.saas.template, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "names,tenantName~a.example.com,shop-a | line 2.tenant.distribution",
                "names,tenantOf~a.example.com,SHOPS | line 2.tenant.parameters",
                "names,tenantOf,parameter.shop,template~a.example.com,SHOPS,a,E1 | line 2.tenant",
                "names,tenantOf,parameter.shop,connectionGroup~a.example.com,SHOPS,a,cg_9 | line 2.tenant.connectionGroup",
                "names,tenantOf,parameter.~a.example.com,SHOPS,a | line 1, column 3",
                "names,tenantOf,parameter.shop,parameter.shop~a.example.com,SHOPS,a,b | line 1, column 4",
            })
    void aTenantThatCannotBeIsRefusedAtItsLine(String csv, String place) {
        JsonNode error = error(send(CSV, csv.replace("~", "\n").replace("SHOPS", shops())));
        assertThat(error.get("field").textValue()).isEqualTo(place);
    }

    @Test
    void tenantsAreRefusedOnAws() {
        JobChecks.Place place = new JobChecks.Place(scene.saas.platform().rules(), _ -> Map.of());
        JobChecks checks =
                new JobChecks(
                        Map.of(Platform.Name.LOCAL, place, Platform.Name.AWS, place),
                        Platform.Name.LOCAL,
                        _ -> {
                            throw new AssertionError("nothing is imported");
                        },
                        NamePolicy.standard(new DomainName("cdn.example.net")),
                        _ -> Optional.empty(),
                        10);
        RestApi both =
                new RestApi(
                        _ -> Optional.of(SaasScene.ACCOUNT),
                        new JobRoutes(
                                        scene.saas.jobs,
                                        checks,
                                        new JobRoutes.Limits(1000, MOST),
                                        Allowance.UNKNOWN,
                                        IssuerTurns.UNLIMITED)
                                .all());
        String csv = "names,tenantOf,parameter.shop\na.example.com," + shops() + ",a";
        HttpResponse refused =
                (HttpResponse)
                        both.handle(
                                new HttpRequest(
                                        "POST",
                                        "/v1/jobs",
                                        "operation=CREATE&platform=AWS",
                                        Headers.of("x-api-key", "k").with("Content-Type", CSV),
                                        new byte[0]),
                                new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
        assertThat(error(refused).get("field").textValue()).isEqualTo("line 2.tenant");
        assertThat(error(refused).toString()).contains("platform LOCAL");
    }

    private String shops() {
        return scene.saas.cloudFront.template(
                SaasScene.config("shops")
                        .connectionMode(ConnectionMode.TENANT_ONLY)
                        .tenantConfig(TemplateConfig::shop)
                        .build());
    }

    @Test
    void importsComeByCsvTooAndTheirKeysRestSealed() {
        PemFixtures.Leaf leaf = scene.pem.leaf("own.example.com");
        String csv =
                "certificate,privateKey,chain\r\n\"%s\",\"%s\",\"%s\"\r\n"
                        .formatted(
                                pem("CERTIFICATE", leaf.certificate()),
                                pem("PRIVATE KEY", leaf.key()),
                                pem("CERTIFICATE", scene.pem.chain.get(0))
                                        + pem("CERTIFICATE", scene.pem.chain.get(1)));
        HttpResponse made =
                send(
                        CSV,
                        "operation=IMPORT&distributions=false",
                        new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
        assertThat(made.status()).as(ApiScene.text(made)).isEqualTo(201);
        assertThat(rows()).containsExactly(1L, 1L, 1L, 0L);
        String other = scene.pem.leaf("other.example.com").key();
        HttpResponse refused =
                send(
                        CSV,
                        "operation=IMPORT&distributions=false",
                        new ByteArrayInputStream(
                                csv.replace(leaf.key(), other).getBytes(StandardCharsets.UTF_8)));
        assertThat(error(refused).get("field").textValue()).isEqualTo("line 2.privateKey");
        assertThat(ApiScene.text(refused)).doesNotContain(other.substring(40, 80));
    }

    private static String pem(String kind, String body) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-ndjson | {\"names\":[\"ok.example.com\"]}~{\"names\":[\"x.example.com\"} | line 2, column 26",
                "application/x-ndjson | {\"names\":[\"ok.example.com\"]}~{\"names\":[\"ccc\"]} | line 2.names[0]",
                "application/x-ndjson | {\"names\":[\"ok.example.com\"]}~~[] | line 3",
                "application/x-ndjson | {\"names\":[\"ok.example.com\"],\"name\":1} | line 1.name",
                "application/x-ndjson | {\"names\":[\"a.example.com\"]}~{\"names\":[\"a.example.com\"]} | line 2",
                "application/x-ndjson | {\"names\":[\"ok.example.com\"],\"\\u0000\":1} | line 1",
                "application/x-ndjson | ~ | body",
                "text/csv | names~ok.example.com~ccc | line 3.names[0]",
                "text/csv | names~ok.example.com~\"a.example.com | line 3",
                "text/csv | names~ok.example.com~\"a.example.com\"x | line 3",
                "text/csv | names~ok.example.com,two | line 2, column 1",
                "text/csv | names,version~ok.example.com,one | line 2, column 2",
                "text/csv | names,name~ok.example.com,two | line 1, column 2",
                "text/csv | names | body",
            })
    void oneBadLineMakesNothingAndIsNamed(String type, String body, String place) {
        HttpResponse refused = send(type, body.replace('~', '\n'));
        assertThat(error(refused).get("field").textValue()).isEqualTo(place);
        assertThat(rows()).containsExactly(0L, 0L, 0L, 0L);
    }

    @Test
    void aBadLineBehindThousandsThatWereStoredTakesThemAway() {
        HttpResponse refused = send(NDJSON, lines(0, 2600) + "{\"names\":[\"-\"]}\n");
        assertThat(error(refused).get("field").textValue()).isEqualTo("line 2601.names[0]");
        assertThat(rows()).containsExactly(0L, 0L, 0L, 0L);
    }

    @Test
    void moreEntriesThanTheLimitAreRefused() {
        assertThat(error(send(NDJSON, lines(0, MOST + 1))).get("message").textValue())
                .contains("one entry more than the " + MOST);
        assertThat(rows()).containsExactly(0L, 0L, 0L, 0L);
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead") // a second long at most
    void anEntryWithoutEndIsCutOff() {
        InputStream endless =
                new InputStream() {
                    private long left = 40_000_000;

                    @Override
                    public int read() {
                        return left-- > 0 ? 'a' : -1;
                    }
                };
        assertThat(error(send(NDJSON, "operation=CREATE&template=x", endless)).toString())
                .contains("longer than an entry");
        String csv = "names\r\n\"" + "a".repeat(3_000_000);
        assertThat(error(send(CSV, csv)).toString()).contains("line 2").contains("longer");
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead") // some kilobytes
    void aSenderWhoStopsLeavesNothing() {
        InputStream broken =
                new InputStream() {
                    private final InputStream first =
                            new ByteArrayInputStream(
                                    lines(0, 1200).getBytes(StandardCharsets.UTF_8));

                    @Override
                    public int read() throws IOException {
                        int next = first.read();
                        if (next < 0) {
                            throw new IOException("connection reset");
                        }
                        return next;
                    }
                };
        assertThatThrownBy(() ->
                        send(NDJSON, "operation=CREATE&template=" + scene.saas.template, broken))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(rows()).containsExactly(0L, 0L, 0L, 0L);
    }

    @Test
    void aRequestRepeatedUnderItsKeyMakesOneJob() {
        HttpResponse first = send(NDJSON, lines(0, 600), "order-7");
        HttpResponse again = send(NDJSON, lines(0, 600), "order-7");
        assertThat(ApiScene.json(again).get("id")).isEqualTo(ApiScene.json(first).get("id"));
        assertThat(rows()).containsExactly(1L, 600L, 0L, 0L);
        assertThat(send(NDJSON, lines(1, 600), "order-7").status()).isEqualTo(422);
        assertThat(rows()).containsExactly(1L, 600L, 0L, 0L);
    }

    @Test
    void theNamesThatAJobHoldsDoNotRefuseItsOwnRequestRepeated() {
        String query = "operation=CREATE&checkNames=true&template=" + scene.saas.template;
        byte[] body = lines(0, 3).getBytes(StandardCharsets.UTF_8);
        HttpResponse first = send(NDJSON, query, new ByteArrayInputStream(body), "order-8");
        assertThat(first.status()).as(ApiScene.text(first)).isEqualTo(201);
        scene.saas.tick();
        assertThat(error(send(NDJSON, query, new ByteArrayInputStream(body))).toString())
                .as("without the key it is another request, for names that are taken")
                .contains("is an alias of distribution");

        HttpResponse again = send(NDJSON, query, new ByteArrayInputStream(body), "order-8");
        assertThat(again.status()).as(ApiScene.text(again)).isEqualTo(201);
        assertThat(ApiScene.json(again).get("id")).isEqualTo(ApiScene.json(first).get("id"));
        assertThat(rows()).containsExactly(1L, 3L, 0L, 0L);
    }

    @Test
    void aDryRunStoresNothing() {
        HttpResponse judged =
                send(
                        NDJSON,
                        "dryRun=true&operation=CREATE&template=" + scene.saas.template,
                        new ByteArrayInputStream(lines(0, 700).getBytes(StandardCharsets.UTF_8)));
        assertThat(judged.status()).isEqualTo(200);
        assertThat(ApiScene.json(judged).get("entries").intValue()).isEqualTo(700);
        assertThat(rows()).containsExactly(0L, 0L, 0L, 0L);
        JsonNode forecast = ApiScene.json(judged).get("forecast");
        assertThat(forecast.get("certificates").intValue()).isEqualTo(700);
        assertThat(forecast.get("distributions").intValue()).isEqualTo(700);
        assertThat(forecast.get("quotas").get(0).get("enough").booleanValue()).isFalse();
        assertThat(forecast.has("seconds")).as("nothing was measured yet").isFalse();
    }

    @Test
    void theTimeIsForecastAtThePaceOfTheLastJobOfItsKind() {
        send(NDJSON, lines(0, 10));
        for (int i = 0; i < 10; i++) {
            scene.saas.acm.holdBack("n" + i + ".example.com");
        }
        scene.saas.tick();
        for (int i = 0; i < 10; i++) {
            scene.saas.acm.issue("n" + i + ".example.com");
            scene.saas.run(Duration.ofMinutes(10));
        }
        HttpResponse judged =
                send(
                        NDJSON,
                        "dryRun=true&operation=CREATE&template=" + scene.saas.template,
                        new ByteArrayInputStream(lines(100, 150).getBytes(StandardCharsets.UTF_8)));
        JsonNode forecast = ApiScene.json(judged).get("forecast");
        assertThat(forecast.get("pace").get("entries").intValue()).isEqualTo(10);
        double pace = forecast.get("pace").get("perSecond").doubleValue();
        assertThat(forecast.get("seconds").doubleValue()).isEqualTo(Math.ceil(50 / pace));
    }

    @Test
    void wordsOfAnUploadBesideADocumentAreRefused() {
        assertThat(send("application/json", "{}").status()).isEqualTo(400);
        assertThat(
                        send(NDJSON, "operation=CREATE&version=1", InputStream.nullInputStream())
                                .status())
                .isEqualTo(400);
    }

    @Test
    void whatCameFromASenderWhoWasKilledIsDeletedLater() {
        var uploads = scene.saas.jobs.uploads();
        var kind = new Uploads.Kind(Platform.Name.LOCAL, Operation.CREATE, true);
        var upload = uploads.begin(SaasScene.ACCOUNT, kind);
        upload.add(
                IntStream.range(0, 2500)
                        .mapToObj(i ->
                                new JobRequest.Entry(
                                        SaasScene.names("k" + i + ".example.com"),
                                        new CertificateSource.Request(),
                                        scene.saas.template()))
                        .toList());
        scene.saas.tick();
        assertThat(scene.saas.acm.certificates()).as("nothing of it is begun").isEmpty();
        assertThat(scene.jobs()).isZero();
        assertThat(uploads.advance(0, scene.saas.clock.instant()))
                .contains(scene.saas.clock.instant().plus(Duration.ofMinutes(15)));
        scene.saas.clock.advance(Duration.ofMinutes(16));
        uploads.advance(0, scene.saas.clock.instant());
        assertThatThrownBy(() -> upload.finish("{}", Optional.empty()))
                .as("half of it is gone")
                .isInstanceOf(Uploads.Gone.class);
        while (uploads.advance(0, scene.saas.clock.instant()).isPresent()) {}
        assertThat(rows()).containsExactly(0L, 0L, 0L, 0L);
    }
}
