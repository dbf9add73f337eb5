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
///
/// 2.4.0 can lock itself: a new order, which looks through all authorizations for one to be used again, and the end of another order
/// can each wait for a lock of the other's, with many at once; then both wait for ever, and all that come after them.
final class PebbleServer implements AutoCloseable {
    private static final String ISSUED = "Issued certificate serial ";

    /// How long nothing is issued before it is asked whether it still answers.
    private static final Duration STANDSTILL = Duration.ofSeconds(20);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final int CURL_TIMED_OUT = 28;

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

    /// It has locked itself, so nothing can be said of who waits for it.
    static final class LockedException extends Exception {
        private static final long serialVersionUID = 1;

        private LockedException(long issued) {
            super("Pebble locked itself after %d certificates".formatted(issued));
        }
    }

    /// Looks until it is there, and at itself whenever nothing is issued meanwhile.
    void await(String what, Duration limit, Duration between, Patience.Look look)
            throws IOException, InterruptedException, LockedException {
        long start = System.nanoTime();
        long seen = issued();
        long changed = start;
        while (!look.isThere()) {
            long now = System.nanoTime();
            if (now - start > limit.toNanos()) {
                throw new IllegalStateException(
                        "gave up after %d s waiting for %s".formatted(limit.toSeconds(), what));
            }
            if (issued() != seen) {
                seen = issued;
                changed = now;
            } else if (now - changed > STANDSTILL.toNanos()) {
                if (isLocked()) {
                    throw new LockedException(seen);
                }
                changed = System.nanoTime();
            }
            Thread.sleep(between);
        }
    }

    /// Whether it answers nothing any more that needs its store.
    private boolean isLocked() throws IOException, InterruptedException {
        int exit =
                exit(
                        folder,
                        "curl --silent --show-error --max-time %d --cacert tls.pem --output status https://localhost:%d/cert-status-by-serial/0"
                                .formatted(ANSWER_LIMIT.toSeconds(), management));
        if (exit != 0 && exit != CURL_TIMED_OUT) {
            throw new IllegalStateException(
                    "Pebble is gone; see %s and %s"
                            .formatted(
                                    folder.resolve("pebble.log"), folder.resolve("commands.log")));
        }
        return exit == CURL_TIMED_OUT;
    }

    private static void run(Path folder, String command) throws IOException, InterruptedException {
        if (exit(folder, command) != 0) {
            throw new IllegalStateException(
                    command + " failed: " + Files.readString(folder.resolve("commands.log")));
        }
    }

    private static int exit(Path folder, String command) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-ec", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("commands.log").toFile())
                .start()
                .waitFor();
    }

    @Override
    public void close() throws IOException {
        process.close();
        log.close();
    }
}
