package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A server with ever more stored names, each with a certificate and a distribution of its own: how long a fresh process takes
/// to its first handshake, what it holds of memory, and what full handshakes cost with names picked at random, beside those
/// with one name. nginx with certificates loaded on demand stands beside, where it is new enough to keep them.
final class MillionBench {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final int ROUND_SECONDS = 3;
    private static final int PEMS = 100_000;

    /// Until the compiler is done with the handshake, in CPU time.
    private static final Duration WARM = Duration.ofSeconds(15);

    private static final int WARM_ROUNDS_AT_MOST = 30;
    private static final String PATTERN = "n%d." + StoredNames.ZONE;

    private MillionBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        Path pems = Files.createDirectory(folder.resolve("pems"));
        try (PeerOrigin origin = PeerOrigin.start(setup, folder)) {
            // The first start makes keys and account.
            NameplateServer.start(setup, folder, setup.allCores(), settings()).close();
            out.printf(
                    "%-10s %-8s %-14s %-14s %-28s %-28s %-12s %s%n",
                    "stored",
                    "start s",
                    "PSS started MB",
                    "PSS loaded MB",
                    "one name, CPU us",
                    "random name, CPU us",
                    "first round",
                    "one / random");
            int before = 0;
            for (int stored : setup.stored()) {
                generate(setup, folder, origin.port(), before, stored, pems);
                measure(setup, folder, stored, out);
                before = stored;
            }
            int files = Math.min(before, PEMS);
            if (Peer.available(setup).contains(Peer.Kind.NGINX)) {
                measureNginx(setup, folder, pems, files, out);
            }
        }
    }

    private static Map<String, String> settings() {
        return Map.of("NAMEPLATE_ACCOUNT_ID", StoredNames.ACCOUNT);
    }

    private static void generate(
            Setup setup, Path folder, int originPort, int from, int to, Path pems)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                "taskset",
                                "-c",
                                setup.allCores(),
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoredNames.class.getName(),
                                folder.resolve("data").toString(),
                                String.valueOf(originPort),
                                String.valueOf(from),
                                String.valueOf(to),
                                pems.toString(),
                                String.valueOf(PEMS))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("stored-" + to + ".log").toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    "the names could not be stored; see "
                            + folder.resolve("stored-" + to + ".log"));
        }
    }

    private static void measure(Setup setup, Path folder, int stored, PrintStream out)
            throws IOException, InterruptedException {
        List<Integer> ports = Stream.generate(Setup::freePort).limit(4).toList();
        InetSocketAddress edge =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(1));
        HttpsLoad one = new HttpsLoad(setup, StoredNames.name(0));
        HttpsLoad random = new HttpsLoad(setup, PATTERN);
        long start = System.nanoTime();
        try (RunningServer server =
                NameplateServer.launch(setup, folder, setup.serverCore(), ports, settings())) {
            Patience.until(
                    "the first handshake", LOOK_AGAIN, () -> Visitor.shakesHands(edge, one.host()));
            double started = (System.nanoTime() - start) / 1e9;
            double quiet = server.memoryMegabytes();
            double first = cost(server, random, edge, stored);
            warm(server, random, edge, stored);
            Series oneName = new Series();
            Series anyName = new Series();
            for (int round = 0; round < setup.rounds(); round++) {
                oneName.add(cost(server, one, edge, 0));
                anyName.add(cost(server, random, edge, stored));
            }
            out.printf(
                    "%-10d %-8.2f %-14.0f %-14.0f %-28s %-28s %-12.0f %s%n",
                    stored,
                    started,
                    quiet,
                    server.memoryMegabytes(),
                    oneName,
                    anyName,
                    first,
                    Series.ratios(oneName, anyName));
        }
    }

    private static void measureNginx(
            Setup setup, Path folder, Path pems, int files, PrintStream out)
            throws IOException, InterruptedException {
        int port = Setup.freePort();
        String in = setup.peers().inside(folder);
        Files.writeString(
                folder.resolve("lazy.conf"),
                """
                user root;
                daemon off;
                worker_processes 1;
                pid %1$s/lazy.pid;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/lazy-body;
                  proxy_temp_path %1$s/lazy-proxy;
                  fastcgi_temp_path %1$s/lazy-fastcgi;
                  uwsgi_temp_path %1$s/lazy-uwsgi;
                  scgi_temp_path %1$s/lazy-scgi;
                  ssl_certificate_cache max=200000 inactive=1h valid=1h;
                  server {
                    listen 127.0.0.1:%2$d ssl;
                    ssl_protocols TLSv1.3;
                    ssl_certificate %3$s/$ssl_server_name.pem;
                    ssl_certificate_key %3$s/$ssl_server_name.key;
                    location / { return 204; }
                  }
                }
                """
                        .formatted(in, port, setup.peers().inside(pems)));
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpsLoad one = new HttpsLoad(setup, StoredNames.name(0));
        HttpsLoad random = new HttpsLoad(setup, PATTERN);
        try (RunningServer nginx =
                RunningServer.start(
                        setup.serverCore(),
                        folder.resolve("lazy.log"),
                        Map.of(),
                        setup.peers()
                                .command(
                                        "nginx",
                                        List.of(
                                                "-p",
                                                in,
                                                "-e",
                                                in + "/lazy-error.log",
                                                "-c",
                                                in + "/lazy.conf")))) {
            Patience.until(
                    "nginx (1.27.4 or newer) to load a certificate",
                    LOOK_AGAIN,
                    () -> Visitor.shakesHands(address, one.host()));
            double first = cost(nginx, random, address, files);
            warm(nginx, random, address, files);
            Series oneName = new Series();
            Series anyName = new Series();
            for (int round = 0; round < setup.rounds(); round++) {
                oneName.add(cost(nginx, one, address, 0));
                anyName.add(cost(nginx, random, address, files));
            }
            out.printf(
                    "%s, certificates on demand, %d names: one name %s us, random name %s us (first round %.0f), PSS %.0f MB%n",
                    setup.peers().version("nginx"),
                    files,
                    oneName,
                    anyName,
                    first,
                    nginx.memoryMegabytes());
        }
    }

    private static void warm(
            RunningServer server, HttpsLoad load, InetSocketAddress edge, int names)
            throws IOException, InterruptedException {
        Duration before = server.cpu();
        for (int round = 0; round < WARM_ROUNDS_AT_MOST; round++) {
            load.handshakes(edge, names, ROUND_SECONDS);
            if (server.cpu().minus(before).compareTo(WARM) > 0) {
                return;
            }
        }
    }

    /// @return microseconds of server CPU for one handshake
    private static double cost(
            RunningServer server, HttpsLoad load, InetSocketAddress edge, int names)
            throws IOException, InterruptedException {
        Duration before = server.cpu();
        HttpsLoad.Outcome done = load.handshakes(edge, names, ROUND_SECONDS);
        if (done.failures() > 0) {
            throw new IllegalStateException("%.0f handshakes failed".formatted(done.failures()));
        }
        return server.cpu().minus(before).toNanos() / 1e3 / done.operations();
    }
}
