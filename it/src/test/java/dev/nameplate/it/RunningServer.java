package dev.nameplate.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `./nameplate serve` as its own process on free loopback ports, with known credentials.
final class RunningServer implements AutoCloseable {
    static final String ACCOUNT = "111122223333";
    static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
    static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    static final String API_KEY = "it-api-key-0123456789abcdef0123456789abcd";

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration END_LIMIT = Duration.ofMinutes(1);
    static final Path LAUNCHER = Path.of("..", "nameplate").toAbsolutePath().normalize();

    private final Process process;
    private final Path dataDir;
    private final Path log;
    private final JsonNode endpoints;

    private RunningServer(Process process, Path dataDir, Path log, JsonNode endpoints) {
        this.process = process;
        this.dataDir = dataDir;
        this.log = log;
        this.endpoints = endpoints;
    }

    static RunningServer start(Path dataDir) {
        return start(dataDir, Map.of(), List.of());
    }

    /// @param settings environment variables that win over the harness's own
    /// @param wrapper command put before the launcher, such as `strace …`; empty for none
    static RunningServer start(Path dataDir, Map<String, String> settings, List<String> wrapper) {
        try {
            Files.createDirectories(dataDir);
            Path log = dataDir.resolveSibling(dataDir.getFileName() + ".log");
            ArrayList<String> command = new ArrayList<>(wrapper);
            command.addAll(List.of(LAUNCHER.toString(), "serve"));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeIf(name -> name.startsWith("NAMEPLATE_"));
            builder.environment().putAll(standardSettings(dataDir));
            builder.environment().putAll(settings);
            Files.deleteIfExists(dataDir.resolve("endpoints.json"));
            Process process = builder.start();
            try {
                return new RunningServer(
                        process, dataDir, log, awaitEndpoints(process, dataDir, log));
            } catch (IOException | RuntimeException | AssertionError e) {
                // A launcher that is still building would outlive the test.
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, String> standardSettings(Path dataDir) {
        Map<String, String> settings = new HashMap<>();
        settings.put("NAMEPLATE_DATA_DIR", dataDir.toString());
        settings.put("NAMEPLATE_API_PORT", "0");
        settings.put("NAMEPLATE_EDGE_HTTP_PORT", "0");
        settings.put("NAMEPLATE_PUBLIC_PORT", "0");
        settings.put("NAMEPLATE_EDGE_HTTPS_PORT", "0");
        settings.put("NAMEPLATE_DNS_PORT", "0");
        settings.put("NAMEPLATE_EDGE_WARM_UP_SECONDS", "0");
        // The build has made one; no test of something else makes another beside it.
        settings.put("NAMEPLATE_START_CACHE", "use");
        // A server that lives for seconds never gets back what compiling it well would cost.
        settings.put("NAMEPLATE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        // Nor will it hand out dozens of keys.
        settings.put("NAMEPLATE_RSA_POOL", "4");
        settings.put("NAMEPLATE_ACCOUNT_ID", ACCOUNT);
        settings.put("NAMEPLATE_ACCESS_KEY_ID", ACCESS_KEY);
        settings.put("NAMEPLATE_SECRET_ACCESS_KEY", SECRET_KEY);
        settings.put("NAMEPLATE_API_KEY", API_KEY);
        return settings;
    }

    private static JsonNode awaitEndpoints(Process process, Path dataDir, Path log)
            throws IOException {
        Path file = dataDir.resolve("endpoints.json");
        Await.until(
                START_LIMIT,
                "endpoints.json; the server's output so far: " + log,
                () -> Files.exists(file) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException("the server ended at start:\n" + Files.readString(log));
        }
        return JsonMapper.builder().build().readTree(file.toFile());
    }

    URI api() {
        return URI.create(endpoints.get("api").asText());
    }

    URI edgeHttp() {
        return URI.create(endpoints.get("edgeHttp").asText());
    }

    URI edgeHttps() {
        return URI.create(endpoints.get("edgeHttps").asText());
    }

    /// CA certificates, revocation lists and OCSP.
    URI pki() {
        return URI.create(endpoints.get("pki").asText());
    }

    /// `host:port`.
    String dns() {
        return endpoints.get("dns").asText();
    }

    Path caRoot() {
        return Path.of(endpoints.get("caRoot").asText());
    }

    Path dataDir() {
        return dataDir;
    }

    /// Standard output and error together.
    Path log() {
        return log;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// `kill -9`.
    void kill() {
        process.destroyForcibly();
        awaitEnd(END_LIMIT);
    }

    /// SIGTERM.
    void stop() {
        process.destroy();
        awaitEnd(END_LIMIT);
    }

    private void awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the server did not end within " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }
}
