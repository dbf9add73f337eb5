package dev.nameplate.bench;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Certificates from an ACME authority: one job from the POST until Pebble has issued for every name, and until every name was seen
/// served by a handshake at the edge; beside lego and certbot, which have the same Pebble issue as many.
final class AcmeBench {
    /// As many processes of lego as we have orders under way.
    private static final int AT_ONCE = 32;

    private static final int ONE_AFTER_THE_OTHER = 10;
    private static final String PEERS_ZONE = "peers.example";
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final NameplateServer nameplate;
    private final PebbleServer pebble;
    private final Jobs jobs;
    private final PrintStream out;

    private AcmeBench(NameplateServer nameplate, PebbleServer pebble, PrintStream out)
            throws IOException {
        this.nameplate = nameplate;
        this.pebble = pebble;
        this.jobs = new Jobs(nameplate);
        this.out = out;
    }

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        int dns = Setup.freePort();
        Path webFiles = Files.createDirectories(folder.resolve("web"));
        Path pebbleFolder = Files.createDirectories(folder.resolve("pebble"));
        try (WebRoot web = WebRoot.start(webFiles);
                PebbleServer pebble = PebbleServer.start(setup, pebbleFolder, dns, web.port());
                NameplateServer nameplate = start(setup, folder, dns, pebble)) {
            AcmeBench bench = new AcmeBench(nameplate, pebble, out);
            bench.head();
            double ours = bench.measured("Nameplate, fresh", "fresh", setup.acmeNames());
            for (int round = 1; round < setup.rounds(); round++) {
                ours =
                        bench.measured(
                                "Nameplate, round " + (round + 1), "r" + round, setup.acmeNames());
            }
            bench.peers(new AcmeClients(folder, pebble, webFiles), setup, ours);
        }
    }

    private static NameplateServer start(Setup setup, Path folder, int dns, PebbleServer pebble)
            throws IOException, InterruptedException {
        Path issuers =
                Files.writeString(
                        folder.resolve("issuers.yaml"),
                        """
                        issuers:
                          pebble:
                            directory: %s
                            trustFile: %s
                            contact: ops@example.com
                            termsAgreed: true
                        """
                                .formatted(pebble.directory(), pebble.trust()));
        Map<String, String> settings = new HashMap<>(Jobs.SETTINGS);
        settings.put("NAMEPLATE_ISSUERS_FILE", issuers.toString());
        settings.put("NAMEPLATE_ISSUER_SAAS", "pebble");
        return NameplateServer.start(
                setup, folder, setup.allCores(), List.of(0, 0, 0, dns), settings);
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
    private double measured(String title, String prefix, int size)
            throws IOException, InterruptedException {
        List<String> names =
                IntStream.range(0, size)
                        .mapToObj(i -> "n%d.%s.example".formatted(i, prefix))
                        .toList();
        jobs.zone(prefix + ".example");
        Duration cpu = nameplate.cpu();
        Duration theirs = pebble.cpu();
        long before = pebble.issued();
        long start = System.nanoTime();
        String job = jobs.post(names);
        Patience.until("all certificates", LIMIT, LOOK, () -> pebble.issued() - before >= size);
        double issued = (System.nanoTime() - start) / 1e9;
        JsonNode ended = jobs.finished(job);
        double served = (System.nanoTime() - start) / 1e9;
        double spent = nameplate.cpu().minus(cpu).toNanos() / 1e9;
        double theirSpent = pebble.cpu().minus(theirs).toNanos() / 1e9;
        if (ended.path("entries").path("DONE").asInt() != size
                || pebble.issued() - before != size) {
            throw new IllegalStateException(
                    "%d certificates for %d names: %s"
                            .formatted(pebble.issued() - before, size, ended));
        }
        requireServed(names);
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
    private void requireServed(List<String> names) throws IOException, InterruptedException {
        Visitor visitor = new Visitor(pebble.root());
        Set<BigInteger> serials = new HashSet<>();
        for (String name : names) {
            serials.add(visitor.certificate(nameplate.edgeHttps(), name).getSerialNumber());
        }
        if (serials.size() != names.size()) {
            throw new IllegalStateException(
                    "%d certificates are served for %d names"
                            .formatted(serials.size(), names.size()));
        }
    }

    private void peers(AcmeClients clients, Setup setup, double ours)
            throws IOException, InterruptedException {
        jobs.zone(PEERS_ZONE);
        nameplate.lightsail(
                "CreateDomainEntry",
                """
                {"domainName":"%1$s","domainEntry":{"name":"*.%1$s","type":"A","target":"127.0.0.1"}}
                """
                        .formatted(PEERS_ZONE));
        peer(
                clients,
                "lego, %d at once".formatted(AT_ONCE),
                AcmeClients.Client.LEGO,
                setup.acmeNames(),
                AT_ONCE,
                ours);
        peer(clients, "lego, one at a time", AcmeClients.Client.LEGO, ONE_AFTER_THE_OTHER, 1, ours);
        peer(
                clients,
                "certbot, one at a time",
                AcmeClients.Client.CERTBOT,
                setup.certbotNames(),
                1,
                ours);
    }

    private void peer(
            AcmeClients clients,
            String title,
            AcmeClients.Client client,
            int size,
            int atOnce,
            double ours)
            throws IOException, InterruptedException {
        String prefix = title.replaceAll("[^a-z0-9]+", "-");
        // One more, before the clock runs.
        List<String> names =
                IntStream.rangeClosed(0, size)
                        .mapToObj(i -> "%s-%d.%s".formatted(prefix, i, PEERS_ZONE))
                        .toList();
        Duration theirs = pebble.cpu();
        AcmeClients.Run run = clients.run(client, names, atOnce);
        double theirSpent = pebble.cpu().minus(theirs).toNanos() / 1e9;
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
    }
}
