package dev.nameplate.bench;

import dev.nameplate.bench.HttpsLoad.Kind;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// CPU that one visitor costs the edge, against nginx in the same rounds on the same core.
final class EdgeBench {
    private static final int ROUND_SECONDS = 2;

    /// A fresh JVM on one core compiles for about this long before its speed settles. Counted in CPU time, because on a busy
    /// machine a second of the clock is less.
    private static final Duration WARM = Duration.ofSeconds(15);

    private static final Duration WARM_AT_MOST = Duration.ofSeconds(60);

    private EdgeBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (Origin origin = Origin.start();
                NameplateServer nameplate =
                        NameplateServer.start(setup, folder, setup.serverCore())) {
            String host = nameplate.distribute(origin.port());
            try (NginxServer nginx = NginxServer.start(setup, folder, host, origin.port())) {
                new Visitor(nameplate.caRoot()).fillCache(nameplate.edgeHttps(), host);
                new Visitor(nginx.caRoot(folder)).fillCache(nginx.address(), host);
                measure(
                        setup,
                        new HttpsLoad(setup, host),
                        new Side("nginx", nginx.address(), nginx::cpu),
                        new Side("Nameplate", nameplate.edgeHttps(), nameplate::cpu),
                        out);
            }
        }
    }

    private record Side(String name, InetSocketAddress address, Supplier<Duration> cpu) {
        /// @return microseconds of server CPU for one operation
        double cost(HttpsLoad load, Kind kind) throws IOException, InterruptedException {
            Duration before = cpu.get();
            long done = load.run(kind, address, ROUND_SECONDS);
            return cpu.get().minus(before).toNanos() / 1e3 / done;
        }

        void warm(HttpsLoad load, Kind kind, Duration enough)
                throws IOException, InterruptedException {
            Duration before = cpu.get();
            long start = System.nanoTime();
            do {
                load.run(kind, address, ROUND_SECONDS);
            } while (cpu.get().minus(before).compareTo(enough) < 0
                    && System.nanoTime() - start < WARM_AT_MOST.toNanos());
        }
    }

    private static void measure(
            Setup setup, HttpsLoad load, Side nginx, Side nameplate, PrintStream out)
            throws IOException, InterruptedException {
        for (Kind kind : load.kinds()) {
            load.run(kind, nginx.address(), 1);
            nameplate.warm(load, kind, kind == Kind.NEW_CONNECTION ? WARM : WARM.dividedBy(2));
        }
        Map<Kind, Series> theirs = new EnumMap<>(Kind.class);
        Map<Kind, Series> ours = new EnumMap<>(Kind.class);
        for (int round = 0; round < setup.rounds(); round++) {
            for (Kind kind : load.kinds()) {
                // Whoever comes second finds the machine warmer: take turns.
                List<Side> order =
                        round % 2 == 0 ? List.of(nginx, nameplate) : List.of(nameplate, nginx);
                for (Side side : order) {
                    (side.equals(nginx) ? theirs : ours)
                            .computeIfAbsent(kind, _ -> new Series())
                            .add(side.cost(load, kind));
                }
            }
        }
        out.printf(
                "server CPU in microseconds per operation, least - median - greatest of %d rounds%n",
                setup.rounds());
        out.printf(
                "%-32s %-24s %-24s %-24s %s%n",
                "",
                "nginx",
                "Nameplate",
                "nginx / Nameplate",
                "per core and second (nginx, Nameplate)");
        for (Kind kind : load.kinds()) {
            Series nginxCost = series(theirs, kind);
            Series ourCost = series(ours, kind);
            out.printf(
                    "%-32s %-24s %-24s %-24s %.0f, %.0f%n",
                    kind.title(),
                    nginxCost,
                    ourCost,
                    Series.ratios(nginxCost, ourCost),
                    1e6 / nginxCost.median(),
                    1e6 / ourCost.median());
        }
    }

    private static Series series(Map<Kind, Series> all, Kind kind) {
        return all.computeIfAbsent(kind, _ -> new Series());
    }
}
