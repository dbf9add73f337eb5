package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The suite http-cache-tests against a distribution that obeys its origin: what is published in `it/cache-tests/`.
@Tag("conformance")
final class CacheTestsIT {
    private static final Path HOME = Path.of("cache-tests").toAbsolutePath();
    private static final String MANAGED_ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3";
    private static final long TEN_YEARS = 315_360_000;

    /// Each is argued in `it/cache-tests/README.md`.
    private static final Set<String> REQUIRED_BUT_FAILING =
            Set.of(
                    "age-parse-prefix",
                    "stale-close-must-revalidate",
                    "stale-close-proxy-revalidate",
                    "stale-close-no-cache",
                    "stale-close-s-maxage=2",
                    "invalidate-M-SEARCH",
                    "invalidate-M-SEARCH-cl");

    private static final int OPTIMAL_AT_LEAST = 90;

    @TempDir private Path folder;

    @Test
    void everyRequiredTestPassesButThoseArgued() throws IOException {
        Parts.need("Node.js", "node", "--version");
        Parts.need("npm", "npm", "--version");
        Path suite = install();
        int originPort = FreePort.find();
        Process origin =
                node(
                        suite,
                        Map.of(
                                "npm_config_protocol", "http",
                                "npm_config_port", Integer.toString(originPort),
                                "npm_config_pidfile", folder.resolve("origin.pid").toString()),
                        folder.resolve("origin.log"),
                        "loopback.mjs",
                        "server/server.mjs");
        try (RunningServer server =
                RunningServer.start(
                        folder.resolve("data"),
                        Map.of("NAMEPLATE_EDGE_HEURISTIC_FRESHNESS", "true"),
                        List.of())) {
            String host = distribution(server, originPort);
            Path results = Path.of("target", "cache-tests", "nameplate.json").toAbsolutePath();
            Process client =
                    node(
                            suite,
                            Map.of(),
                            results,
                            "resolve.mjs",
                            HOME.resolve("run.mjs").toString(),
                            suite.toString(),
                            "http://" + host + ":" + server.edgeHttp().getPort());
            Await.until(Duration.ofMinutes(3), "the suite", () -> !client.isAlive());
            JsonNode kinds =
                    JsonMapper.builder()
                            .build()
                            .readTree(
                                    Commands.output(
                                            "node",
                                            HOME.resolve("tally.mjs").toString(),
                                            suite.toString(),
                                            results.toString()));
            System.out.println("http-cache-tests: " + kinds);
            assertThat(failed(kinds, "required")).isSubsetOf(REQUIRED_BUT_FAILING);
            assertThat(kinds.get("optimal").get("passed").asInt())
                    .as("optimal; failed: " + failed(kinds, "optimal"))
                    .isGreaterThanOrEqualTo(OPTIMAL_AT_LEAST);
        } finally {
            origin.destroy();
        }
    }

    private static List<String> failed(JsonNode kinds, String kind) {
        List<String> ids = new ArrayList<>();
        kinds.get(kind).get("failed").forEach(id -> ids.add(id.asText()));
        return ids;
    }

    private static Path install() throws IOException {
        Path target = Path.of("target", "cache-tests").toAbsolutePath();
        Files.createDirectories(target);
        Files.writeString(
                target.resolve("package.json"), Files.readString(HOME.resolve("package.json")));
        Commands.output("npm", "install", "--no-audit", "--no-fund", "--prefix", target.toString());
        return target.resolve("node_modules").resolve("http-cache-tests");
    }

    private static Process node(
            Path suite,
            Map<String, String> settings,
            Path output,
            String preload,
            String... program)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(
                        "node",
                        "--no-warnings",
                        "--import",
                        HOME.resolve(preload).toUri().toString()));
        command.addAll(List.of(program));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(settings);
        return builder.directory(suite.toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// Obeys the origin's headers, keeps no error longer than those say, forwards every header and keys none.
    private static String distribution(RunningServer server, int originPort) {
        try (CloudFrontClient cloudFront = SdkClients.of(server).cloudFront()) {
            String policy =
                    cloudFront
                            .createCachePolicy(request ->
                                    request.cachePolicyConfig(config ->
                                            config.name("as-the-origin-says")
                                                    .minTTL(0L)
                                                    .defaultTTL(0L)
                                                    .maxTTL(TEN_YEARS)
                                                    .parametersInCacheKeyAndForwardedToOrigin(key ->
                                                            key.enableAcceptEncodingGzip(false)
                                                                    .headersConfig(headers ->
                                                                            headers.headerBehavior(
                                                                                    "none"))
                                                                    .cookiesConfig(cookies ->
                                                                            cookies.cookieBehavior(
                                                                                    "none"))
                                                                    .queryStringsConfig(queries ->
                                                                            queries
                                                                                    .queryStringBehavior(
                                                                                            "all")))))
                            .cachePolicy()
                            .id();
            Origin origin =
                    Origin.builder()
                            .id("suite")
                            .domainName("127.0.0.1")
                            .customOriginConfig(custom ->
                                    custom.httpPort(originPort)
                                            .httpsPort(443)
                                            .originKeepaliveTimeout(1) // below the origin's own
                                            .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                            .build();
            List<CustomErrorResponse> errors =
                    Stream.of(400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
                            .map(code ->
                                    CustomErrorResponse.builder()
                                            .errorCode(code)
                                            .errorCachingMinTTL(0L)
                                            .build())
                            .toList();
            List<Method> methods =
                    List.of(
                            Method.GET,
                            Method.HEAD,
                            Method.OPTIONS,
                            Method.PUT,
                            Method.POST,
                            Method.PATCH,
                            Method.DELETE);
            DistributionConfig config =
                    DistributionConfig.builder()
                            .callerReference("cache-tests")
                            .comment("")
                            .enabled(true)
                            .origins(origins -> origins.quantity(1).items(origin))
                            .customErrorResponses(all -> all.quantity(errors.size()).items(errors))
                            .defaultCacheBehavior(behavior ->
                                    behavior.targetOriginId("suite")
                                            .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                                            .allowedMethods(allowed ->
                                                    allowed.quantity(methods.size())
                                                            .items(methods)
                                                            .cachedMethods(cached ->
                                                                    cached.quantity(2)
                                                                            .items(
                                                                                    Method.GET,
                                                                                    Method.HEAD)))
                                            .cachePolicyId(policy)
                                            .originRequestPolicyId(MANAGED_ALL_VIEWER))
                            .build();
            Distribution made =
                    cloudFront
                            .createDistribution(request -> request.distributionConfig(config))
                            .distribution();
            cloudFront.waiter().waitUntilDistributionDeployed(request -> request.id(made.id()));
            return made.domainName();
        }
    }
}
