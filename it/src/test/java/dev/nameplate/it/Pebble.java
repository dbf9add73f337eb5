package dev.nameplate.it;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Pebble, Let's Encrypt's ACME authority for tests, in a process of its own on free loopback ports (Debian's package
/// `pebble`). It keeps everything in memory: a new one knows nobody. The server's tests have their own: nothing of the server is on the
/// class path here, so that these tests see it as its clients do.
final class Pebble implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path folder;
    private final ForeignCa tls;
    private final int port;
    private final int management;

    private Pebble(Process process, Path folder, ForeignCa tls, int port, int management) {
        this.process = process;
        this.folder = folder;
        this.tls = tls;
        this.port = port;
        this.management = management;
    }

    /// One that sleeps nowhere, takes every nonce and validates every name anew.
    static Options options() {
        return new Options();
    }

    /// What one start is told.
    static final class Options {
        private final Map<String, String> environment =
                new HashMap<>(
                        Map.of(
                                "PEBBLE_VA_NOSLEEP", "1",
                                "PEBBLE_WFE_NONCEREJECT", "0",
                                "PEBBLE_AUTHZREUSE", "0"));
        private final ObjectNode config = JsonMapper.builder().build().createObjectNode();
        private String resolver = "";

        private Options() {
            config.put("ocspResponderURL", "")
                    .put("externalAccountBindingRequired", false)
                    .put("certificateValidityPeriod", Duration.ofDays(90).toSeconds())
                    .put("httpPort", 1)
                    .put("tlsPort", 1);
        }

        /// Refuses so many of a hundred nonces that it gave out.
        Options nonceReject(int percent) {
            environment.put("PEBBLE_WFE_NONCEREJECT", Integer.toString(percent));
            return this;
        }

        /// Lets so many of a hundred authorizations count again for the next order.
        Options authorizationReuse(int percent) {
            environment.put("PEBBLE_AUTHZREUSE", Integer.toString(percent));
            return this;
        }

        /// Takes up to so long before it validates.
        Options sleeps(Duration longest) {
            environment.put("PEBBLE_VA_NOSLEEP", "0");
            environment.put("PEBBLE_VA_SLEEPTIME", Long.toString(longest.toSeconds()));
            return this;
        }

        /// Offers so many chains beside the first.
        Options alternateRoots(int count) {
            environment.put("PEBBLE_ALTERNATE_ROOTS", Integer.toString(count));
            return this;
        }

        /// Wants accounts bound by this key.
        ///
        /// @param key in base64url
        Options externalAccount(String keyId, String key) {
            config.put("externalAccountBindingRequired", true);
            config.withObject("/externalAccountMACKeys").put(keyId, key);
            return this;
        }

        Options validity(Duration ofCertificates) {
            config.put("certificateValidityPeriod", ofCertificates.toSeconds());
            return this;
        }

        /// Refuses orders for this name and those below it.
        Options blocked(String name) {
            config.withArray("/domainBlocklist").add(name);
            return this;
        }

        /// Asks this server, and no other, for every record.
        ///
        /// @param address `host:port`
        Options resolver(String address) {
            this.resolver = address;
            return this;
        }

        /// Where it looks for `http-01` and `tls-alpn-01`.
        Options validatesAt(int httpPort, int tlsPort) {
            config.put("httpPort", httpPort).put("tlsPort", tlsPort);
            return this;
        }

        /// @param folder a new one, for its files
        Pebble start(Path folder) throws IOException {
            Parts.need("Pebble (Debian: pebble)", "sh", "-c", "command -v pebble");
            ForeignCa tls = ForeignCa.make(folder.resolve("tls"));
            ForeignCa.Triple shown = tls.issue("localhost");
            int port = FreePort.find();
            int management = FreePort.find();
            config.put("listenAddress", "127.0.0.1:" + port)
                    .put("managementListenAddress", "127.0.0.1:" + management)
                    .put("certificate", chainFile(shown, folder).toString())
                    .put("privateKey", shown.privateKey().toString());
            ObjectNode whole = JsonMapper.builder().build().createObjectNode();
            whole.set("pebble", config);
            Path settings = folder.resolve("pebble.json");
            Files.writeString(settings, whole.toString());
            List<String> command = new ArrayList<>(List.of("pebble", "-config"));
            command.add(settings.toString());
            if (!resolver.isEmpty()) {
                command.addAll(List.of("-dnsserver", resolver));
            }
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
            Pebble pebble = new Pebble(builder.start(), folder, tls, port, management);
            for (int each : List.of(port, management)) {
                Await.until(
                        START_LIMIT,
                        "pebble to listen on port " + each + "; " + folder.resolve("log"),
                        () -> listens(each) || !pebble.process.isAlive());
            }
            if (!pebble.process.isAlive()) {
                throw new IllegalStateException("pebble ended at start: " + pebble.log());
            }
            return pebble;
        }
    }

    /// What a TLS server shows: the leaf and what is between it and the root.
    static Path chainFile(ForeignCa.Triple shown, Path folder) throws IOException {
        Path file = folder.resolve("shown.pem");
        Files.writeString(
                file,
                ForeignCa.Triple.text(shown.certificate()) + ForeignCa.Triple.text(shown.chain()));
        return file;
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    URI directory() {
        return URI.create("https://localhost:" + port + "/dir");
    }

    int port() {
        return port;
    }

    /// Vouches for its TLS certificate; a client has to trust its root.
    ForeignCa tls() {
        return tls;
    }

    /// The root of what it issues, as a PEM file.
    ///
    /// @param chain 0, or the number of an alternate one
    Path root(int chain) {
        try {
            Path file = folder.resolve("root-" + chain + ".pem");
            Files.writeString(file, get("/roots/" + chain));
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// What it says of a certificate that it issued.
    ///
    /// @param serial in hexadecimal
    String status(String serial) {
        return get("/cert-status-by-serial/" + serial);
    }

    private String get(String path) {
        return Commands.output(
                "curl",
                "--silent",
                "--show-error",
                "--fail",
                "--max-time",
                "20",
                "--cacert",
                tls.root().toString(),
                "https://localhost:" + management + path);
    }

    /// All that it has written until now: each request, each order, each certificate.
    String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// How often an order was asked for, refused ones included.
    long newOrders() {
        return lines("POST /order-plz ");
    }

    /// How many orders it made.
    long orders() {
        return lines(" orders in the db");
    }

    /// How many certificates it issued.
    long certificates() {
        return lines("Issued certificate serial ");
    }

    /// How many lines of the log have that text.
    long lines(String text) {
        return log().lines().filter(line -> line.contains(text)).count();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
