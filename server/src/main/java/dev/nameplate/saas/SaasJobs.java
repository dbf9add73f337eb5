package dev.nameplate.saas;

import dev.nameplate.db.Database;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The door to the feature: takes jobs in and tells how they stand. [SaasWork] carries them out.
public final class SaasJobs {
    /// Where keys to be imported rest, sealed.
    public static final List<SealedColumn> SEALED = List.of(ImportMaterial.KEY);

    private final Database database;
    private final ImportMaterial material;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Wakeup wakeup;
    private final SaasStore store = new SaasStore();

    public SaasJobs(
            Database database,
            Vault vault,
            InstantSource clock,
            RandomGenerator random,
            Wakeup wakeup) {
        this.database = database;
        this.material = new ImportMaterial(vault);
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
    }

    /// Stores the job with all its entries in one transaction. Nothing is made before that transaction is durable.
    public JobId create(AccountId account, JobRequest request) {
        JobId id = JobId.random(random);
        // The store keeps milliseconds; what is answered now equals what is read back.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Entry> entries = new ArrayList<>();
        Map<Integer, ImportMaterial.Sealed> sealed = new LinkedHashMap<>();
        for (JobRequest.Entry asked : request.entries()) {
            int number = entries.size();
            Optional<Integer> sharesWith =
                    switch (asked.source()) {
                        case CertificateSource.Request() -> Optional.empty();
                        case CertificateSource.SharedWith(int other) -> Optional.of(other);
                        case CertificateSource.Pem pem -> {
                            sealed.put(number, material.seal(pem, id, number));
                            yield Optional.empty();
                        }
                    };
            EntryState first = request.autoCreation() ? EntryState.CLONE : EntryState.CERTIFICATE;
            entries.add(
                    new Entry(
                            id,
                            number,
                            account,
                            request.operation(),
                            request.autoCreation(),
                            now,
                            asked.names(),
                            asked.template(),
                            Progress.start(first, sharesWith, now)));
        }
        Job job =
                new Job(
                        id,
                        account,
                        request.operation(),
                        request.autoCreation(),
                        now,
                        request.input(),
                        entries);
        return database.write(write -> {
            store.insert(write.handle(), job);
            material.insert(write.handle(), id, sealed);
            write.afterCommit(() -> wakeup.wake(SaasWork.NAME));
            return id;
        });
    }

    public Optional<Job> find(AccountId account, JobId id) {
        return database.read(handle -> store.job(handle, account, id));
    }

    /// The account's jobs, newest first. A job can be large: read each with [#find].
    public List<JobId> list(AccountId account) {
        return database.read(handle -> store.jobIds(handle, account));
    }

    /// Lets entries that wait for this certificate look at it at once. Without this call they look by themselves, only later.
    public void certificateChanged(String certificateArn) {
        if (!database.read(handle -> store.waitsFor(handle, certificateArn))) {
            return;
        }
        database.write(write -> {
            int hurried = store.hurry(write.handle(), certificateArn, clock.instant());
            if (hurried > 0) {
                write.afterCommit(() -> wakeup.wake(SaasWork.NAME));
            }
            return hurried;
        });
    }
}
