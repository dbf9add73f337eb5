package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Visitors of many names, while every few seconds a certificate is replaced, a configuration changed, or a cache emptied: no
/// handshake may fail, none may show another name's certificate, and nothing may grow.
///
/// New connections come at a fixed rate to random names. A change counts as served once a visitor is shown the new
/// certificate; the time is taken from the answer to the call.
final class SoakBench {
    private static final int DISTRIBUTIONS = 20;
    private static final int NAMES_EACH = 10;
    private static final int RATE = 100;
    private static final int MINUTE_SECONDS = 60;
    private static final Duration BETWEEN_CHANGES = Duration.ofMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    /// Every so many minutes the heap is collected and what is alive in it counted.
    private static final int MINUTES_BETWEEN_COLLECTIONS = 5;

    /// The whole heap is in memory from the start: the process then grows by nothing but what lies outside the heap.
    private static final Map<String, String> WHOLE_HEAP =
            Map.of("NAMEPLATE_JAVA_OPTS", "-XX:InitialRAMPercentage=25 -XX:+AlwaysPreTouch");

    private final NameplateServer nameplate;
    private final Visitor visitor;
    private final int originPort;
    private final List<Double> latencies = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean ended = new AtomicBoolean();
    private int generation;
    private final AtomicInteger changes = new AtomicInteger();

    private SoakBench(NameplateServer nameplate, int originPort) throws IOException {
        this.nameplate = nameplate;
        this.visitor = new Visitor(nameplate.caRoot());
        this.originPort = originPort;
    }

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (PeerOrigin origin = PeerOrigin.start(setup, folder);
                NameplateServer nameplate =
                        NameplateServer.start(setup, folder, setup.allCores(), WHOLE_HEAP)) {
            SoakBench soak = new SoakBench(nameplate, origin.port());
            soak.prepare();
            soak.measure(setup, out);
        }
    }

    private static String name(int index) {
        return String.format(Locale.ROOT, "n%07d.%s", index, NameplateServer.ZONE);
    }

    private static String certificate(int distribution, int generation) {
        return "c%d-%d".formatted(distribution, generation);
    }

    private void prepare() throws IOException, InterruptedException {
        for (int i = 0; i < DISTRIBUTIONS; i++) {
            requestCertificate(i, 0);
            nameplate.lightsail(
                    "CreateDistribution",
                    """
                    {"distributionName":"d%d","bundleId":"small_1_0","certificateName":"%s",
                     "origin":{"name":"127.0.0.1:%d","regionName":"us-east-1","protocolPolicy":"http-only"},
                     "defaultCacheBehavior":{"behavior":"cache"}}\
                    """
                            .formatted(i, certificate(i, 0), originPort));
        }
        for (int i = 0; i < DISTRIBUTIONS; i++) {
            nameplate.awaitDeployed("d" + i);
        }
    }

    private void requestCertificate(int distribution, int generation)
            throws IOException, InterruptedException {
        int first = distribution * NAMES_EACH;
        String others =
                IntStream.range(first + 1, first + NAMES_EACH)
                        .mapToObj(index -> '"' + name(index) + '"')
                        .collect(Collectors.joining(","));
        String certificate = certificate(distribution, generation);
        nameplate.lightsail(
                "CreateCertificate",
                "{\"certificateName\":\"%s\",\"domainName\":\"%s\",\"subjectAlternativeNames\":[%s]}"
                        .formatted(certificate, name(first), others));
        nameplate.awaitIssued(List.of(certificate));
    }

    private void measure(Setup setup, PrintStream out) throws IOException, InterruptedException {
        int minutes = setup.minutes();
        out.printf(
                "%d names, %d new connections/s, a change every %d ms, %d minutes%n",
                DISTRIBUTIONS * NAMES_EACH, RATE, BETWEEN_CHANGES.toMillis(), minutes);
        out.printf(
                "%-8s %-12s %-10s %-10s %-10s %-12s %-10s %s%n",
                "minute",
                "connections",
                "failures",
                "p99 ms",
                "max ms",
                "memory MB",
                "changes",
                "alive in the heap, MB");
        Thread changing = Thread.ofPlatform().name("changes").start(this::change);
        HttpsLoad load = new HttpsLoad(setup, "n%d." + NameplateServer.ZONE);
        double failures = 0;
        double connections = 0;
        List<Double> memory = new ArrayList<>();
        try {
            for (int minute = 1; minute <= minutes && changing.isAlive(); minute++) {
                HttpsLoad.Outcome outcome =
                        load.visits(
                                nameplate.edgeHttps(),
                                DISTRIBUTIONS * NAMES_EACH,
                                MINUTE_SECONDS,
                                RATE);
                connections += outcome.operations();
                failures += outcome.failures();
                memory.add(nameplate.process().memoryMegabytes());
                out.printf(
                        "%-8d %-12.0f %-10.0f %-10.1f %-10.1f %-12.0f %-10d %s%n",
                        minute,
                        outcome.operations(),
                        outcome.failures(),
                        outcome.p99Millis(),
                        outcome.maxMillis(),
                        memory.getLast(),
                        changes.get(),
                        minute % MINUTES_BETWEEN_COLLECTIONS == 0
                                ? "%.1f".formatted(nameplate.process().aliveMegabytes())
                                : "");
            }
            if (!changing.isAlive()) {
                throw new IllegalStateException("a change failed; see above");
            }
        } finally {
            ended.set(true);
            changing.join();
        }
        double[] served = latencies.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        out.printf(
                "%.0f connections, %.0f failures (another name's certificate counts as one), %d changes%n",
                connections, failures, changes.get());
        out.printf(
                "certificate replaced, call answered -> served: %d times, median %.0f ms, p99 %.0f ms, greatest %.0f ms%n",
                served.length, quantile(served, 0.5), quantile(served, 0.99), quantile(served, 1));
        out.printf(
                "memory by minute, MB: %s%n",
                memory.stream().map(each -> "%.0f".formatted(each)).toList());
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, Math.round(sorted.length * share))];
    }

    private void change() {
        try {
            while (!ended.get()) {
                int made = changes.get();
                int distribution = made % DISTRIBUTIONS;
                switch (made / DISTRIBUTIONS % 3) {
                    case 0 -> replaceCertificate(distribution);
                    case 1 -> changeCaching(distribution);
                    default ->
                            nameplate.lightsail(
                                    "ResetDistributionCache",
                                    "{\"distributionName\":\"d%d\"}".formatted(distribution));
                }
                changes.incrementAndGet();
                Thread.sleep(BETWEEN_CHANGES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("change " + changes.get(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void replaceCertificate(int distribution) throws IOException, InterruptedException {
        if (distribution == 0) {
            generation++;
        }
        requestCertificate(distribution, generation);
        String host = name(distribution * NAMES_EACH);
        InetSocketAddress edge = nameplate.edgeHttps();
        X509Certificate before = visitor.certificate(edge, host);
        nameplate.lightsail(
                "UpdateDistribution",
                "{\"distributionName\":\"d%d\",\"certificateName\":\"%s\",\"useDefaultCertificate\":false}"
                        .formatted(distribution, certificate(distribution, generation)));
        Duration waited =
                Patience.until(
                        "the new certificate of " + host,
                        LOOK_AGAIN,
                        () ->
                                !visitor.certificate(edge, host)
                                        .getSerialNumber()
                                        .equals(before.getSerialNumber()));
        latencies.add(waited.toNanos() / 1e6);
        nameplate.awaitDeployed("d" + distribution);
        nameplate.lightsail(
                "DeleteCertificate",
                "{\"certificateName\":\"%s\"}"
                        .formatted(certificate(distribution, generation - 1)));
    }

    private void changeCaching(int distribution) throws IOException, InterruptedException {
        nameplate.lightsail(
                "UpdateDistribution",
                "{\"distributionName\":\"d%d\",\"cacheBehaviorSettings\":{\"defaultTTL\":%d}}"
                        .formatted(distribution, 3600 + changes.get()));
        nameplate.awaitDeployed("d" + distribution);
    }
}
