package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;
import software.amazon.awssdk.services.lightsail.model.MetricDatapoint;
import software.amazon.awssdk.services.lightsail.model.MetricStatistic;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A Lightsail distribution from its making to its end: served, changed, reset, measured, logged, rolled back beside the running
/// server, and all of it there after `kill -9` and a new start.
@Tag("slow")
final class DistributionLifeIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Map<String, String> LOGGED = Map.of("NAMEPLATE_ACCESS_LOG", "json");

    @TempDir private Path folder;

    @Test
    void everythingAboutADistributionFollowsWhatHappensToIt() throws Exception {
        Path data = folder.resolve("data");
        Instant start = Instant.now().minusSeconds(60);
        double requests;
        String id;
        try (OriginServer origin = OriginServer.start();
                RunningServer server = RunningServer.start(data, LOGGED, List.of());
                LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            Visitor visitor = new Visitor(server, server.caRoot());
            lightsail.createDistribution(request ->
                    request.distributionName("shop")
                            .bundleId("small_1_0")
                            .origin(from -> from.name("127.0.0.1:" + origin.port()))
                            .defaultCacheBehavior(cache -> cache.behavior("cache")));
            String host = deployed(lightsail).domainName();
            id = distributionId(server, host);
            visitor.fetchWhenServed(host, "/page");
            Visitor.Page hit = visitor.fetch(host, "/page");
            assertThat(hit.headers()).containsEntry("x-cache", "Hit from cloudfront");
            assertThat(hit.headers()).containsEntry("x-amz-cf-pop", "NPL50-P1");

            lightsail.resetDistributionCache(r -> r.distributionName("shop"));
            Await.until(
                    LIMIT,
                    "the reset",
                    () ->
                            lightsail
                                    .getDistributionLatestCacheReset(
                                            r -> r.distributionName("shop"))
                                    .status()
                                    .equals("Completed"));
            assertThat(visitor.fetch(host, "/page").headers())
                    .containsEntry("x-cache", "Miss from cloudfront");

            lightsail.updateDistribution(r -> r.distributionName("shop").isEnabled(false));
            deployed(lightsail);
            assertThat(visitor.fetch(host, "/page").status()).isEqualTo(403);

            String list = command(data, "versions", "list", host);
            assertThat(list.lines()).hasSize(2);
            assertThat(list.lines().findFirst().orElseThrow()).startsWith("*      2");
            assertThat(command(data, "versions", "diff", id, "1", "2"))
                    .isEqualTo("/disabled\n  - false\n  + true\n");
            assertThat(command(data, "versions", "rollback", id, "1", "--note", "too early"))
                    .contains("version 3");
            Await.until(
                    LIMIT,
                    "the rolled-back version at the edge",
                    () -> visitor.fetch(host, "/page").status() == 200);
            deployed(lightsail);
            assertThat(command(data, "versions", "list", id))
                    .contains("rolled back to 1: too early");

            requests = Files.readAllLines(data.resolve("access-log/access.log")).size();
            List<JsonNode> lines = lines(data);
            assertThat(lines)
                    .allSatisfy(line ->
                            assertThat(line.path("distribution").textValue()).isEqualTo(id));
            assertThat(lines.getFirst().path("configVersion").intValue()).isEqualTo(1);
            assertThat(lines)
                    .filteredOn(line -> line.path("status").intValue() == 403)
                    .allSatisfy(
                            line -> assertThat(line.path("configVersion").intValue()).isEqualTo(2));
            assertThat(lines.getLast().path("configVersion").intValue()).isEqualTo(3);

            Await.until(LIMIT, "the metrics", () -> sum(lightsail, start) >= requests);
            assertThat(get(server, "/metrics"))
                    .contains(
                            "nameplate_distribution_requests_total{distribution=\"" + id + "\"} ");
            server.kill();
        }
        try (RunningServer server = RunningServer.start(data, LOGGED, List.of());
                LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            assertThat(sum(lightsail, start)).isEqualTo(requests);
            assertThat(command(data, "versions", "list", id).lines()).hasSize(3);
        }
    }

    private static LightsailDistribution deployed(LightsailClient lightsail) {
        List<LightsailDistribution> last = new ArrayList<>();
        Await.until(
                LIMIT,
                "Deployed",
                () -> {
                    last.clear();
                    last.addAll(
                            lightsail
                                    .getDistributions(r -> r.distributionName("shop"))
                                    .distributions());
                    return last.getFirst().status().equals("Deployed");
                });
        return last.getFirst();
    }

    private static double sum(LightsailClient lightsail, Instant start) {
        return lightsail
                .getDistributionMetricData(request ->
                        request.distributionName("shop")
                                .metricName("Requests")
                                .startTime(start)
                                .endTime(start.plus(Duration.ofHours(1)))
                                .period(60)
                                .unit("None")
                                .statistics(MetricStatistic.SUM))
                .metricData()
                .stream()
                .mapToDouble(MetricDatapoint::sum)
                .sum();
    }

    private static List<JsonNode> lines(Path data) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(data.resolve("access-log/access.log"))) {
            lines.add(JsonMapper.builder().build().readTree(line));
        }
        return lines;
    }

    private static String distributionId(RunningServer server, String host) {
        return RestApi.get(server, "/v1/distributions?host=" + host)
                .path("distribution")
                .textValue();
    }

    private static String get(RunningServer server, String target) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(server.api() + target))
                                    .header("x-api-key", RunningServer.API_KEY)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    private static String command(Path data, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(RunningServer.LAUNCHER.toString());
        command.addAll(List.of(arguments));
        Commands.Result result =
                Commands.run(command, new HashMap<>(RunningServer.standardSettings(data)));
        assertThat(result.exit()).as("%s: %s", command, result.errors()).isZero();
        return result.output();
    }
}
