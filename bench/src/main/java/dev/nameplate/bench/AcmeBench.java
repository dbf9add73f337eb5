package dev.nameplate.bench;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/// Certificates from an ACME authority: one job from the POST until Pebble has issued for every name, and until every name was seen
/// served by a handshake at the edge; beside lego and certbot, which have a Pebble issue as many. Each line of the table has a stage of
/// its own, so that none inherits what Pebble keeps of the one before; and another one, if Pebble has locked itself.
final class AcmeBench {
    /// As many processes of lego as we have orders under way.
    private static final int AT_ONCE = 32;

    private static final int ONE_AFTER_THE_OTHER = 10;
    private static final int STAGES = 10;
    private static final String PEERS_ZONE = "peers.example";
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Setup setup;
    private final Path folder;
    private final PrintStream out;
    private int stages;

    private AcmeBench(Setup setup, Path folder, PrintStream out) {
        this.setup = setup;
        this.folder = folder;
        this.out = out;
    }

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        AcmeBench bench = new AcmeBench(setup, folder, out);
        bench.head();
        List<Double> rates = new ArrayList<>();
        for (int round = 1; round <= setup.rounds(); round++) {
            String title = "Nameplate, round " + round;
            rates.add(bench.staged(title, stage -> bench.measured(stage, title)));
        }
        double ours = rates.stream().sorted().toList().get(rates.size() / 2);
        bench.peer(
                "lego, %d at once".formatted(AT_ONCE),
                AcmeClients.Client.LEGO,
                setup.acmeNames(),
                AT_ONCE,
                ours);
        bench.peer("lego, one at a time", AcmeClients.Client.LEGO, ONE_AFTER_THE_OTHER, 1, ours);
        bench.peer(
                "certbot, one at a time",
                AcmeClients.Client.CERTBOT,
                setup.certbotNames(),
                1,
                ours);
    }

    private interface Measurement {
        /// @return names a second
        double at(AcmeStage stage)
                throws IOException, InterruptedException, PebbleServer.LockedException;
    }

    private double staged(String title, Measurement measurement)
            throws IOException, InterruptedException {
        for (int left = STAGES; left > 0; left--) {
            Path own = Files.createDirectories(folder.resolve("stage-" + ++stages));
            try (AcmeStage stage = AcmeStage.start(setup, own)) {
                return measurement.at(stage);
            } catch (PebbleServer.LockedException locked) {
                out.printf("%-26s %s; once more at another%n", title, locked.getMessage());
            }
        }
        throw new IllegalStateException(
                "%s: Pebble locked itself %d times".formatted(title, STAGES));
    }

    private void head() {
        out.printf(
                "%-26s %6s %9s %9s %9s %9s %14s %14s%n",
                "client",
                "names",
                "issued s",
                "names/s",
                "served s",
                "names/s",
                "CPU ms each",
                "Pebble's, ms");
    }

    /// @return names a second, until all were served
    private double measured(AcmeStage stage, String title)
            throws IOException, InterruptedException, PebbleServer.LockedException {
        int size = setup.acmeNames();
        NameplateServer nameplate = stage.nameplate();
        PebbleServer pebble = stage.pebble();
        Jobs jobs = new Jobs(nameplate);
        List<String> names =
                IntStream.range(0, size).mapToObj("n%d.names.example"::formatted).toList();
        jobs.zone("names.example");
        Duration cpu = nameplate.cpu();
        Duration theirs = pebble.cpu();
        long start = System.nanoTime();
        String job = jobs.post(names);
        pebble.await("all certificates", LIMIT, LOOK, () -> pebble.issued() >= size);
        double issued = (System.nanoTime() - start) / 1e9;
        pebble.await("the end of job " + job, LIMIT, LOOK, () -> jobs.isEnded(job));
        double served = (System.nanoTime() - start) / 1e9;
        double spent = nameplate.cpu().minus(cpu).toNanos() / 1e9;
        double theirSpent = pebble.cpu().minus(theirs).toNanos() / 1e9;
        JsonNode ended = jobs.get("/v1/jobs/" + job);
        if (ended.path("entries").path("DONE").asInt() != size || pebble.issued() != size) {
            throw new IllegalStateException(
                    "%d certificates for %d names: %s".formatted(pebble.issued(), size, ended));
        }
        requireServed(stage, names);
        out.printf(
                Locale.ROOT,
                "%-26s %6d %9.1f %9.1f %9.1f %9.1f %14.1f %14.1f%n",
                title,
                size,
                issued,
                size / issued,
                served,
                size / served,
                spent * 1e3 / size,
                theirSpent * 1e3 / size);
        return size / served;
    }

    /// Each with a certificate of its own that leads to Pebble's root.
    private static void requireServed(AcmeStage stage, List<String> names)
            throws IOException, InterruptedException {
        Visitor visitor = new Visitor(stage.pebble().root());
        Set<BigInteger> serials = new HashSet<>();
        for (String name : names) {
            serials.add(visitor.certificate(stage.nameplate().edgeHttps(), name).getSerialNumber());
        }
        if (serials.size() != names.size()) {
            throw new IllegalStateException(
                    "%d certificates are served for %d names"
                            .formatted(serials.size(), names.size()));
        }
    }

    private void peer(String title, AcmeClients.Client client, int size, int atOnce, double ours)
            throws IOException, InterruptedException {
        String prefix = title.replaceAll("[^a-z0-9]+", "-");
        // One more, before the clock runs.
        List<String> names =
                IntStream.rangeClosed(0, size)
                        .mapToObj(i -> "%s-%d.%s".formatted(prefix, i, PEERS_ZONE))
                        .toList();
        staged(title, stage -> peer(stage, title, client, names, atOnce, ours));
    }

    private double peer(
            AcmeStage stage,
            String title,
            AcmeClients.Client client,
            List<String> names,
            int atOnce,
            double ours)
            throws IOException, InterruptedException, PebbleServer.LockedException {
        new Jobs(stage.nameplate()).zone(PEERS_ZONE);
        stage.nameplate()
                .lightsail(
                        "CreateDomainEntry",
                        """
                        {"domainName":"%1$s","domainEntry":{"name":"*.%1$s","type":"A","target":"127.0.0.1"}}
                        """
                                .formatted(PEERS_ZONE));
        int size = names.size() - 1;
        Duration theirs = stage.pebble().cpu();
        AcmeClients.Run run =
                new AcmeClients(stage.folder(), stage.pebble(), stage.webFiles())
                        .run(client, names, atOnce);
        double theirSpent = stage.pebble().cpu().minus(theirs).toNanos() / 1e9;
        double rate = size / run.seconds();
        out.printf(
                Locale.ROOT,
                "%-26s %6d %9.1f %9.1f %9s %9s %14.1f %14.1f   Nameplate, served / this: %.1f%n",
                title,
                size,
                run.seconds(),
                rate,
                "-",
                "-",
                run.cpuSeconds() * 1e3 / size,
                theirSpent * 1e3 / size,
                ours / rate);
        return rate;
    }
}
