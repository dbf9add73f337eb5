package dev.nameplate.saas;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Jobs received piece by piece, for those that should not stand in memory as a whole.
///
/// Each piece of entries is stored as it comes, under a job that is not there yet: without its row in `saas_job` and its turns
/// no list shows them and no step takes them. The last transaction makes the job, and with it all of them, or none. What
/// is never finished (the sender stops, the process ends) is deleted once nothing more came for [#PATIENCE].
public final class Uploads implements DueWork {
    static final String NAME = "saas-uploads";

    /// Between two pieces. A sender who pauses longer finds the upload gone.
    static final Duration PATIENCE = Duration.ofMinutes(15);

    /// Deleted in one transaction, which the store's other writers wait for.
    private static final int SWEPT = 2000;

    private final Database database;
    private final ImportMaterial material;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Wakeup wakeup;
    private final SaasStore store = new SaasStore();

    Uploads(
            Database database,
            ImportMaterial material,
            InstantSource clock,
            RandomGenerator random,
            Wakeup wakeup) {
        this.database = database;
        this.material = material;
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
    }

    /// What all entries have in common.
    public record Kind(Platform.Name platform, Operation operation, boolean autoCreation) {}

    public Upload begin(AccountId account, Kind kind) {
        JobId id = JobId.random(random);
        Instant now = now();
        return database.write(write -> {
            write.handle()
                    .createUpdate(
                            "INSERT INTO saas_upload (job_id, account, seen_at) VALUES (:id, :account, :now)")
                    .bind("id", id.value())
                    .bind("account", account.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            write.afterCommit(() -> wakeup.wake(NAME));
            return new Upload(id, account, kind, now);
        });
    }

    /// A job on its way in. Used by one thread.
    public final class Upload implements AutoCloseable {
        private final JobId id;
        private final AccountId account;
        private final Kind kind;
        private final Instant begun;
        private int count;
        private boolean finished;

        private Upload(JobId id, AccountId account, Kind kind, Instant begun) {
            this.id = id;
            this.account = account;
            this.kind = kind;
            this.begun = begun;
        }

        /// The next entries, in their order.
        ///
        /// @throws Gone if nothing was heard of this upload for too long
        public void add(List<JobRequest.Entry> asked) {
            List<Entry> entries = new ArrayList<>();
            Map<Integer, ImportMaterial.Sealed> sealed = new LinkedHashMap<>();
            for (JobRequest.Entry each : asked) {
                int number = count + entries.size();
                switch (each.source()) {
                    case CertificateSource.Request() -> {}
                    case CertificateSource.SharedWith _ ->
                            throw new IllegalArgumentException(
                                    "which entries share a certificate is known only once all are here");
                    case CertificateSource.Pem pem ->
                            sealed.put(number, material.seal(pem, id, number));
                }
                entries.add(entry(number, each));
            }
            database.write(write -> {
                here(
                        write.handle()
                                .createUpdate(
                                        "UPDATE saas_upload SET seen_at = :now WHERE job_id = :id AND seen_at > 0")
                                .bind("now", now().toEpochMilli())
                                .bind("id", id.value())
                                .execute());
                store.insertEntries(write.handle(), entries);
                material.insert(write.handle(), id, sealed);
                return entries.size();
            });
            count += entries.size();
        }

        private Entry entry(int number, JobRequest.Entry asked) {
            EntryState first = kind.autoCreation() ? EntryState.VALIDATE : EntryState.CERTIFICATE;
            return new Entry(
                    id,
                    number,
                    account,
                    kind.platform(),
                    kind.operation(),
                    kind.autoCreation(),
                    Order.RUN,
                    begun,
                    asked.names(),
                    asked.template(),
                    asked.issuers(),
                    Progress.start(first, Optional.empty(), begun));
        }

        /// Makes the job of all that was added, and lets it begin.
        ///
        /// @param input the request as it is shown later
        /// @param key by which a repeated request finds the job it made before, which is then answered
        /// @throws SaasJobs.KeyReused if another request was made under the key
        /// @throws Gone if nothing was heard of this upload for too long
        public JobId finish(String input, Optional<RequestKey> key) {
            Job job =
                    new Job(
                            id,
                            account,
                            kind.platform(),
                            kind.operation(),
                            kind.autoCreation(),
                            Order.RUN,
                            now(),
                            input,
                            List.of());
            JobId made =
                    database.write(write -> {
                        Optional<JobId> before =
                                key.flatMap(each -> store.madeUnder(write.handle(), account, each));
                        if (before.isPresent()) {
                            return before.get();
                        }
                        here(
                                write.handle()
                                        .createUpdate(
                                                "DELETE FROM saas_upload WHERE job_id = :id AND seen_at > 0")
                                        .bind("id", id.value())
                                        .execute());
                        store.insertJob(write.handle(), job, key);
                        Turns.begin(write.handle(), job);
                        write.afterCommit(() -> wakeup.wake(SaasWork.NAME));
                        return id;
                    });
            finished = made.equals(id);
            return made;
        }

        private void here(int rows) {
            if (rows == 0) {
                throw new Gone(
                        "nothing was heard of this upload for "
                                + PATIENCE.toMinutes()
                                + " minutes, so what had come was deleted");
            }
        }

        /// Deletes what was added, unless it became a job.
        @Override
        public void close() {
            if (!finished) {
                boolean more = true;
                while (more) {
                    more = !sweep(id);
                }
            }
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Optional<JobId> abandoned =
                database.read(handle ->
                        handle.createQuery(
                                        "SELECT job_id FROM saas_upload WHERE seen_at <= :then ORDER BY seen_at LIMIT 1")
                                .bind("then", now.minus(PATIENCE).toEpochMilli())
                                .map((row, _) -> new JobId(row.getString("job_id")))
                                .findOne());
        if (abandoned.isPresent()) {
            sweep(abandoned.get());
            return Optional.of(now);
        }
        return database.read(handle ->
                handle.createQuery("SELECT MIN(seen_at) AS seen FROM saas_upload")
                        .map((row, _) -> SaasStore.optionalInstant(row, "seen"))
                        .one()
                        .map(seen -> seen.plus(PATIENCE)));
    }

    /// Deletes some of the entries, and the upload with the last of them. What became a job meanwhile is left alone.
    ///
    /// @return whether nothing is left
    private boolean sweep(JobId id) {
        return database.write(write -> {
            Handle handle = write.handle();
            // From here on nothing is added to it, and it does not become a job.
            int receiving =
                    handle.createUpdate("UPDATE saas_upload SET seen_at = 0 WHERE job_id = :id")
                            .bind("id", id.value())
                            .execute();
            if (receiving == 0) {
                return true;
            }
            // From its end, so that what is left is always the beginning.
            int from =
                    handle.createQuery(
                                            "SELECT COALESCE(MAX(number), 0) FROM saas_entry WHERE job_id = :id")
                                    .bind("id", id.value())
                                    .mapTo(Integer.class)
                                    .one()
                            - SWEPT;
            for (String table : List.of("saas_import", "saas_entry")) {
                handle.createUpdate(
                                "DELETE FROM " + table + " WHERE job_id = :id AND number > :from")
                        .bind("id", id.value())
                        .bind("from", from < 0 ? -1 : from)
                        .execute();
            }
            return from < 0 && forget(handle, id) > 0;
        });
    }

    private static int forget(Handle handle, JobId id) {
        return handle.createUpdate("DELETE FROM saas_upload WHERE job_id = :id")
                .bind("id", id.value())
                .execute();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// The upload is not there any more; it has to be sent again.
    public static final class Gone extends RuntimeException {
        Gone(String message) {
            super(message);
        }
    }
}
