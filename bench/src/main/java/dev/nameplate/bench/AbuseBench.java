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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// One kind of abuse after the other on one server, with a healthy client beside: what it waits, what fails, what the server holds.
///
/// The healthy client opens a new connection every 50 ms, checks name and whole answer, and is timed from when it was due. Everybody
/// comes from loopback, which limits by address leave out: nothing but the bounds of a single connection and of the whole server holds.
final class AbuseBench {
    private static final int HEALTHY_RATE = 20;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration REST = Duration.ofSeconds(3);
    private static final int FLOODING_CONNECTIONS = 256;

    private interface Attack {
        void run(long deadline) throws IOException, InterruptedException;
    }

    private final Setup setup;
    private final NameplateServer nameplate;
    private final String host;
    private final HttpsLoad load;
    private final Visitor visitor;
    private final Abuse abuse;
    private final PrintStream out;

    private AbuseBench(Setup setup, NameplateServer nameplate, String host, PrintStream out)
            throws IOException {
        this.setup = setup;
        this.nameplate = nameplate;
        this.host = host;
        this.load = new HttpsLoad(setup, host);
        this.visitor = new Visitor(nameplate.caRoot());
        this.abuse = new Abuse(visitor, nameplate.edgeHttps(), nameplate.edgeHttp(), host);
        this.out = out;
    }

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (PeerOrigin origin = PeerOrigin.start(setup, folder);
                NameplateServer nameplate =
                        NameplateServer.start(setup, folder, setup.serverCore())) {
            String host = nameplate.distribute(origin.port());
            new AbuseBench(setup, nameplate, host, out).measure();
        }
    }

    private Map<String, Attack> attacks() {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put("nothing", AbuseBench::sleepUntil);
        attacks.put("slow headers", deadline -> slowHttpTest(deadline, "-H"));
        attacks.put("slow body", deadline -> slowHttpTest(deadline, "-B", "-s", "1000000"));
        attacks.put(
                "slow read",
                deadline -> slowHttpTest(deadline, "-X", "-k", "20", "-w", "1", "-y", "2"));
        attacks.put("unread answers of 1 MB", abuse::unreadAnswers);
        attacks.put("silent connections", abuse::silence);
        attacks.put("random bytes, HTTPS", abuse::noiseOnHttps);
        attacks.put("random bytes, HTTP", abuse::noiseOnHttp);
        attacks.put("header flood", abuse::headerFlood);
        attacks.put("h2 rapid reset", abuse::rapidReset);
        attacks.put("h2 CONTINUATION flood", abuse::continuationFlood);
        attacks.put("h2 SETTINGS flood", abuse::settingsFlood);
        attacks.put("h2 PING flood", abuse::pingFlood);
        attacks.put("handshake flood", deadline -> handshakes(deadline, host, 0));
        attacks.put(
                "handshakes, unknown names",
                deadline -> handshakes(deadline, "n%d.nowhere.example", 1_000_000));
        attacks.put("nothing again", AbuseBench::sleepUntil);
        return attacks;
    }

    private void measure() throws IOException, InterruptedException {
        visitor.fillCache(nameplate.edgeHttps(), host, PeerOrigin.PAGE);
        load.run(HttpsLoad.Kind.NEW_CONNECTION, nameplate.edgeHttps(), setup.abuseSeconds());
        out.printf(
                "| abuse | visits | failed | p50 ms | p99 ms | greatest ms | server CPU s | memory MB before / most / after | sent |%n"
                        + "|---|---|---|---|---|---|---|---|---|%n");
        for (Map.Entry<String, Attack> each : attacks().entrySet()) {
            if (setup.abuseKinds().isEmpty() || setup.abuseKinds().contains(each.getKey())) {
                row(each.getKey(), each.getValue());
            }
        }
    }

    private void row(String name, Attack attack) throws IOException, InterruptedException {
        int seconds = setup.abuseSeconds();
        double before = memory();
        double most = before;
        Duration cpuBefore = nameplate.process().cpu();
        HttpsLoad.Outcome healthy;
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            Future<HttpsLoad.Outcome> visits =
                    threads.submit(
                            () -> load.gentleVisits(nameplate.edgeHttps(), seconds, HEALTHY_RATE));
            Callable<Void> abusing =
                    () -> {
                        attack.run(deadline);
                        return null;
                    };
            Future<Void> abused = threads.submit(abusing);
            while (!visits.isDone() || !abused.isDone()) {
                most = Math.max(most, memory());
                Thread.sleep(BETWEEN_LOOKS);
            }
            abused.get();
            healthy = visits.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(name, e.getCause());
        }
        Duration cpu = nameplate.process().cpu().minus(cpuBefore);
        Thread.sleep(REST);
        String answer = visitor.get(nameplate.edgeHttps(), host, PeerOrigin.PAGE);
        if (!answer.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException("after " + name + " a visitor gets\n" + answer);
        }
        out.printf(
                "| %s | %.0f | %.0f | %.1f | %.1f | %.1f | %.1f | %.0f / %.0f / %.0f | %s |%n",
                name,
                healthy.operations(),
                healthy.failures(),
                healthy.p50Millis(),
                healthy.p99Millis(),
                healthy.maxMillis(),
                cpu.toMillis() / 1000.0,
                before,
                most,
                memory(),
                abuse.sent());
    }

    private double memory() {
        return nameplate.process().memoryMegabytes();
    }

    private static void sleepUntil(long deadline) throws InterruptedException {
        Thread.sleep(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    private void slowHttpTest(long deadline, String... options)
            throws IOException, InterruptedException {
        InetSocketAddress http = nameplate.edgeHttp();
        List<String> command = new ArrayList<>();
        command.add(setup.slowHttpTest());
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-c",
                        "1000",
                        "-r",
                        "500",
                        "-i",
                        "1",
                        "-p",
                        "1",
                        "-l",
                        String.valueOf(setup.abuseSeconds()),
                        "-u",
                        "http://127.0.0.1:%d/".formatted(http.getPort())));
        flood(deadline, command);
    }

    private void handshakes(long deadline, String name, int names)
            throws IOException, InterruptedException {
        flood(
                deadline,
                List.of(
                        setup.handshakes().toString(),
                        String.valueOf(nameplate.edgeHttps().getPort()),
                        name,
                        String.valueOf(names),
                        PeerOrigin.PAGE,
                        String.valueOf(FLOODING_CONNECTIONS),
                        String.valueOf(setup.abuseSeconds()),
                        "0"));
    }

    /// A program that ends by itself, or soon after the deadline.
    private static void flood(long deadline, List<String> command)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        long left = deadline - System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        if (!process.waitFor(left, TimeUnit.NANOSECONDS)) {
            process.destroyForcibly();
        }
    }
}
