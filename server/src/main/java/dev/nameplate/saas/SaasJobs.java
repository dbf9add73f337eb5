package dev.nameplate.saas;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The door to the feature: takes jobs in and tells how they stand. [SaasWork] carries them out.
public final class SaasJobs {
    /// Where keys to be imported rest, sealed.
    public static final List<SealedColumn> SEALED = List.of(ImportMaterial.KEY);

    private static final String KEY_ERASED =
            "an import's key is erased when its entry ends; send it again as a new job";

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

    /// How fast the newest job of this kind was that got far enough to tell.
    public Optional<Pace> pace(AccountId account, Uploads.Kind kind) {
        return database.read(handle -> store.pace(handle, account, kind));
    }

    /// For jobs that come piece by piece.
    public Uploads uploads() {
        return new Uploads(database, material, clock, random, wakeup);
    }

    /// Stores the job with all its entries in one transaction. Nothing is made before that transaction is durable.
    public JobId create(AccountId account, JobRequest request) {
        return create(account, request, Optional.empty());
    }

    /// The job made under this key before; no other is made under it.
    ///
    /// @throws KeyReused if that was another request
    public Optional<JobId> madeUnder(AccountId account, RequestKey key) {
        return database.read(handle -> store.madeUnder(handle, account, key));
    }

    /// @param key by which a repeated request finds the job it made before
    /// @throws KeyReused if another request was made under the key
    public JobId create(AccountId account, JobRequest request, Optional<RequestKey> key) {
        return create(account, request, key, (_, _) -> {});
    }

    /// Rows of another feature that stand and fall with a job's.
    @FunctionalInterface
    public interface Along {
        void insert(Write write, JobId job);
    }

    /// @param along stored in the job's own transaction, unless the job was made before
    /// @throws KeyReused if another request was made under the key
    public JobId create(
            AccountId account, JobRequest request, Optional<RequestKey> key, Along along) {
        JobId id = JobId.random(random);
        // The store keeps milliseconds; what is answered now equals what is read back.
        Instant now = now();
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
            EntryState first =
                    request.autoCreation() ? EntryState.VALIDATE : EntryState.CERTIFICATE;
            entries.add(
                    new Entry(
                            id,
                            number,
                            account,
                            request.platform(),
                            request.operation(),
                            request.autoCreation(),
                            Order.RUN,
                            now,
                            asked.names(),
                            asked.template(),
                            asked.issuers(),
                            Progress.start(first, sharesWith, now)));
        }
        Job job =
                new Job(
                        id,
                        account,
                        request.platform(),
                        request.operation(),
                        request.autoCreation(),
                        Order.RUN,
                        now,
                        request.input(),
                        entries);
        return database.write(write -> {
            Optional<JobId> before =
                    key.flatMap(each -> store.madeUnder(write.handle(), account, each));
            if (before.isPresent()) {
                return before.get();
            }
            store.insert(write.handle(), job, key);
            material.insert(write.handle(), id, sealed);
            along.insert(write, id);
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

    /// What jobs that are not ended are still going to make on a platform, of any account.
    public Quota.Wanted planned(Platform.Name platform) {
        return database.read(handle -> store.planned(handle, platform));
    }

    /// A place in the order of [#page].
    public record Position(Instant createdAt, String id) {}

    /// Newest first, from behind `after`.
    public List<JobSummary> page(AccountId account, Optional<Position> after, int limit) {
        return database.read(handle -> store.page(handle, account, after, limit));
    }

    public Optional<JobSummary> summary(AccountId account, JobId id) {
        return database.read(handle -> store.summary(handle, account, id));
    }

    /// Entries with numbers from `first` on, in their order.
    public List<Entry> entries(
            AccountId account, JobId id, int first, Optional<EntryState> state, int limit) {
        return database.read(handle -> store.entries(handle, account, id, first, state, limit));
    }

    /// The job's first entry, if it only waits to be bound and nobody ordered an end: for who brings it a name in this transaction.
    public Optional<Entry> waitsToBeBound(Write write, AccountId account, JobId id) {
        return store
                .entries(write.handle(), account, id, 0, Optional.of(EntryState.BIND), 1)
                .stream()
                .filter(entry -> !entry.order().stops())
                .findFirst();
    }

    /// Whether the job was cancelled or is rolled back, so that none of its entries gets any further.
    public boolean isStopped(Handle handle, AccountId account, JobId id) {
        return store.entries(handle, account, id, 0, Optional.empty(), 1).stream()
                .anyMatch(entry -> entry.order().stops());
    }

    /// No entry takes another step until [#resume].
    ///
    /// @throws NotNow if the job has ended, or is being cancelled or rolled back
    public void pause(AccountId account, JobId id) {
        order(
                account,
                id,
                job -> {
                    if (job.ended()) {
                        throw new NotNow("job " + id + " has ended; there is nothing to pause");
                    }
                    return Order.PAUSE;
                });
    }

    /// @throws NotNow if the job is being cancelled or rolled back
    public void resume(AccountId account, JobId id) {
        order(account, id, _ -> Order.RUN);
    }

    /// Entries that have not ended do; what they made stays until it is rolled back or tried again.
    ///
    /// @throws NotNow if the job is being rolled back
    public void cancel(AccountId account, JobId id) {
        order(account, id, _ -> Order.CANCEL);
    }

    /// Takes away what the job made and nothing else. Ordered again, it takes up what it failed to take away.
    ///
    /// @param served whether also what is served
    /// @throws NotNow while the job is neither ended nor cancelled
    public void rollBack(AccountId account, JobId id, boolean served) {
        order(
                account,
                id,
                job -> {
                    if (!job.ended() && job.order() != Order.CANCEL && !job.order().removes()) {
                        throw new NotNow("job " + id + " has not ended; cancel it first");
                    }
                    return served ? Order.REMOVE_ALL : Order.REMOVE_UNSERVED;
                });
    }

    /// Takes away all that the job made, however far it is, in the caller's transaction.
    public void remove(Write write, AccountId account, JobId id) {
        order(write, account, id, _ -> Order.REMOVE_ALL);
    }

    /// Lets entries that wait to be bound look at once whether they may.
    public void namesChanged(Write write, JobId id) {
        Turns.dueNow(write.handle(), id, List.of(EntryState.BIND), now());
        write.afterCommit(() -> wakeup.wake(SaasWork.NAME));
    }

    /// Entries that failed or were cancelled begin again where they ended. An import's key is erased when its entry ends: an
    /// entry that wants it again is left out, and says so.
    ///
    /// @return how many begin
    /// @throws NotNow while entries are being cancelled, once the job is rolled back, and if all that could begin are such
    ///     imports
    public int retry(AccountId account, JobId id) {
        return database.write(write -> retry(write, account, id));
    }

    /// As [#retry(AccountId, JobId)], in the caller's transaction.
    public int retry(Write write, AccountId account, JobId id) {
        Job job = existing(write.handle(), account, id);
        if (job.order().removes()) {
            throw rolledBack(id);
        }
        if (job.order().stops() && !job.ended()) {
            throw new NotNow("job " + id + " is still being stopped; look again in a moment");
        }
        Instant now = now();
        List<StepResult> again = new ArrayList<>();
        List<StepResult> leftOut = new ArrayList<>();
        for (Entry entry : job.entries()) {
            Progress progress = entry.progress();
            if (!progress.state().mayBeginAgain()) {
                continue;
            }
            if (job.operation() == Operation.IMPORT && progress.wantsCertificate()) {
                leftOut.add(new StepResult(entry, withoutKey(progress)));
            } else {
                again.add(new StepResult(entry, progress.again(entry, now)));
            }
        }
        if (again.isEmpty()) {
            if (!leftOut.isEmpty()) {
                throw new NotNow("nothing of job " + id + " can begin again: " + KEY_ERASED);
            }
            return 0;
        }
        store.record(write.handle(), leftOut, Optional.empty(), now);
        store.order(write.handle(), id, Order.RUN);
        store.record(write.handle(), again, Optional.empty(), now);
        write.afterCommit(() -> wakeup.wake(SaasWork.NAME));
        return again.size();
    }

    private static Progress withoutKey(Progress progress) {
        return progress.failure()
                .filter(why -> !why.reason().endsWith(KEY_ERASED))
                .map(why ->
                        progress.explained(
                                new Failure(
                                        why.stage(),
                                        why.reason() + "; " + KEY_ERASED,
                                        Failure.Actor.REQUESTER)))
                .orElse(progress);
    }

    private void order(AccountId account, JobId id, Function<Job, Order> decision) {
        database.write(write -> order(write, account, id, decision));
    }

    private boolean order(Write write, AccountId account, JobId id, Function<Job, Order> decision) {
        Job job = existing(write.handle(), account, id);
        Order to = decision.apply(job);
        boolean again = to == job.order();
        List<EntryState> looked =
                Arrays.stream(EntryState.values())
                        .filter(state ->
                                again
                                        ? to.removes() && state == EntryState.FAILED
                                        : to.stops() && (!state.ended() || to.covers(state)))
                        .toList();
        if (again && job.entries().stream().noneMatch(entry -> isAmong(entry, looked))) {
            return false;
        }
        if (!to.stops() && job.order() == Order.CANCEL) {
            throw new NotNow("job " + id + " is cancelled; retry begins its entries again");
        }
        if (!to.removes() && job.order().removes()) {
            throw rolledBack(id);
        }
        store.order(write.handle(), id, to);
        Turns.dueNow(write.handle(), id, looked, now());
        write.afterCommit(() -> wakeup.wake(SaasWork.NAME));
        return true;
    }

    /// Lets entries that wait for these certificates look at them at once. Without this call they look by themselves, only later.
    public void certificatesChanged(List<String> certificateArns) {
        List<Turns.Waiting> waiting =
                database.read(handle -> Turns.waitingFor(handle, certificateArns));
        if (waiting.isEmpty()) {
            return;
        }
        database.write(write -> {
            Turns.hurry(write.handle(), waiting, clock.instant());
            write.afterCommit(() -> wakeup.wake(SaasWork.NAME));
            return waiting;
        });
    }

    private static boolean isAmong(Entry entry, List<EntryState> states) {
        return states.contains(entry.progress().state());
    }

    private static NotNow rolledBack(JobId id) {
        return new NotNow("job " + id + " is rolled back; send its entries as a new job");
    }

    private Job existing(Handle handle, AccountId account, JobId id) {
        return store.job(handle, account, id)
                .orElseThrow(() -> new NoSuchJob("there is no job " + id));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// The job's standing does not allow it.
    public static final class NotNow extends RuntimeException {
        NotNow(String message) {
            super(message);
        }
    }

    /// Another request was made under the key.
    public static final class KeyReused extends RuntimeException {
        KeyReused(JobId job) {
            super("another request was made under this key, and is job " + job);
        }
    }

    /// The account has no such job.
    public static final class NoSuchJob extends RuntimeException {
        NoSuchJob(String message) {
            super(message);
        }
    }
}
