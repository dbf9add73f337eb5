package dev.nameplate.testkit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Pebble, Let's Encrypt's ACME authority for tests, in a process of its own on free loopback ports (Debian's package
/// `pebble`). It keeps everything in memory: a new one knows nobody.
public final class Pebble implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);

    /// The ports are free when they are looked for, and may be taken when Pebble comes to them.
    private static final int STARTS = 5;

    private final Process process;
    private final Path folder;
    private final TestCa tls;
    private final int port;
    private final int management;
    private final HttpClient http;

    private Pebble(Process process, Path folder, TestCa tls, int port, int management) {
        this.process = process;
        this.folder = folder;
        this.tls = tls;
        this.port = port;
        this.management = management;
        this.http = HttpClient.newBuilder().sslContext(TlsContexts.trusting(tls)).build();
    }

    /// One that sleeps nowhere, takes every nonce and validates every name anew.
    public static Options options() {
        return new Options();
    }

    /// What one start is told.
    public static final class Options {
        private final Map<String, String> environment =
                new HashMap<>(
                        Map.of(
                                "PEBBLE_VA_NOSLEEP", "1",
                                "PEBBLE_WFE_NONCEREJECT", "0",
                                "PEBBLE_AUTHZREUSE", "0"));
        private final ObjectNode config = JsonMapper.builder().build().createObjectNode();
        private String resolver = "";
        private Optional<Path> binary = Optional.empty();

        private Options() {
            config.put("ocspResponderURL", "")
                    .put("externalAccountBindingRequired", false)
                    .put("certificateValidityPeriod", Duration.ofHours(1).toSeconds())
                    .put("httpPort", 1)
                    .put("tlsPort", 1);
        }

        /// Refuses so many of a hundred nonces that it gave out.
        public Options nonceReject(int percent) {
            environment.put("PEBBLE_WFE_NONCEREJECT", Integer.toString(percent));
            return this;
        }

        /// Lets so many of a hundred authorizations count again for the next order.
        public Options authorizationReuse(int percent) {
            environment.put("PEBBLE_AUTHZREUSE", Integer.toString(percent));
            return this;
        }

        /// Validates without looking.
        public Options alwaysValid() {
            environment.put("PEBBLE_VA_ALWAYS_VALID", "1");
            return this;
        }

        /// Offers so many chains beside the first.
        public Options alternateRoots(int count) {
            environment.put("PEBBLE_ALTERNATE_ROOTS", Integer.toString(count));
            return this;
        }

        /// Puts so many intermediates between root and leaf.
        public Options chainLength(int intermediates) {
            environment.put("PEBBLE_CHAIN_LENGTH", Integer.toString(intermediates));
            return this;
        }

        /// Wants accounts bound by this key.
        ///
        /// @param key in base64url
        public Options externalAccount(String keyId, String key) {
            config.put("externalAccountBindingRequired", true);
            config.withObject("/externalAccountMACKeys").put(keyId, key);
            return this;
        }

        public Options validity(Duration ofCertificates) {
            config.put("certificateValidityPeriod", ofCertificates.toSeconds());
            return this;
        }

        /// Asks this server, and no other, for every record.
        ///
        /// @param address `host:port`
        public Options resolver(String address) {
            this.resolver = address;
            return this;
        }

        /// Another Pebble than the one on the path.
        public Options program(Path other) {
            this.binary = Optional.of(other);
            return this;
        }

        /// Skips the test, loudly, where there is no Pebble.
        public Pebble start() {
            Path program = binary.orElseGet(() -> Pebble.program("pebble"));
            for (int start = 1; start < STARTS; start++) {
                Optional<Pebble> started = start(program);
                if (started.isPresent()) {
                    return started.get();
                }
            }
            return start(program).orElseThrow(() -> new IllegalStateException("no port is free"));
        }

        private Optional<Pebble> start(Path program) {
            TestCa tls = new TestCa(Instant.now());
            TestCa.Issued shown = tls.issue("localhost");
            int port = FreePort.find();
            int management = FreePort.find();
            config.put("listenAddress", "127.0.0.1:" + port)
                    .put("managementListenAddress", "127.0.0.1:" + management)
                    .put("certificate", "tls.pem")
                    .put("privateKey", "tls.key");
            try {
                Path folder = Files.createTempDirectory("nameplate-pebble");
                Files.write(folder.resolve("tls.pem"), shown.certificatePem());
                Files.write(folder.resolve("tls.key"), shown.privateKeyPem());
                Files.write(folder.resolve("root.pem"), shown.chainPem());
                ObjectNode whole = JsonMapper.builder().build().createObjectNode();
                Files.writeString(
                        folder.resolve("pebble.json"), whole.set("pebble", config).toString());
                ProcessBuilder builder =
                        new ProcessBuilder(program.toString(), "-config", "pebble.json");
                if (!resolver.isEmpty()) {
                    builder.command().addAll(List.of("-dnsserver", resolver));
                }
                builder.environment().putAll(environment);
                builder.directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
                Pebble pebble = new Pebble(builder.start(), folder, tls, port, management);
                return pebble.answers() ? Optional.of(pebble) : Optional.empty();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /// Whether it came to listen; where it did not, it is gone.
    private boolean answers() {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        for (int each : List.of(port, management)) {
            while (!listens(each)) {
                if (!process.isAlive()) {
                    String log = log();
                    close();
                    if (log.contains("address already in use")) {
                        return false;
                    }
                    throw new IllegalStateException("pebble ended at start: " + log);
                }
                if (System.nanoTime() > end) {
                    close();
                    throw new IllegalStateException("pebble does not listen on port " + each);
                }
                pause();
            }
        }
        return process.isAlive();
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void pause() {
        try {
            process.waitFor(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException failed) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failed);
        }
    }

    public URI directory() {
        return URI.create("https://localhost:" + port + "/dir");
    }

    /// The root under which its own TLS certificate is: what a client must trust to speak with it.
    public TestCa tls() {
        return tls;
    }

    /// The same as a PEM file.
    public Path trustFile() {
        return folder.resolve("root.pem");
    }

    /// The root of what it issues, in PEM.
    ///
    /// @param chain 0, or the number of an alternate one
    public String root(int chain) {
        return get("/roots/" + chain);
    }

    /// What it says of a certificate it issued: `Valid` or `Revoked`.
    ///
    /// @param serial in hexadecimal
    public String status(String serial) {
        var found = Pattern.compile("\"Status\":\\s*\"(\\w+)\"");
        var matcher = found.matcher(get("/cert-status-by-serial/" + serial));
        return matcher.find() ? matcher.group(1) : "";
    }

    private String get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("https://localhost:" + management + path))
                        .timeout(CALL_LIMIT)
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(path + " answered " + answer.statusCode());
            }
            return answer.body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException failed) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failed);
        }
    }

    /// Whether it answers nothing any more that needs its store. In 2.4.0 a new order, which looks through all authorizations for one to
    /// be used again, and the end of another order can each wait for a lock of the other's, with many at once; then all wait for ever.
    public boolean isLocked() {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://localhost:"
                                                + management
                                                + "/cert-status-by-serial/0"))
                        .timeout(CALL_LIMIT)
                        .build();
        try {
            var _ = http.send(request, HttpResponse.BodyHandlers.discarding());
            return false;
        } catch (HttpTimeoutException _) {
            return true;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException failed) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failed);
        }
    }

    /// All that it has written until now: each request, each order, each certificate.
    public String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// How often an order was asked for, refused ones included.
    public long newOrders() {
        return lines("POST /order-plz ");
    }

    /// How many orders it made.
    public long orders() {
        return lines(" orders in the db");
    }

    /// How many certificates it issued.
    public long certificates() {
        return lines("Issued certificate serial ");
    }

    /// How many lines of the log have that text.
    public long lines(String text) {
        return log().lines().filter(line -> line.contains(text)).count();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        http.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path program(String name) {
        Optional<Path> found =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name))
                        .filter(Files::isExecutable)
                        .findFirst();
        if (found.isEmpty()) {
            Parts.absent(name);
        }
        return found.orElseThrow();
    }
}
