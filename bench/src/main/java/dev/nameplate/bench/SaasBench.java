package dev.nameplate.bench;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/// Bulk jobs of SSL for SaaS from the POST until every name was seen served by a handshake at the edge; and how long one
/// customer waits beside a job of 50,000.
final class SaasBench {
    /// Names in one hosted zone, and one in how many of the bad kind fails.
    private static final int ZONE = 1_000;

    private static final int BAD = 100;
    private static final int WARM = 2_000;

    private static final int BULK = 50_000;
    private static final int TRIES = 50;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private final NameplateServer nameplate;
    private final Jobs jobs;
    private final PrintStream out;

    private SaasBench(NameplateServer nameplate, PrintStream out) throws IOException {
        this.nameplate = nameplate;
        this.jobs = new Jobs(nameplate);
        this.out = out;
    }

    private static NameplateServer start(Setup setup, Path folder)
            throws IOException, InterruptedException {
        return NameplateServer.start(setup, folder, setup.allCores(), Jobs.SETTINGS);
    }

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        out.printf(
                "%-12s %8s %8s %13s %12s %10s %8s %8s%n",
                "kind",
                "entries",
                "seconds",
                "server CPU s",
                "CPU ms each",
                "entries/s",
                "failed",
                "RSS MB");
        for (int size : setup.saasSizes()) {
            Path own = setup.newFolder("saas-" + size);
            try (NameplateServer nameplate = start(setup, own)) {
                SaasBench bench = new SaasBench(nameplate, out);
                bench.measured("warm-up", "warm", WARM, Set.of());
                bench.measured("all good", "good", size, Set.of());
                if (size <= BULK) {
                    bench.withBad(size);
                }
                Visitor visitor = new Visitor(nameplate.caRoot());
                visitor.get(nameplate.edgeHttps(), name("good", size - 1), "/");
            }
        }
        out.printf("(logs below %s)%n", folder.getParent());
    }

    /// One in a hundred wants a name that another distribution has.
    private void withBad(int size) throws IOException, InterruptedException {
        Set<Integer> bad = new HashSet<>();
        IntStream.range(0, size / BAD).forEach(i -> bad.add(i * BAD + i % BAD));
        JsonNode holders = jobs.finished(jobs.post(bad.stream().map(i -> name("bad", i)).toList()));
        requireServed(holders, bad.size());
        measured("1 % bad", "bad", size, bad);
    }

    private void measured(String kind, String prefix, int size, Set<Integer> bad)
            throws IOException, InterruptedException {
        List<String> names = IntStream.range(0, size).mapToObj(i -> name(prefix, i)).toList();
        for (int i = 0; i < size; i += ZONE) {
            jobs.zone(zoneName(prefix, i));
        }
        Duration cpu = nameplate.cpu();
        long start = System.nanoTime();
        String job = jobs.post(names);
        JsonNode ended = jobs.finished(job);
        double seconds = (System.nanoTime() - start) / 1e9;
        double spent = nameplate.cpu().minus(cpu).toNanos() / 1e9;
        requireServed(ended, size - bad.size());
        requireFailed(job, bad);
        out.printf(
                Locale.ROOT,
                "%-12s %8d %8.1f %13.1f %12.2f %10.1f %8d %8.0f%n",
                kind,
                size,
                seconds,
                spent,
                spent * 1e3 / size,
                size / seconds,
                bad.size(),
                nameplate.process().memoryMegabytes());
    }

    private static void requireServed(JsonNode job, int wanted) {
        if (job.path("entries").path("DONE").asInt() != wanted) {
            throw new IllegalStateException("not all are served: " + job);
        }
    }

    /// Exactly these, each with a reason of its own.
    private void requireFailed(String job, Set<Integer> wanted) throws IOException {
        Set<Integer> failed = new HashSet<>();
        for (String cursor = "0"; !cursor.isEmpty(); ) {
            JsonNode page =
                    jobs.get("/v1/jobs/%s/entries?state=FAILED&cursor=%s".formatted(job, cursor));
            for (JsonNode entry : page.path("entries")) {
                failed.add(entry.path("entry").asInt());
                String name = entry.path("names").path(0).asText();
                if (!entry.path("reason").asText().contains(name)) {
                    throw new IllegalStateException("no reason of its own: " + entry);
                }
            }
            cursor = page.path("nextCursor").asText("");
        }
        if (!failed.equals(wanted)) {
            throw new IllegalStateException(
                    "%d failed, not %d".formatted(failed.size(), wanted.size()));
        }
    }

    /// One customer after the other comes while a job of 50,000 is under way.
    static void fair(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (NameplateServer nameplate = start(setup, folder)) {
            SaasBench bench = new SaasBench(nameplate, out);
            bench.measured("warm-up", "warm", WARM, Set.of());
            List<String> names = IntStream.range(0, BULK).mapToObj(i -> name("bulk", i)).toList();
            for (int i = 0; i < BULK; i += ZONE) {
                bench.jobs.zone(zoneName("bulk", i));
            }
            bench.jobs.zone(zoneName("one", 0));
            String bulk = bench.jobs.post(names);
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < TRIES; i++) {
                long start = System.nanoTime();
                String job = bench.jobs.post(List.of(name("one", i)));
                Patience.until(
                        "one customer", Duration.ofMillis(10), () -> bench.jobs.isEnded(job));
                seconds.add((System.nanoTime() - start) / 1e9);
                requireServed(bench.jobs.get("/v1/jobs/" + job), 1);
                Thread.sleep(BETWEEN_TRIES);
            }
            JsonNode beside = bench.jobs.get("/v1/jobs/" + bulk);
            if (Jobs.ended(beside)) {
                throw new IllegalStateException("the long job ended before the last try");
            }
            List<Double> sorted = seconds.stream().sorted().toList();
            out.printf(
                    Locale.ROOT,
                    "%d tries beside %d entries, of which %d were served: p50 %.2f s, p99 %.2f s, longest %.2f s%n",
                    TRIES,
                    BULK,
                    beside.path("entries").path("DONE").asInt(),
                    sorted.get(TRIES / 2),
                    sorted.get(TRIES * 99 / 100),
                    sorted.getLast());
        }
    }

    private static String name(String prefix, int number) {
        return "n%d.%s".formatted(number, zoneName(prefix, number));
    }

    private static String zoneName(String prefix, int number) {
        return "%s%d.%s".formatted(prefix, number / ZONE, "saas.example");
    }
}
