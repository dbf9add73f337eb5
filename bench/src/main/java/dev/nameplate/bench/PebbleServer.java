package dev.nameplate.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Pebble, Let's Encrypt's ACME authority for tests, as fast as it goes: it sleeps nowhere and refuses no nonce; and it proves every
/// name anew.
final class PebbleServer implements AutoCloseable {
    private static final String ISSUED = "Issued certificate serial ";

    private final RunningServer process;
    private final Path folder;
    private final int port;
    private final int management;
    private final RandomAccessFile log;
    private long issued;

    private PebbleServer(
            RunningServer process, Path folder, int port, int management, RandomAccessFile log) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.management = management;
        this.log = log;
    }

    /// @param dns port of the only name server it asks
    /// @param http where it looks for `http-01`
    static PebbleServer start(Setup setup, Path folder, int dns, int http)
            throws IOException, InterruptedException {
        int port = Setup.freePort();
        int management = Setup.freePort();
        run(
                folder,
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.pem -days 30"
                        + " -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1");
        Files.writeString(
                folder.resolve("pebble.json"),
                """
                {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                 "certificate": "tls.pem", "privateKey": "tls.key", "httpPort": %d, "tlsPort": 1, "ocspResponderURL": "",
                 "externalAccountBindingRequired": false, "certificateValidityPeriod": 7776000}}
                """
                        .formatted(port, management, http));
        Path output = folder.resolve("pebble.log");
        RunningServer process =
                RunningServer.start(
                        setup.allCores(),
                        output,
                        Map.of(
                                "PEBBLE_VA_NOSLEEP", "1",
                                "PEBBLE_WFE_NONCEREJECT", "0",
                                "PEBBLE_AUTHZREUSE", "0"),
                        List.of(
                                "env",
                                "-C",
                                folder.toString(),
                                "pebble",
                                "-config",
                                "pebble.json",
                                "-dnsserver",
                                "127.0.0.1:" + dns));
        Patience.until(
                "Pebble; see " + output,
                Duration.ofMillis(20),
                () -> {
                    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), management)) {
                        return true;
                    }
                });
        return new PebbleServer(
                process, folder, port, management, new RandomAccessFile(output.toFile(), "r"));
    }

    URI directory() {
        return URI.create("https://localhost:" + port + "/dir");
    }

    /// Vouches for its TLS certificate.
    Path trust() {
        return folder.resolve("tls.pem");
    }

    /// Vouches for what it issues.
    Path root() throws IOException, InterruptedException {
        run(
                folder,
                "curl --silent --show-error --fail --cacert tls.pem --output root.pem https://localhost:%d/roots/0"
                        .formatted(management));
        return folder.resolve("root.pem");
    }

    /// How many certificates it says it has issued.
    long issued() throws IOException {
        byte[] fresh = new byte[Math.toIntExact(log.length() - log.getFilePointer())];
        log.readFully(fresh);
        int whole = fresh.length;
        while (whole > 0 && fresh[whole - 1] != '\n') {
            whole--;
        }
        log.seek(log.getFilePointer() - (fresh.length - whole));
        issued +=
                new String(fresh, 0, whole, StandardCharsets.US_ASCII)
                        .lines()
                        .filter(line -> line.contains(ISSUED))
                        .count();
        return issued;
    }

    Duration cpu() {
        return process.cpu();
    }

    private static void run(Path folder, String command) throws IOException, InterruptedException {
        Process started =
                new ProcessBuilder("bash", "-ec", command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("commands.log").toFile())
                        .start();
        if (started.waitFor() != 0) {
            throw new IllegalStateException(
                    command + " failed: " + Files.readString(folder.resolve("commands.log")));
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        log.close();
    }
}
