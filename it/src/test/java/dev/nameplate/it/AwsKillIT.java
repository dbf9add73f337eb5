package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// `kill -9` of the server while its jobs make things at AWS, for which moto stands: each time between a call's effect and its record,
/// and others' calls are under way. Every entry ends once, nothing is made twice, and a roll-back, killed like the rest, leaves moto
/// as it was.
@Tag("conformance")
final class AwsKillIT {
    private static final int IMPORTS = Integer.getInteger("nameplate.kill.entries", 28);
    private static final int REQUESTS = Math.max(1, IMPORTS * 12 / 28);
    private static final int KILLS = Integer.getInteger("nameplate.kill.points", 6);
    private static final long SEED = Long.getLong("nameplate.kill.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private Path folder;
    private final Random random = new Random(SEED);

    @SuppressWarnings("NullAway.Init") // started at the beginning of the test
    private RunningServer server;

    private int killed;
    private Duration starting = Duration.ZERO;

    @Test
    void everyEntryEndsOnceNothingIsMadeTwiceAndARollBackLeavesNothing() throws IOException {
        System.out.printf(
                "%d kills, jobs of %d and %d entries, -Dnameplate.kill.seed=%d%n",
                KILLS, IMPORTS, REQUESTS, SEED);
        long began = System.nanoTime();
        ForeignCa ca = ForeignCa.make(folder.resolve("ca"));
        try (MotoGate gate = MotoGate.start();
                ShownCertificates edge = ShownCertificates.start();
                AcmClient acm = acm(gate.moto());
                CloudFrontClient cloudFront = cloudFront(gate.moto())) {
            String template = template(cloudFront);
            ObjectNode imports = JSON.createObjectNode();
            imports.put("operation", "IMPORT").put("platform", "AWS");
            ArrayNode entries = imports.putArray("entries");
            for (int i = 0; i < IMPORTS; i++) {
                String name = "n" + i + ".brought.example";
                ForeignCa.Triple triple = ca.issue(name);
                edge.show(name, triple);
                entries.addObject()
                        .put("certificate", ForeignCa.Triple.text(triple.certificate()))
                        .put("privateKey", ForeignCa.Triple.text(triple.privateKey()))
                        .put("chain", ForeignCa.Triple.text(triple.chain()))
                        .putObject("template")
                        .put("distribution", template);
            }
            ObjectNode requests = JSON.createObjectNode();
            requests.put("operation", "CREATE").put("platform", "AWS").put("distributions", false);
            entries = requests.putArray("entries");
            for (int i = 0; i < REQUESTS; i++) {
                entries.addObject().putArray("names").add("n" + i + ".asked.example");
            }
            start(gate, edge);
            try {
                String brought = post(imports);
                String asked = post(requests);
                int total = 2 * IMPORTS + REQUESTS;
                killed(gate, edge, KILLS, total, brought, asked);
                awaitAll(brought, "DONE");
                awaitAll(asked, "DONE");

                assertThat(gate.made("ImportCertificate")).isEqualTo(IMPORTS);
                assertThat(gate.made("CreateDistribution")).isEqualTo(IMPORTS);
                assertThat(certificates(acm)).hasSize(IMPORTS + REQUESTS);
                List<DistributionConfig> clones =
                        distributions(cloudFront).stream()
                                .map(DistributionSummary::id)
                                .filter(id -> !id.equals(template))
                                .map(id ->
                                        cloudFront
                                                .getDistributionConfig(request -> request.id(id))
                                                .distributionConfig())
                                .toList();
                assertThat(clones)
                        .hasSize(IMPORTS)
                        .allMatch(clone -> clone.aliases().items().size() == 1);
                assertThat(clones)
                        .extracting(clone -> clone.viewerCertificate().acmCertificateArn())
                        .doesNotHaveDuplicates()
                        .doesNotContainNull();

                rollBack(brought);
                rollBack(asked);
                killed(gate, edge, Math.max(1, KILLS / 3), total, brought, asked);
                awaitAll(brought, "REMOVED");
                awaitAll(asked, "REMOVED");
                assertThat(certificates(acm)).isEmpty();
                assertThat(distributions(cloudFront))
                        .as("the template alone")
                        .extracting(DistributionSummary::id)
                        .containsExactly(template);
                assertThat(gate.made("DeleteDistribution")).isEqualTo(IMPORTS);
                assertThat(gate.made("DeleteCertificate")).isEqualTo(IMPORTS + REQUESTS);
            } finally {
                server.close();
            }
            assertThat(BulkKillIT.audit(folder.resolve("data")))
                    .contains("everything fits together");
            System.out.printf(
                    "%d kills between an effect and its record, in %d s, %d of them for starts%n",
                    killed,
                    Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                    starting.toSeconds());
        }
    }

    /// Each after some more calls, spread over what is to be done.
    private void killed(
            MotoGate gate, ShownCertificates edge, int kills, int effects, String... jobs) {
        for (int i = 0; i < kills; i++) {
            gate.hold(1 + random.nextInt(Math.max(1, effects / (kills + 1))));
            Await.until(
                    LIMIT,
                    "a call's effect, or the jobs' end",
                    () -> gate.isHeld() || Stream.of(jobs).allMatch(this::isOver));
            if (!gate.isHeld()) {
                return;
            }
            server.kill();
            killed++;
            gate.release();
            start(gate, edge);
        }
        gate.hold(Integer.MAX_VALUE);
    }

    private void start(MotoGate gate, ShownCertificates edge) {
        long began = System.nanoTime();
        server =
                RunningServer.start(
                        folder.resolve("data"),
                        Map.of(
                                "NAMEPLATE_SAAS_PLATFORMS",
                                "local,aws",
                                "NAMEPLATE_AWS_ENDPOINT",
                                gate.uri().toString(),
                                "NAMEPLATE_AWS_EDGE",
                                edge.authority(),
                                "NAMEPLATE_AWS_PACE_PERCENT",
                                "2000",
                                "AWS_ACCESS_KEY_ID",
                                RunningServer.ACCESS_KEY,
                                "AWS_SECRET_ACCESS_KEY",
                                RunningServer.SECRET_KEY),
                        List.of());
        starting = starting.plusNanos(System.nanoTime() - began);
    }

    private boolean isOver(String job) {
        return !List.of("RUNNING", "ROLLING_BACK")
                .contains(RestApi.get(server, "/v1/jobs/" + job).path("status").asText());
    }

    private void awaitAll(String job, String state) {
        Await.until(
                LIMIT,
                "all entries of " + job + " to be " + state,
                () -> {
                    JsonNode shown = RestApi.get(server, "/v1/jobs/" + job);
                    JsonNode states = shown.path("entries");
                    if (states.has("FAILED")) {
                        throw new AssertionError(
                                RestApi.get(server, "/v1/jobs/" + job + "/entries?state=FAILED")
                                        .toPrettyString());
                    }
                    return states.path(state).asInt() == shown.path("total").asInt();
                });
    }

    private String post(ObjectNode job) {
        return RestApi.call(server, "POST", "/v1/jobs", job.toString(), 201).path("id").asText();
    }

    private void rollBack(String job) {
        RestApi.call(server, "POST", "/v1/jobs/" + job + "/rollback", "{\"entries\":\"ALL\"}", 202);
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(RunningServer.ACCESS_KEY, RunningServer.SECRET_KEY));
    }

    private static AcmClient acm(URI moto) {
        return AcmClient.builder()
                .endpointOverride(moto)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials())
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static CloudFrontClient cloudFront(URI moto) {
        return CloudFrontClient.builder()
                .endpointOverride(moto)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials())
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static String template(CloudFrontClient cloudFront) {
        Origin app =
                Origin.builder()
                        .id("app")
                        .domainName("app.example.com")
                        .customOriginConfig(custom ->
                                custom.httpPort(80)
                                        .httpsPort(443)
                                        .originProtocolPolicy("http-only"))
                        .build();
        return cloudFront
                .createDistribution(request ->
                        request.distributionConfig(config ->
                                config.callerReference("template")
                                        .comment("what every clone is a copy of")
                                        .enabled(true)
                                        .origins(origins -> origins.quantity(1).items(app))
                                        .defaultCacheBehavior(behavior ->
                                                behavior.targetOriginId("app")
                                                        .viewerProtocolPolicy(
                                                                ViewerProtocolPolicy.ALLOW_ALL)
                                                        .cachePolicyId(
                                                                "658327ea-f89d-4fab-a63d-7e88639e58f6"))))
                .distribution()
                .id();
    }

    private static List<CertificateSummary> certificates(AcmClient acm) {
        return acm
                .listCertificatesPaginator(request ->
                        request.includes(filter ->
                                filter.keyTypes(
                                        KeyAlgorithm.RSA_2048, KeyAlgorithm.EC_PRIME256_V1)))
                .stream()
                .flatMap(page -> page.certificateSummaryList().stream())
                .toList();
    }

    private static List<DistributionSummary> distributions(CloudFrontClient cloudFront) {
        List<DistributionSummary> all = new ArrayList<>();
        String marker = "";
        do {
            String from = marker;
            var page =
                    cloudFront
                            .listDistributions(request -> {
                                if (!from.isEmpty()) {
                                    request.marker(from);
                                }
                            })
                            .distributionList();
            all.addAll(page.items());
            marker = Boolean.TRUE.equals(page.isTruncated()) ? page.nextMarker() : "";
        } while (!marker.isEmpty());
        return all;
    }
}
