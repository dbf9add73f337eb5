package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/// Certificate requests answered per second, against moto_server's ACM in the same rounds.
final class ApiBench {
    private static final Duration OURS = Duration.ofSeconds(2);

    /// moto answers a handful of calls a second: it gets longer, to have some to count.
    private static final Duration MOTO = Duration.ofSeconds(4);

    /// CPU time after which a fresh JVM has compiled most of what these calls need.
    private static final Duration WARM = Duration.ofSeconds(20);

    /// How often to see whether a server still works.
    private static final Duration LOOK = Duration.ofMillis(400);

    /// As many clients as one would not write by hand; moto would answer few of them within a round.
    private static final int CROWD = 200;

    private static final int MOST_CALLS_A_SECOND = 4_000;

    private final NameplateServer nameplate;
    private final MotoServer moto;
    private int made;

    private ApiBench(NameplateServer nameplate, MotoServer moto) {
        this.nameplate = nameplate;
        this.moto = moto;
    }

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (NameplateServer nameplate = NameplateServer.start(setup, folder, setup.serverCore());
                MotoServer moto = MotoServer.start(setup, folder, setup.serverCore())) {
            new ApiBench(nameplate, moto).measure(setup.rounds(), out);
        }
    }

    /// One server under one kind of call.
    private record Contender(
            String name,
            InetSocketAddress server,
            Supplier<Duration> cpu,
            Duration time,
            IntFunction<byte[]> call) {}

    private record Key(String name, int connections) {}

    /// The calls per second of each round, the server's CPU for one call and what follows from it, and the times of all calls.
    private record Seen(Series perSecond, Series cpuMillis, List<long[]> nanos) {
        double percentile(double which) {
            long[] all = nanos.stream().flatMapToLong(LongStream::of).toArray();
            return ClosedLoop.percentileMillis(all, which);
        }

        int calls() {
            return nanos.stream().mapToInt(round -> round.length).sum();
        }
    }

    private void measure(int rounds, PrintStream out) throws IOException, InterruptedException {
        Contender create =
                new Contender(
                        "Nameplate CreateCertificate",
                        nameplate.api(),
                        nameplate::cpu,
                        OURS,
                        i ->
                                nameplate
                                        .signing()
                                        .lightsail(
                                                "CreateCertificate",
                                                NameplateServer.createCertificate("c" + i)));
        Contender request =
                new Contender(
                        "Nameplate RequestCertificate",
                        nameplate.api(),
                        nameplate::cpu,
                        OURS,
                        i -> nameplate.signing().acm("RequestCertificate", requestCertificate(i)));
        Signing motoSigning = new Signing(moto.address());
        Contender motoRequest =
                new Contender(
                        "moto RequestCertificate",
                        moto.address(),
                        moto::cpu,
                        MOTO,
                        i -> motoSigning.acm("RequestCertificate", requestCertificate(i)));
        Duration start = nameplate.cpu();
        while (nameplate.cpu().minus(start).compareTo(WARM) < 0) {
            round(create, 8, OURS);
            round(request, 8, OURS);
        }
        Map<Key, Seen> seen = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (int connections : List.of(1, 8, CROWD)) {
                List<Contender> contenders =
                        connections == CROWD
                                ? List.of(create)
                                : List.of(create, request, motoRequest);
                for (Contender contender : contenders) {
                    Duration cpu = contender.cpu().get();
                    ClosedLoop.Outcome outcome = round(contender, connections, contender.time());
                    Duration spent = contender.cpu().get().minus(cpu);
                    Seen all =
                            seen.computeIfAbsent(
                                    new Key(contender.name(), connections),
                                    _ -> new Seen(new Series(), new Series(), new ArrayList<>()));
                    all.perSecond().add(outcome.perSecond());
                    all.cpuMillis().add(spent.toNanos() / 1e6 / outcome.nanos().length);
                    all.nanos().add(outcome.nanos());
                }
            }
        }
        print(seen, rounds, out);
    }

    private static String requestCertificate(int i) {
        return "{\"DomainName\":\"r%d.%s\",\"ValidationMethod\":\"DNS\",\"KeyAlgorithm\":\"EC_prime256v1\"}"
                .formatted(i, NameplateServer.ZONE);
    }

    private ClosedLoop.Outcome round(Contender contender, int connections, Duration time)
            throws IOException, InterruptedException {
        int calls = contender.server().equals(moto.address()) ? 200 : MOST_CALLS_A_SECOND;
        ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < calls * time.toSeconds(); i++) {
            queue.add(contender.call().apply(made++));
        }
        ClosedLoop.Outcome outcome = ClosedLoop.run(contender.server(), connections, queue, time);
        if (outcome.failures() > 0) {
            throw new IllegalStateException(
                    "%s: %d of %d calls failed"
                            .formatted(
                                    contender.name(), outcome.failures(), outcome.nanos().length));
        }
        awaitIdle();
        return outcome;
    }

    /// The certificates asked for are issued behind the answers: nobody else's round shall pay for that.
    private void awaitIdle() throws InterruptedException {
        Duration[] last = {Duration.ZERO};
        Patience.until(
                "Nameplate to have issued what was asked for",
                LOOK,
                () -> {
                    Duration before = last[0];
                    last[0] = nameplate.cpu();
                    Duration spent = last[0].minus(before);
                    return spent.compareTo(LOOK.dividedBy(8)) < 0;
                });
    }

    private static void print(Map<Key, Seen> seen, int rounds, PrintStream out) {
        out.printf(
                "%-28s %-12s %-22s %-24s %-9s %-9s %s%n",
                "",
                "connections",
                "calls/s (" + rounds + " rounds)",
                "server CPU ms/call",
                "p50 ms",
                "p99 ms",
                "calls");
        seen.forEach((key, figures) ->
                out.printf(
                        "%-28s %-12d %-22s %-24s %-9.2f %-9.2f %d%n",
                        key.name(),
                        key.connections(),
                        figures.perSecond(),
                        figures.cpuMillis(),
                        figures.percentile(0.5),
                        figures.percentile(0.99),
                        figures.calls()));
        for (int connections : List.of(1, 8)) {
            Seen moto = seen.get(new Key("moto RequestCertificate", connections));
            for (String name :
                    List.of("Nameplate CreateCertificate", "Nameplate RequestCertificate")) {
                Seen ours = seen.get(new Key(name, connections));
                if (moto != null && ours != null) {
                    out.printf(
                            "%s / moto, %d connection(s): calls/s %s, p99 1/%.1f, CPU per call 1/%.1f%n",
                            name,
                            connections,
                            Series.ratios(ours.perSecond(), moto.perSecond()),
                            moto.percentile(0.99) / ours.percentile(0.99),
                            moto.cpuMillis().median() / ours.cpuMillis().median());
                }
            }
        }
    }
}
