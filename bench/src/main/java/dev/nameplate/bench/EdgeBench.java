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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// CPU that one visitor costs the edge, against other servers in the same rounds on the same core.
final class EdgeBench {
    private static final int ROUND_SECONDS = 2;

    /// A fresh JVM on one core compiles for about this long before its speed settles. Counted in CPU time, because on a busy
    /// machine a second of the clock is less.
    private static final Duration WARM = Duration.ofSeconds(20);

    private static final Duration WARM_AT_MOST = Duration.ofSeconds(60);

    private EdgeBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (PeerOrigin origin = PeerOrigin.start(setup, folder)) {
            run(setup, Files.createDirectory(folder.resolve("p256")), origin, KeyType.P256, out);
            run(setup, Files.createDirectory(folder.resolve("rsa")), origin, KeyType.RSA2048, out);
        }
    }

    /// With RSA, only new connections differ.
    private static void run(
            Setup setup, Path folder, PeerOrigin origin, KeyType keys, PrintStream out)
            throws IOException, InterruptedException {
        Map<String, String> settings =
                keys == KeyType.RSA2048 ? Map.of("NAMEPLATE_KEY_ALGORITHM", "RSA_2048") : Map.of();
        List<Peer> peers = new ArrayList<>();
        try (NameplateServer nameplate =
                NameplateServer.start(setup, folder, setup.serverCore(), settings)) {
            String host = nameplate.distribute(origin.port());
            PeerCertificates certificates = PeerCertificates.make(folder, host, keys);
            List<Side> sides = new ArrayList<>();
            for (Peer.Kind kind : Peer.available(setup)) {
                Peer peer = Peer.start(setup, kind, certificates, origin, folder);
                peers.add(peer);
                sides.add(new Side(peer.name(), peer.address(), peer.process()));
            }
            sides.add(new Side("Nameplate", nameplate.edgeHttps(), nameplate.process()));
            HttpsLoad load = new HttpsLoad(setup, host);
            List<Kind> kinds =
                    keys == KeyType.RSA2048 ? List.of(Kind.NEW_CONNECTION) : load.kinds();
            for (Side side : sides) {
                Path root = side.isOurs() ? nameplate.caRoot() : certificates.root();
                for (Kind kind : kinds) {
                    if (kind.cached()) {
                        new Visitor(root).fillCache(side.address(), host, kind.path());
                    }
                }
            }
            out.printf("%n-- leaf key %s --%n", keys);
            measure(setup, load, kinds, sides, out);
            if (keys == KeyType.P256) {
                HalfLoad.measure(setup, load, sides, out);
            }
        } finally {
            peers.forEach(Peer::close);
        }
    }

    record Side(String name, InetSocketAddress address, RunningServer process) {
        boolean isOurs() {
            return name.equals("Nameplate");
        }

        /// @return microseconds of server CPU for one operation
        double cost(HttpsLoad load, Kind kind) throws IOException, InterruptedException {
            Duration before = process.cpu();
            double done = load.run(kind, address, ROUND_SECONDS);
            return process.cpu().minus(before).toNanos() / 1e3 / done;
        }

        void warm(HttpsLoad load, Kind kind, Duration enough)
                throws IOException, InterruptedException {
            Duration before = process.cpu();
            long start = System.nanoTime();
            do {
                load.run(kind, address, ROUND_SECONDS);
            } while (process.cpu().minus(before).compareTo(enough) < 0
                    && System.nanoTime() - start < WARM_AT_MOST.toNanos());
        }
    }

    private static void measure(
            Setup setup, HttpsLoad load, List<Kind> kinds, List<Side> sides, PrintStream out)
            throws IOException, InterruptedException {
        for (Kind kind : kinds) {
            for (Side side : sides) {
                if (side.isOurs()) {
                    side.warm(load, kind, WARM);
                } else {
                    load.run(kind, side.address(), 1);
                }
            }
        }
        Map<Kind, Map<String, Series>> costs = new TreeMap<>();
        for (int round = 0; round < setup.rounds(); round++) {
            // Whoever comes later finds the machine warmer: take turns.
            List<Side> order = new ArrayList<>(sides);
            Collections.rotate(order, round);
            for (Kind kind : kinds) {
                for (Side side : order) {
                    costs.computeIfAbsent(kind, _ -> new TreeMap<>())
                            .computeIfAbsent(side.name(), _ -> new Series())
                            .add(side.cost(load, kind));
                }
            }
        }
        out.printf(
                "server CPU in microseconds per operation, least - median - greatest of %d rounds; ratio: the other's cost to ours%n",
                setup.rounds());
        for (Kind kind : kinds) {
            out.printf("%s%n", kind.title());
            Map<String, Series> found = costs.getOrDefault(kind, Map.of());
            Series ours = found.getOrDefault("Nameplate", new Series());
            for (Side side : sides) {
                Series theirs = found.getOrDefault(side.name(), new Series());
                out.printf(
                        "  %-16s %-24s %10.0f per core and second   %s%n",
                        side.name(),
                        theirs,
                        1e6 / theirs.median(),
                        side.isOurs() ? "" : "ratio " + Series.ratios(theirs, ours));
            }
        }
    }
}
