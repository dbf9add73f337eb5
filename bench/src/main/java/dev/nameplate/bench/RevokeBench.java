package dev.nameplate.bench;

import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.issuer.ca.revocation.CrlShards;
import dev.nameplate.issuer.ca.revocation.CrlWork;
import dev.nameplate.issuer.ca.revocation.Crls;
import dev.nameplate.issuer.ca.revocation.Locations;
import dev.nameplate.issuer.ca.revocation.OcspResponder;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.MasterKeySource;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Revoking in a store where a million certificates are revoked already, beside one where ten are: both on disk, with an fsync
/// for each. And what the lists and statuses cost that tell of it.
final class RevokeBench {
    private static final int FEW = 10;
    private static final int MANY = 1_000_000;
    private static final int ALONE = 300;
    private static final int TOGETHER = 2_000;
    private static final int SEED_BATCH = 10_000;

    private RevokeBench() {}

    static void run(Setup setup, Path folder, PrintStream out) throws IOException {
        try (Scene few = new Scene(folder.resolve("few"), FEW);
                Scene many = new Scene(folder.resolve("many"), MANY)) {
            List<Double> alone = new ArrayList<>();
            List<Double> together = new ArrayList<>();
            out.printf("%-44s %12s %12s %7s%n", "ms each", FEW + " revoked", "a million", "ratio");
            few.revoke(TOGETHER, 1);
            many.revoke(TOGETHER, 1);
            for (int round = 0; round < setup.rounds(); round++) {
                double[] pair = {few.revoke(ALONE, 1), many.revoke(ALONE, 1)};
                alone.add(pair[1] / pair[0]);
                line(out, "a transaction for each", pair);
                double[] batch = {few.revoke(TOGETHER, TOGETHER), many.revoke(TOGETHER, TOGETHER)};
                together.add(batch[1] / batch[0]);
                line(out, TOGETHER + " in one transaction", batch);
            }
            ratios(out, "a transaction for each", alone);
            ratios(out, "in one transaction", together);
            many.lists(out);
            many.statuses(out);
        }
    }

    private static void line(PrintStream out, String what, double[] pair) {
        out.printf("%-44s %12.4f %12.4f %7.2f%n", what, pair[0], pair[1], pair[1] / pair[0]);
    }

    private static void ratios(PrintStream out, String what, List<Double> ratios) {
        List<Double> sorted = ratios.stream().sorted().toList();
        out.printf(
                "ratio, %s: %.2f - %.2f - %.2f%n",
                what, sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
    }

    private static final class Scene implements AutoCloseable {
        private final SecureRandom random = new SecureRandom();
        private final InstantSource clock = InstantSource.system();
        private final Instant start = clock.instant();
        private final Database database;
        private final EmbeddedCa ca;
        private final KeyPairs keyPairs = KeyPairs.fastest(random);
        private final Locations locations = new Locations(URI.create("http://pki.bench"));
        private final Revocations revocations = new Revocations(_ -> {});
        private final X509Certificate leaf;

        Scene(Path folder, int revoked) throws IOException {
            Files.createDirectories(folder);
            this.database = Database.sqlite(folder.resolve("nameplate.db"));
            this.ca =
                    EmbeddedCa.open(
                            database,
                            Vault.open(
                                    MasterKeySource.file(folder.resolve("master.key"), random),
                                    random,
                                    new IssuanceRun.RootInFile(folder.resolve("derivation-root"))),
                            keyPairs,
                            random,
                            clock,
                            new CaSettings(
                                    List.of("bench"), 198, 200, Optional.of(locations.base())),
                            _ -> {});
            this.leaf =
                    ca.issueInternal(
                                    List.of("www.bench.example"),
                                    List.of(),
                                    keyPairs.generate(KeyAlgorithm.EC_P256).getPublic())
                            .getFirst();
            for (int from = 0; from < revoked; from += SEED_BATCH) {
                int first = from;
                int count = Math.min(SEED_BATCH, revoked - from);
                database.write(write -> seed(write.handle(), first, count));
            }
        }

        /// Revoked certificates as they rest in the store once their lists are made, in full shards.
        private int seed(Handle handle, int first, int count) {
            List<String> serials = issued(handle, count, 1 + first / CrlShards.CAPACITY);
            PreparedBatch batch =
                    handle.prepareBatch(
                            "INSERT INTO revocation (serial, issuer, shard, not_after, reason, revoked_at) VALUES (?, ?, ?, ?, 'SUPERSEDED', ?)");
            for (String serial : serials) {
                batch.add(
                        serial,
                        Locations.id(ca.intermediate()),
                        1 + first / CrlShards.CAPACITY,
                        end(),
                        start.toEpochMilli());
            }
            return batch.execute().length;
        }

        private List<String> issued(Handle handle, int count, int shard) {
            PreparedBatch batch =
                    handle.prepareBatch(
                            """
                            INSERT INTO issuance (serial, names, key_fingerprint, not_before, not_after, issuer_serial,
                                recorded_at, crl_shard)
                            VALUES (?, 'www.bench.example', ?, ?, ?, ?, ?, ?)
                            """);
            List<String> serials = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String serial = new BigInteger(126, random).setBit(126).toString(16);
                serials.add(serial);
                batch.add(
                        serial,
                        new BigInteger(256, random).toString(16),
                        start.toEpochMilli(),
                        end(),
                        Locations.id(ca.intermediate()),
                        start.toEpochMilli(),
                        shard);
            }
            batch.execute();
            return serials;
        }

        private long end() {
            return start.plus(Duration.ofDays(198)).toEpochMilli();
        }

        /// @return milliseconds for each
        double revoke(int count, int perTransaction) {
            List<String> serials = database.write(write -> issued(write.handle(), count, 1_000));
            long from = System.nanoTime();
            for (int i = 0; i < count; i += perTransaction) {
                List<String> these = serials.subList(i, Math.min(count, i + perTransaction));
                database.write(write -> {
                    for (String serial : these) {
                        revocations.revoke(
                                write, serial, RevocationReason.SUPERSEDED, clock.instant());
                    }
                    return these.size();
                });
            }
            return (System.nanoTime() - from) / 1e6 / count;
        }

        /// A shard that is revoked as a whole.
        void lists(PrintStream out) {
            database.write(write ->
                    write.handle()
                            .execute(
                                    "INSERT INTO crl_shard (issuer, shard, taken, ends_at, due_at) VALUES (?, 2, ?, ?, 0)",
                                    Locations.id(ca.intermediate()),
                                    CrlShards.CAPACITY,
                                    end()));
            new CrlWork(database, ca.signatories(), locations).advance(0, clock.instant());
            database.write(write ->
                    write.handle().execute("UPDATE crl_shard SET due_at = 0 WHERE shard = 2"));
            Instant later = clock.instant().plus(Duration.ofMinutes(1));
            long from = System.nanoTime();
            new CrlWork(database, ca.signatories(), locations).advance(0, later);
            double millis = (System.nanoTime() - from) / 1e6;
            int bytes =
                    new Crls(database)
                            .find(Locations.id(ca.intermediate()), 2)
                            .orElseThrow()
                            .der()
                            .length;
            out.printf(
                    "the list of a shard with all of its %d revoked: %d bytes, made and stored in %.0f ms%n",
                    CrlShards.CAPACITY, bytes, millis);
        }

        void statuses(PrintStream out) {
            OcspResponder responder =
                    new OcspResponder(database, ca.signatories(), keyPairs, clock);
            int bytes = responder.staple(leaf).orElseThrow().der().length;
            int count = 20_000;
            for (int i = 0; i < count; i++) {
                responder.staple(leaf);
            }
            long from = System.nanoTime();
            for (int i = 0; i < count; i++) {
                responder.staple(leaf);
            }
            out.printf(
                    "a status that was signed before: %d bytes, %.0f µs%n",
                    bytes, (System.nanoTime() - from) / 1e3 / count);
        }

        @Override
        public void close() {
            database.close();
        }
    }
}
