package dev.nameplate.bench;

import com.sun.management.OperatingSystemMXBean;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuanceWork;
import dev.nameplate.certificate.Issuers;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Request;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.AuthoritativeLookup;
import dev.nameplate.dns.DnsServer;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.LookupSettings;
import dev.nameplate.dns.ProofTexts;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.job.JobEngine;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.MasterKeySource;
import dev.nameplate.vault.RootKeeper;
import dev.nameplate.vault.Vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A process of its own that issues what is pending in a fresh store, as the server does it: the same work on the same engine,
/// the proofs looked up over UDP. Only the doors and the edge are left out.
///
/// ```
/// IssuanceRun issue   FOLDER KEY COUNT ROUNDS PER_ZONE own|PORT [JDBC_URL]
/// IssuanceRun answer  FOLDER KEY COUNT ROUNDS PER_ZONE            (the others' name server: prints its port, then answers)
/// ```
/// Both make the same names and, by the same master key, the same proofs.
final class IssuanceRun implements AutoCloseable {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final String SUFFIX = "nameplate.internal";
    private static final int REQUESTS_A_WRITE = 100;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();
    private final ChangeFeed feed = new ChangeFeed();
    private final Database database;
    private final Vault vault;
    private final Zones zones;
    private final Certificates certificates;
    private final DnsServer dns;
    private final int count;
    private final int perZone;

    private IssuanceRun(Path folder, Optional<String> jdbcUrl, int count, int perZone)
            throws IOException {
        Files.createDirectories(folder);
        this.database =
                jdbcUrl.map(url -> Database.postgresql(url, "postgres", "", random))
                        .orElseGet(() -> Database.sqlite(folder.resolve("nameplate.db")));
        this.vault =
                Vault.open(
                        MasterKeySource.file(folder.resolveSibling("master.key"), random),
                        random,
                        new RootInFile(folder.resolveSibling("derivation-root")));
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.zones = new Zones(clock, random, DnsSettings.under(new DomainName(SUFFIX), loopback));
        this.certificates =
                new Certificates(
                        zones,
                        feed,
                        vault,
                        clock,
                        random,
                        _ -> {},
                        (_, serial, _, _) -> {
                            throw new IllegalStateException("nothing is revoked here: " + serial);
                        },
                        CertificateSettings.withSuffix(SUFFIX));
        this.dns =
                DnsServer.start(
                        new InetSocketAddress(loopback, 0),
                        database,
                        zones,
                        _ -> false,
                        ProofTexts.NONE);
        this.count = count;
        this.perZone = perZone;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int count = Integer.parseInt(args[3]);
        int rounds = Integer.parseInt(args[4]);
        int perZone = Integer.parseInt(args[5]);
        Path folder = Path.of(args[1]);
        KeyAlgorithm key = KeyAlgorithm.valueOf(args[2]);
        Optional<String> jdbcUrl = args.length > 7 ? Optional.of(args[7]) : Optional.empty();
        try (IssuanceRun run = new IssuanceRun(folder, jdbcUrl, count, perZone)) {
            switch (args[0]) {
                case "issue" -> run.issue(rounds, args[6], key);
                case "answer" -> run.answer(rounds, key);
                default -> throw new IllegalArgumentException("issue or answer, not " + args[0]);
            }
        }
    }

    private void answer(int rounds, KeyAlgorithm key) throws IOException {
        NamesOfOthers others = new NamesOfOthers();
        for (int round = 0; round < rounds; round++) {
            for (Certificate certificate : request(round, key)) {
                certificate
                        .proofs()
                        .forEach(proof ->
                                others.alias(proof.record().name(), proof.record().value()));
            }
        }
        others.serve(2);
        System.out.println("port " + others.port());
        // Until whoever started this process closes its input.
        System.in.transferTo(System.out);
    }

    private void issue(int rounds, String world, KeyAlgorithm key) throws InterruptedException {
        KeyPairs keyPairs = KeyPairs.fastest(random);
        EmbeddedCa ca =
                EmbeddedCa.open(
                        database,
                        vault,
                        keyPairs,
                        random,
                        clock,
                        CaSettings.defaults(SUFFIX),
                        _ -> {});
        List<InetSocketAddress> roots =
                world.equals("own")
                        ? List.of()
                        : List.of(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), Integer.parseInt(world)));
        var lookup =
                new AuthoritativeLookup(
                        database,
                        zones,
                        dns.address(),
                        new LookupSettings(
                                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)),
                                LookupSettings.DNS_PORT,
                                roots,
                                LookupSettings.USUAL_PATIENCE));
        try (lookup) {
            rounds(rounds, roots.isEmpty(), key, lookup, ca, keyPairs);
        }
    }

    private void rounds(
            int rounds,
            boolean own,
            KeyAlgorithm key,
            AuthoritativeLookup lookup,
            EmbeddedCa ca,
            KeyPairs keyPairs)
            throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            if (own) {
                makeZones(round);
            }
            request(round, key);
            var decided = new CountDownLatch(count);
            var engine = new JobEngine(database, clock, "bench");
            long units = database.statistics().commits();
            long cpu = cpuNanos();
            long start = System.nanoTime();
            try (engine;
                    var work =
                            new IssuanceWork(
                                    database,
                                    zones,
                                    feed,
                                    vault,
                                    lookup,
                                    Issuers.of(ca),
                                    keyPairs,
                                    clock,
                                    engine,
                                    group -> group.forEach(_ -> decided.countDown()))) {
                engine.start(List.of(work));
                if (!decided.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException(decided.getCount() + " are still pending");
                }
                long took = System.nanoTime() - start;
                long spent = cpuNanos() - cpu;
                System.out.printf(
                        "round %d %.1f issued/s %.1f us-cpu/certificate %d commits %d issued%n",
                        round,
                        count / (took / 1e9),
                        spent / 1e3 / count,
                        database.statistics().commits() - units,
                        issued() - round * count);
            }
        }
    }

    /// With their chain and sealed key.
    private int issued() {
        return database.read(handle ->
                handle.createQuery(
                                "SELECT COUNT(*) FROM certificate c JOIN certificate_material m"
                                        + " ON m.certificate_id = c.id WHERE c.state = 'ISSUED'")
                        .mapTo(Integer.class)
                        .one());
    }

    private void makeZones(int round) {
        for (int first = 0; first < count; first += perZone * REQUESTS_A_WRITE) {
            int from = first;
            database.write(write -> {
                for (int i = from;
                        i < Math.min(count, from + perZone * REQUESTS_A_WRITE);
                        i += perZone) {
                    zones.create(write, ACCOUNT, zone(round, i));
                }
                return from;
            });
        }
    }

    private DomainName zone(int round, int certificate) {
        return new DomainName("customer%d-%d.example".formatted(round, certificate / perZone));
    }

    private List<Certificate> request(int round, KeyAlgorithm key) {
        var all = new ArrayList<Certificate>();
        for (int first = 0; first < count; first += REQUESTS_A_WRITE) {
            int from = first;
            all.addAll(database.write(write -> request(write, round, from, key)));
        }
        return all;
    }

    private List<Certificate> request(Write write, int round, int from, KeyAlgorithm key) {
        var made = new ArrayList<Certificate>();
        for (int i = from; i < Math.min(count, from + REQUESTS_A_WRITE); i++) {
            DomainName name = new DomainName("shop%d.%s".formatted(i, zone(round, i)));
            Request request = Request.of(Origin.LIGHTSAIL, List.of(name), key);
            made.add(certificates.request(write, ACCOUNT, Region.US_EAST_1, request));
        }
        return made;
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    @Override
    public void close() {
        dns.close();
        database.close();
    }

    /// Two stores of the bench make the same proofs by it.
    record RootInFile(Path file) implements RootKeeper {
        @Override
        public Optional<byte[]> find() {
            try {
                return Files.exists(file)
                        ? Optional.of(Files.readAllBytes(file))
                        : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] keep(byte[] sealed) {
            try {
                Files.write(file, sealed);
                return sealed;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<Sample> sample() {
            return Optional.empty();
        }
    }
}
