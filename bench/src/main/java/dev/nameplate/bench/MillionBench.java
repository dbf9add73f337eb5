package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A server with ever more stored names, each with a certificate and a distribution of its own: how long a fresh process takes
/// to its first handshake, what it holds of memory, and what full handshakes cost with names picked at random, beside those
/// with one name. nginx with certificates loaded on demand stands beside, where it is new enough to keep them. The curve becomes a
/// picture in the bench's folder.
final class MillionBench {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final int ROUND_SECONDS = 3;
    private static final int PEMS = 100_000;

    /// Until the compiler is done with the handshake, in CPU time.
    private static final Duration WARM = Duration.ofSeconds(15);

    /// So often each name is asked for on the average, until nearly all are in memory; a larger store never is.
    private static final int HOT = 3;

    private static final int HOT_NAMES_AT_MOST = 100_000;
    private static final int WARM_ROUNDS_AT_MOST = 60;
    private static final String PATTERN = "n%d." + StoredNames.ZONE;

    private MillionBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        Path pems = Files.createDirectory(folder.resolve("pems"));
        try (PeerOrigin origin = PeerOrigin.start(setup, folder)) {
            // The first start makes keys and account.
            NameplateServer.start(setup, folder, setup.allCores(), settings()).close();
            out.println(
                    "stored     start s  alive MB  PSS MB  PSS loaded MB  one name, CPU us        random name, CPU us     one / random");
            List<Curve.Point> points = new ArrayList<>();
            int before = 0;
            for (int stored : setup.stored()) {
                generate(setup, folder, origin.port(), before, stored, pems);
                points.add(measure(setup, folder, stored, out));
                before = stored;
            }
            tellPerName(points, out);
            Path picture = folder.resolve("million.svg");
            Files.writeString(picture, Curve.of(points));
            out.println("picture: " + picture);
            int files = Math.min(before, PEMS);
            if (Peer.available(setup).contains(Peer.Kind.NGINX)) {
                measureNginx(setup, folder, pems, files, out);
            }
        }
    }

    private static Map<String, String> settings() {
        // Keys made ahead, once, with CPU that nobody else wants: 10 s of it, which handshakes do
        // not cost.
        return Map.of("NAMEPLATE_ACCOUNT_ID", StoredNames.ACCOUNT, "NAMEPLATE_RSA_POOL", "0");
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
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(folder.resolve("stored-" + to + ".log").toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    "the names could not be stored; see "
                            + folder.resolve("stored-" + to + ".log"));
        }
    }

    private static Curve.Point measure(Setup setup, Path folder, int stored, PrintStream out)
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
            double alive = server.aliveMegabytes();
            warm(server, random, edge, stored);
            Series oneName = new Series();
            Series anyName = new Series();
            for (int round = 0; round < setup.rounds(); round++) {
                oneName.add(cost(server, one, edge, 0));
                anyName.add(cost(server, random, edge, stored));
            }
            double loaded = server.memoryMegabytes();
            out.printf(
                    "%-10d %-8.2f %-9.1f %-7.0f %-14.0f %-23s %-23s %s%n",
                    stored,
                    started,
                    alive,
                    quiet,
                    loaded,
                    oneName,
                    anyName,
                    Series.ratios(oneName, anyName));
            return new Curve.Point(
                    stored, started, alive, quiet, loaded, oneName.median(), anyName.median());
        }
    }

    private static void tellPerName(List<Curve.Point> points, PrintStream out) {
        Curve.Point few = points.getFirst();
        Curve.Point many = points.getLast();
        double names = many.stored() - few.stored();
        out.printf(
                "each stored name more: %.1f bytes alive in the heap, %.1f bytes of PSS after the start%n",
                1e6 * (many.aliveMegabytes() - few.aliveMegabytes()) / names,
                1e6 * (many.megabytes() - few.megabytes()) / names);
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
            warm(nginx, random, address, files);
            Series oneName = new Series();
            Series anyName = new Series();
            for (int round = 0; round < setup.rounds(); round++) {
                oneName.add(cost(nginx, one, address, 0));
                anyName.add(cost(nginx, random, address, files));
            }
            out.printf(
                    "%s, certificates on demand, %d names: one name %s us, random name %s us, PSS %.0f MB%n",
                    setup.peers().version("nginx"),
                    files,
                    oneName,
                    anyName,
                    nginx.memoryMegabytes());
        }
    }

    private static void warm(
            RunningServer server, HttpsLoad load, InetSocketAddress edge, int names)
            throws IOException, InterruptedException {
        Duration before = server.cpu();
        double wanted = (double) HOT * Math.min(names, HOT_NAMES_AT_MOST);
        double done = 0;
        for (int round = 0; round < WARM_ROUNDS_AT_MOST; round++) {
            done += load.handshakes(edge, names, ROUND_SECONDS).operations();
            if (done >= wanted && server.cpu().minus(before).compareTo(WARM) > 0) {
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
