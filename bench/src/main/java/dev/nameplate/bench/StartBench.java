package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// From the start of the launcher on an existing data folder to the first answers, with its start cache and without, against
/// moto_server's start.
final class StartBench {
    private static final int STARTS = 5;
    private static final Duration BETWEEN = Duration.ofMillis(5);

    private StartBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        // Users give a start the whole machine.
        String cores = setup.allCores();
        try (Origin origin = Origin.start()) {
            String host;
            Visitor visitor;
            try (NameplateServer first = NameplateServer.start(setup, folder, cores)) {
                host = first.distribute(origin.port());
                visitor = new Visitor(first.caRoot());
                visitor.fillCache(first.edgeHttps(), host, Origin.PATH);
            }
            // The first start of each only brings its files into memory.
            startNameplate(setup, folder, cores, visitor, host, "off");
            startNameplate(setup, folder, cores, visitor, host, "use");
            startMoto(setup, folder, cores);
            Series api = new Series();
            Series https = new Series();
            Series cpu = new Series();
            Series bareApi = new Series();
            Series bareHttps = new Series();
            Series bareCpu = new Series();
            Series moto = new Series();
            Series motoCpu = new Series();
            for (int i = 0; i < STARTS; i++) {
                Started bare = startNameplate(setup, folder, cores, visitor, host, "off");
                Started ours = startNameplate(setup, folder, cores, visitor, host, "use");
                Started theirs = startMoto(setup, folder, cores);
                bareApi.add(seconds(bare.call()));
                bareHttps.add(seconds(bare.visit()));
                bareCpu.add(seconds(bare.cpu()));
                api.add(seconds(ours.call()));
                https.add(seconds(ours.visit()));
                cpu.add(seconds(ours.cpu()));
                moto.add(seconds(theirs.call()));
                motoCpu.add(seconds(theirs.cpu()));
            }
            out.printf("seconds, least - median - greatest of %d starts%n", STARTS);
            show("Nameplate without start cache", bareApi, bareHttps, bareCpu, out);
            show("Nameplate", api, https, cpu, out);
            out.printf("moto_server: first API call %s   CPU until then %s%n", moto, motoCpu);
            out.printf("moto_server / Nameplate, first API call   %s%n", Series.ratios(moto, api));
            out.printf(
                    "moto_server / Nameplate, CPU              %s%n", Series.ratios(motoCpu, cpu));
        }
    }

    private static void show(String name, Series api, Series https, Series cpu, PrintStream out) {
        out.printf(
                "%s: first API call %s   first verified HTTPS answer %s   CPU until both %s%n",
                name, api, https, cpu);
    }

    /// @param call time to the first answered API call
    /// @param visit time to the first HTTPS answer, where there is an edge
    /// @param cpu what the process had used by then
    private record Started(Duration call, Duration visit, Duration cpu) {}

    private static Started startNameplate(
            Setup setup, Path folder, String cores, Visitor visitor, String host, String startCache)
            throws IOException, InterruptedException {
        List<Integer> ports = Stream.generate(Setup::freePort).limit(4).toList();
        InetSocketAddress api = local(ports.get(0));
        InetSocketAddress edge = local(ports.get(1));
        Signing signing = new Signing(api);
        long start = System.nanoTime();
        RunningServer server =
                NameplateServer.launch(
                        setup, folder, cores, ports, Map.of("NAMEPLATE_START_CACHE", startCache));
        try (server) {
            CompletableFuture<Duration> visited =
                    CompletableFuture.supplyAsync(() ->
                            since(
                                    start,
                                    () -> visitor.get(edge, host, Origin.PATH).contains(" 200 ")));
            Duration called =
                    since(
                            start,
                            () -> {
                                try (Connection connection = new Connection(api)) {
                                    return connection.exchange(signing.callerIdentity()).status()
                                            == 200;
                                }
                            });
            Duration visit = visited.join();
            return new Started(called, visit, server.cpu());
        }
    }

    private static Started startMoto(Setup setup, Path folder, String cores)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (MotoServer server = MotoServer.launch(setup, folder, cores)) {
            server.awaitCall();
            Duration called = Duration.ofNanos(System.nanoTime() - start);
            return new Started(called, Duration.ZERO, server.cpu());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Duration since(long start, Patience.Look look) {
        try {
            Patience.until("the first answer", BETWEEN, look);
            return Duration.ofNanos(System.nanoTime() - start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
