package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;
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
    private static ForeignCa foreign;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws IOException {
        Parts.need("curl", "curl", "--version");
        origin = OriginServer.start();
        foreign = ForeignCa.make(folder.resolve("foreign"));
        server = RunningServer.start(folder.resolve("data"));
        lightsail = pointed(LightsailClient.builder()).build();
        try (CloudFrontClient cloudFront = pointed(CloudFrontClient.builder()).build()) {
            template =
                    cloudFront
                            .createDistribution(request -> request.distributionConfig(config()))
                            .distribution()
                            .id();
        }
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
    void aWrongApiKeyCreatesNothing() throws Exception {
        HttpResponse<String> refused =
                HTTP.send(
                        request("", "not the key")
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).isEqualTo("{\"message\":\"Forbidden\"}");
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

        List<String> distributions = texts(get("list_cloudfront_arn_with_jobId?jobId=" + job));
        assertThat(distributions)
                .hasSize(entries)
                .doesNotHaveDuplicates()
                .allMatch(arn ->
                        arn.startsWith(
                                "arn:aws:cloudfront::" + RunningServer.ACCOUNT + ":distribution/E"))
                .noneMatch(arn -> arn.endsWith(template));
        List<String> certificates = texts(get("list_ssl_certification_with_jobId?jobId=" + job));
        assertThat(certificates).hasSize(entries).doesNotHaveDuplicates();
        assertThat(stream(get("cert_list")).map(each -> each.path("CertificateArn").asText()))
                .containsAll(certificates);
        assertThat(stream(get("list_ssl_jobs")).map(each -> each.path("jobId").asText()))
                .contains(job);

        Visitor visitor = new Visitor(server, trusted);
        for (String name : names) {
            Visitor.Page page = visitor.fetch(name, "/" + name);
            assertThat(page.status()).as(name).isEqualTo(200);
            assertThat(page.body()).isEqualTo(OriginServer.page("/" + name));
        }
    }

    private static String post(String body) throws Exception {
        HttpResponse<String> answer =
                HTTP.send(
                        request("", RunningServer.API_KEY)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
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
                    JsonNode seen = get("get_ssl_job?jobId=" + job);
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

    private static JsonNode get(String path) {
        try {
            HttpResponse<String> answer =
                    HTTP.send(
                            request("/" + path, RunningServer.API_KEY).GET().build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(path, e);
        }
    }

    private static HttpRequest.Builder request(String path, String apiKey) {
        return HttpRequest.newBuilder(URI.create(server.api() + "/ssl_for_saas" + path))
                .timeout(LIMIT)
                .header("x-api-key", apiKey)
                .header("Content-Type", "application/json");
    }

    private static DistributionConfig config() {
        Origin app =
                Origin.builder()
                        .id("app")
                        .domainName("127.0.0.1")
                        .customOriginConfig(custom ->
                                custom.httpPort(origin.port())
                                        .httpsPort(443)
                                        .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                        .build();
        return DistributionConfig.builder()
                .callerReference("template")
                .comment("the template")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(app))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("app")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
                                .cachePolicyId("658327ea-f89d-4fab-a63d-7e88639e58f6"))
                .build();
    }

    private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B pointed(
            B builder) {
        return builder.endpointOverride(server.api())
                .region(Region.US_EAST_1)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        RunningServer.ACCESS_KEY, RunningServer.SECRET_KEY)));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static List<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::asText).toList();
    }
}
