package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The five documented requests of SSL for SaaS, byte for byte but for the distribution ids, the PEM texts, and the names of a
/// sample that would ask for another's names again. Each ends in pages served over verified HTTPS.
@Tag("slow")
final class SaasSeedIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern NAME = Pattern.compile("\"([A-Z0-9]+)\\.COM\"");

    @TempDir private static Path folder;

    private static OriginServer origin;
    private static RunningServer server;
    private static LightsailClient lightsail;
    private static String template;
    private static SaasDoor door;
    private static ForeignCa foreign;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws IOException {
        Parts.need("curl", "curl", "--version");
        origin = OriginServer.start();
        foreign = ForeignCa.make(folder.resolve("foreign"));
        server = RunningServer.start(folder.resolve("data"), foreign.trusted(), List.of());
        SdkClients sdk = SdkClients.of(server);
        lightsail = sdk.lightsail();
        template = sdk.template(origin);
        door = SaasDoor.of(server);
    }

    @AfterAll
    static void stop() {
        if (lightsail != null) {
            lightsail.close();
        }
        if (server != null) {
            server.close();
        }
        if (origin != null) {
            origin.close();
        }
    }

    @Test
    void createsFromAVersionOfTheTemplate() throws Exception {
        create("create-from-version", "YOURDOMAINNAME", 1);
    }

    @Test
    void createsFromTheLiveTemplateInSpiteOfATrailingComma() throws Exception {
        create("create-from-live", "SECONDDOMAINNAME", 1);
    }

    @Test
    void createsTwoInSpiteOfANameGivenTwice() throws Exception {
        create("create-two", "YOURDOMAINNAME", 2);
    }

    @Test
    void importsOneOfAForeignAuthority() throws Exception {
        importForeign("import-one", List.of(List.of("one.foreign.test", "www.one.foreign.test")));
    }

    @Test
    void importsTwoOfAForeignAuthority() throws Exception {
        importForeign(
                "import-two",
                List.of(List.of("apex.test"), List.of("two.foreign.test", "www.two.foreign.test")));
    }

    @Test
    void aWrongApiKeyIsForbidden() throws Exception {
        HttpResponse<String> refused = send("{}", "not the key");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).isEqualTo("{\"message\":\"Forbidden\"}");
    }

    /// Badly formed, of no known kind, from no template, for no name, and with placeholders where a PEM belongs.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create-two | \"acm_op\": | , | line 2",
                "create-two | \"acm_op\": \"create\" | \"acm_op\": \"renew\" | acm_op",
                "create-two | E195R1W5GIVPF5 | E0000000000000 | cnameList[0].existing_cf_info.distribution_id",
                "create-two | YOURDOMAINNAME1.COM | NOTADOMAINNAME | cnameList[0].domainName",
                "create-two | \"sanList\" | \"others\" | cnameList[1].sanList",
                "import-two | E1DACGTRXKKWCH | E0000000000000 | pemList[1]",
            })
    void badInputIsRefusedWholeAndMakesNoJob(
            String sample, String part, String replacement, String told) throws Exception {
        int before = door.get("/list_ssl_jobs").size();
        HttpResponse<String> refused =
                send(
                        Fixtures.text("seeds/" + sample + ".json")
                                .replace(part, replacement)
                                .replace("E195R1W5GIVPF5", template),
                        RunningServer.API_KEY);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains(told);
        assertThat(door.get("/list_ssl_jobs")).hasSize(before);
    }

    /// @param placeholder what takes the place of `YOURDOMAINNAME`
    private static void create(String sample, String placeholder, int entries) throws Exception {
        String body =
                Fixtures.text("seeds/" + sample + ".json")
                        .replace("YOURDOMAINNAME", placeholder)
                        .replace("E195R1W5GIVPF5", template);
        List<String> names =
                NAME.matcher(body)
                        .results()
                        .map(match -> match.group(1).toLowerCase(Locale.ROOT) + ".com")
                        .distinct()
                        .toList();
        // Each name's zone is hosted here, so that its proof is found without touching the
        // Internet.
        names.forEach(name -> lightsail.createDomain(request -> request.domainName(name)));
        serve(body, "create", entries, names, server.caRoot());
    }

    private static void importForeign(String sample, List<List<String>> owners) throws Exception {
        String body =
                Fixtures.text("seeds/" + sample + ".json").replace("E1DACGTRXKKWCH", template);
        for (List<String> names : owners) {
            ForeignCa.Triple triple = foreign.issue(names.toArray(String[]::new));
            body = filled(body, "CertPem", triple.certificate());
            body = filled(body, "PrivateKeyPem", triple.privateKey());
            body = filled(body, "ChainPem", triple.chain());
        }
        assertThat(body).doesNotContain("XXXX", "AAAAAAAAAAA");
        serve(
                body,
                "import",
                owners.size(),
                owners.stream().flatMap(List::stream).toList(),
                foreign.root());
    }

    /// The next documented text of a member replaced by a file's.
    private static String filled(String body, String member, Path pem) throws IOException {
        return Pattern.compile("(\"" + member + "\": )\"-----[^\"]*\\\\n[XA]{11,12}\\\\n[^\"]*\"")
                .matcher(body)
                .replaceFirst(
                        "$1"
                                + Matcher.quoteReplacement(
                                        JSON.writeValueAsString(ForeignCa.Triple.text(pem))));
    }

    private static void serve(
            String body, String type, int entries, List<String> names, Path trusted)
            throws Exception {
        String job = post(body);
        JsonNode done = follow(job);
        assertThat(done.path("jobType").asText()).isEqualTo(type);
        for (String stage :
                List.of("certCreateStageStatus", "certValidationStageStatus", "distStageStatus")) {
            assertThat(done.path(stage).asText()).as(stage).isEqualTo("SUCCESS");
        }
        for (String counter :
                List.of(
                        "cert_total_number",
                        "cert_completed_number",
                        "cloudfront_distribution_total_number",
                        "cloudfront_distribution_created_number")) {
            assertThat(done.path(counter).isTextual()).as(counter).isTrue();
            assertThat(done.path(counter).asText())
                    .as(counter)
                    .isEqualTo(Integer.toString(entries));
        }
        assertThat(JSON.readTree(done.path("job_input").asText()).path("acm_op").asText())
                .isEqualTo(type);
        assertThat(done.path("job_input").asText()).doesNotContain("PRIVATE KEY");

        List<String> distributions =
                texts(door.get("/list_cloudfront_arn_with_jobId?jobId=" + job));
        assertThat(distributions)
                .hasSize(entries)
                .doesNotHaveDuplicates()
                .allMatch(arn ->
                        arn.startsWith(
                                "arn:aws:cloudfront::" + RunningServer.ACCOUNT + ":distribution/E"))
                .noneMatch(arn -> arn.endsWith(template));
        List<String> certificates =
                texts(door.get("/list_ssl_certification_with_jobId?jobId=" + job));
        assertThat(certificates).hasSize(entries).doesNotHaveDuplicates();
        assertThat(stream(door.get("/cert_list")).map(each -> each.path("CertificateArn").asText()))
                .containsAll(certificates);
        assertThat(stream(door.get("/list_ssl_jobs")).map(each -> each.path("jobId").asText()))
                .contains(job);

        Visitor visitor = new Visitor(server, trusted);
        for (String name : names) {
            Visitor.Page page = visitor.fetch(name, "/" + name);
            assertThat(page.status()).as(name).isEqualTo(200);
            assertThat(page.body()).isEqualTo(OriginServer.page("/" + name));
        }
    }

    private static String post(String body) throws Exception {
        HttpResponse<String> answer = send(body, RunningServer.API_KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode json = JSON.readTree(answer.body());
        assertThat(json.propertyStream().map(member -> member.getKey()))
                .containsExactly("statusCode", "body");
        assertThat(json.path("statusCode").isInt()).isTrue();
        assertThat(json.path("statusCode").asInt()).isEqualTo(200);
        assertThat(json.path("body").asText()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        return json.path("body").asText();
    }

    private static JsonNode follow(String job) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        Await.until(
                LIMIT,
                "job " + job + " to end",
                () -> {
                    JsonNode seen = door.get("/get_ssl_job?jobId=" + job);
                    last.set(seen);
                    assertThat(
                                    Stream.of(
                                            seen.path("certCreateStageStatus").asText(),
                                            seen.path("certValidationStageStatus").asText(),
                                            seen.path("distStageStatus").asText()))
                            .as(seen.toPrettyString())
                            .doesNotContain("FAILED");
                    return seen.path("distStageStatus").asText().equals("SUCCESS");
                });
        return last.get();
    }

    private static HttpResponse<String> send(String body, String apiKey) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.api() + "/ssl_for_saas"))
                        .timeout(LIMIT)
                        .header("x-api-key", apiKey)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static List<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::asText).toList();
    }
}
