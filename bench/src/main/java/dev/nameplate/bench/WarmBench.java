package dev.nameplate.bench;

import dev.nameplate.bench.HttpsLoad.Kind;
import dev.nameplate.bench.PeerCertificates.KeyType;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How many seconds of load a fresh process needs until it is fast, with and without the warm-up of its own.
final class WarmBench {
    private static final int SECONDS = 30;

    /// The last ones are taken for full speed.
    private static final int SETTLED = 8;

    private static final double NEARLY = 0.9;

    private WarmBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        out.printf(
                "seconds of load until %.0f%% of full speed (server CPU per operation, full speed: the median of the last %d of %d s);"
                        + " cost of the first second in multiples of full speed's%n",
                100 * NEARLY, SETTLED, SECONDS);
        try (PeerOrigin origin = PeerOrigin.start(setup, folder)) {
            for (Kind kind :
                    List.of(Kind.NEW_CONNECTION, Kind.CACHED_HTTP_1, Kind.PROXIED_HTTP_1)) {
                out.println(kind.title());
                for (int warmUp : new int[] {0, 20}) {
                    ours(setup, fresh(folder, kind + "-" + warmUp), origin, kind, warmUp, out);
                }
                for (Peer.Kind peer : Peer.available(setup)) {
                    theirs(setup, fresh(folder, kind + "-" + peer), origin, kind, peer, out);
                }
            }
        }
    }

    private static Path fresh(Path folder, String name) throws IOException {
        return Files.createDirectory(folder.resolve(name.toLowerCase(Locale.ROOT)));
    }

    private static void ours(
            Setup setup, Path folder, PeerOrigin origin, Kind kind, int warmUp, PrintStream out)
            throws IOException, InterruptedException {
        try (NameplateServer server =
                NameplateServer.start(
                        setup,
                        folder,
                        setup.serverCore(),
                        Map.of("NAMEPLATE_EDGE_WARM_UP_SECONDS", String.valueOf(warmUp)))) {
            String host = server.distribute(origin.port());
            if (warmUp > 0) {
                Path log = folder.resolve("nameplate.log");
                Patience.until(
                        "the end of the warm-up",
                        Duration.ofMillis(200),
                        () -> Files.readString(log).contains("warmed up with"));
            }
            measure(
                    "Nameplate, warm-up of %d s".formatted(warmUp),
                    new HttpsLoad(setup, host),
                    kind,
                    new Visitor(server.caRoot()),
                    server.edgeHttps(),
                    host,
                    server.process(),
                    out);
        }
    }

    private static void theirs(
            Setup setup, Path folder, PeerOrigin origin, Kind kind, Peer.Kind peer, PrintStream out)
            throws IOException, InterruptedException {
        String host = "www." + NameplateServer.ZONE;
        PeerCertificates certificates = PeerCertificates.make(folder, host, KeyType.P256);
        try (Peer other = Peer.start(setup, peer, certificates, origin, folder)) {
            measure(
                    other.name(),
                    new HttpsLoad(setup, host),
                    kind,
                    new Visitor(certificates.root()),
                    other.address(),
                    host,
                    other.process(),
                    out);
        }
    }

    private static void measure(
            String name,
            HttpsLoad load,
            Kind kind,
            Visitor visitor,
            InetSocketAddress address,
            String host,
            RunningServer process,
            PrintStream out)
            throws IOException, InterruptedException {
        Patience.until(
                "the first handshake",
                Duration.ofMillis(20),
                () -> Visitor.shakesHands(address, host));
        if (kind.cached()) {
            visitor.fillCache(address, host, kind.path());
        }
        List<Double> costs = new ArrayList<>();
        for (int second = 0; second < SECONDS; second++) {
            Duration before = process.cpu();
            double done = load.run(kind, address, 1);
            costs.add(process.cpu().minus(before).toNanos() / 1e3 / done);
        }
        Series last = new Series();
        costs.subList(SECONDS - SETTLED, SECONDS).forEach(last::add);
        double full = last.median();
        out.printf(
                "  %-26s %3d s   first second %5.1f times   full speed %7.1f us%n",
                name, secondsUntil(costs, full / NEARLY), costs.getFirst() / full, full);
    }

    /// Two in a row, so that one lucky second does not count.
    private static int secondsUntil(List<Double> costs, double enough) {
        for (int i = 0; i + 1 < costs.size(); i++) {
            if (costs.get(i) <= enough && costs.get(i + 1) <= enough) {
                return i;
            }
        }
        return costs.size();
    }
}
