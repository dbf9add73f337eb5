package dev.nameplate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The real server, started by its launcher on free loopback ports, with a hosted zone of its own.
final class NameplateServer implements AutoCloseable {
    static final String ZONE = "bench.example";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RunningServer process;
    private final JsonNode endpoints;
    private final Signing signing;
    private final Connection connection;

    private NameplateServer(RunningServer process, JsonNode endpoints) {
        this.process = process;
        this.endpoints = endpoints;
        this.signing = new Signing(api());
        this.connection = new Connection(api());
    }

    /// Only starts the process, which may not answer yet.
    ///
    /// @param ports of API, edge HTTPS, edge HTTP and DNS
    static RunningServer launch(
            Setup setup,
            Path folder,
            String cores,
            List<Integer> ports,
            Map<String, String> settings)
            throws IOException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("NAMEPLATE_DATA_DIR", folder.resolve("data").toString());
        environment.put("NAMEPLATE_API_PORT", String.valueOf(ports.get(0)));
        environment.put("NAMEPLATE_EDGE_HTTPS_PORT", String.valueOf(ports.get(1)));
        environment.put("NAMEPLATE_EDGE_HTTP_PORT", String.valueOf(ports.get(2)));
        environment.put("NAMEPLATE_PUBLIC_PORT", "0");
        environment.put("NAMEPLATE_DNS_PORT", String.valueOf(ports.get(3)));
        environment.put("NAMEPLATE_ACCESS_KEY_ID", Signing.ACCESS_KEY_ID);
        environment.put("NAMEPLATE_SECRET_ACCESS_KEY", Signing.SECRET_ACCESS_KEY);
        // Only the bench about it wants it: elsewhere it would be in the figures.
        environment.putIfAbsent("NAMEPLATE_EDGE_WARM_UP_SECONDS", "0");
        environment.putIfAbsent("NAMEPLATE_START_CACHE", "use");
        // Every name of a bench lies in the hosted zone; nothing may leave the machine.
        environment.put("NAMEPLATE_RESOLVERS", "127.0.0.1:9");
        return RunningServer.start(
                cores,
                folder.resolve("nameplate.log"),
                environment,
                List.of(setup.launcher().toString(), "serve"));
    }

    /// Starts on a new data folder and makes the zone.
    static NameplateServer start(Setup setup, Path folder, String cores)
            throws IOException, InterruptedException {
        return start(setup, folder, cores, Map.of());
    }

    /// @param settings by environment variable, beside those every bench has
    static NameplateServer start(
            Setup setup, Path folder, String cores, Map<String, String> settings)
            throws IOException, InterruptedException {
        return start(setup, folder, cores, List.of(0, 0, 0, 0), settings);
    }

    /// @param ports of API, edge HTTPS, edge HTTP and DNS; 0 takes a free one
    static NameplateServer start(
            Setup setup,
            Path folder,
            String cores,
            List<Integer> ports,
            Map<String, String> settings)
            throws IOException, InterruptedException {
        RunningServer process = launch(setup, folder, cores, ports, settings);
        Path file = folder.resolve("data").resolve("endpoints.json");
        Patience.until(
                "Nameplate to serve",
                Duration.ofMillis(20),
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(
                                "Nameplate ended at once; see " + folder.resolve("nameplate.log"));
                    }
                    return Files.exists(file);
                });
        NameplateServer server =
                new NameplateServer(process, JSON.readTree(Files.readString(file)));
        server.lightsail("CreateDomain", "{\"domainName\":\"%s\"}".formatted(ZONE));
        return server;
    }

    InetSocketAddress api() {
        return address("api");
    }

    InetSocketAddress edgeHttps() {
        return address("edgeHttps");
    }

    InetSocketAddress edgeHttp() {
        return address("edgeHttp");
    }

    Path caRoot() {
        return Path.of(endpoints.path("caRoot").asText());
    }

    Signing signing() {
        return signing;
    }

    Duration cpu() {
        return process.cpu();
    }

    RunningServer process() {
        return process;
    }

    /// @throws IllegalStateException if it is refused
    JsonNode lightsail(String operation, String json) throws IOException {
        Connection.Answer answer = connection.exchange(signing.lightsail(operation, json));
        if (answer.status() != 200) {
            throw new IllegalStateException(
                    "%s answered %d: %s".formatted(operation, answer.status(), answer.text()));
        }
        return JSON.readTree(answer.body());
    }

    /// @throws IllegalStateException if it is refused
    String cloudFront(String path, String xml) throws IOException {
        Connection.Answer answer = connection.exchange(signing.cloudFront(path, xml));
        if (answer.status() / 100 != 2) {
            throw new IllegalStateException(
                    "%s answered %d: %s".formatted(path, answer.status(), answer.text()));
        }
        return answer.text();
    }

    /// The name is also the first label of the only domain name.
    static String createCertificate(String name) {
        return "{\"certificateName\":\"%s\",\"domainName\":\"%s.%s\"}".formatted(name, name, ZONE);
    }

    /// Looks at each of these certificates until it is issued.
    ///
    /// @return when the last one that had to be waited for was issued; empty if all had been
    OptionalLong awaitIssued(List<String> names) throws IOException, InterruptedException {
        OptionalLong waited = OptionalLong.empty();
        for (String name : names) {
            if (!isIssued(name)) {
                Patience.until("certificate " + name, Duration.ofMillis(10), () -> isIssued(name));
                waited = OptionalLong.of(System.nanoTime());
            }
        }
        return waited;
    }

    private boolean isIssued(String name) throws IOException {
        return certificateStatus(name).equals("ISSUED");
    }

    private String certificateStatus(String name) throws IOException {
        return lightsail("GetCertificates", "{\"certificateName\":\"%s\"}".formatted(name))
                .path("certificates")
                .path(0)
                .path("certificateDetail")
                .path("status")
                .asText();
    }

    /// A certificate for one host, and a distribution of its own that serves it from the origin; [PeerOrigin#FRESH] is not cached.
    ///
    /// @return the host
    String distribute(int originPort) throws IOException, InterruptedException {
        lightsail("CreateCertificate", createCertificate("www"));
        awaitIssued(List.of("www"));
        lightsail(
                "CreateDistribution",
                """
                {"distributionName":"shop","bundleId":"small_1_0",
                 "origin":{"name":"127.0.0.1:%d","regionName":"us-east-1","protocolPolicy":"http-only"},
                 "defaultCacheBehavior":{"behavior":"cache"},
                 "cacheBehaviors":[{"path":"%s","behavior":"dont-cache"}]}\
                """
                        .formatted(originPort, PeerOrigin.FRESH.substring(1)));
        // A distribution takes one change at a time.
        awaitDeployed("shop");
        lightsail(
                "AttachCertificateToDistribution",
                "{\"distributionName\":\"shop\",\"certificateName\":\"www\"}");
        awaitDeployed("shop");
        return "www." + ZONE;
    }

    void awaitDeployed(String distribution) throws InterruptedException {
        Patience.until(
                "distribution " + distribution + " to be deployed",
                Duration.ofMillis(20),
                () ->
                        lightsail(
                                        "GetDistributions",
                                        "{\"distributionName\":\"%s\"}".formatted(distribution))
                                .path("distributions")
                                .path(0)
                                .path("status")
                                .asText()
                                .equals("Deployed"));
    }

    private InetSocketAddress address(String key) {
        URI uri = URI.create(endpoints.path(key).asText());
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    @Override
    public void close() throws IOException {
        connection.close();
        process.close();
    }
}
