package dev.nameplate.saas;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.DueWork;
import dev.nameplate.vault.Vault;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/// Carries jobs out, entry by entry: check, copy the template, get the certificate, wait for its issuance, bind it, verify what
/// the edge serves. The copy comes before the certificate, so that the owner of a domain learns the validation record and the
/// distribution's name together and goes to their DNS once.
///
/// Entries are independent; the failure of one touches no other. Each step can be interrupted anywhere and taken again: the
/// distribution is found by its caller reference, the certificate by its tags. One [#advance] takes a batch of entries, at most
/// `parallelism` at a time, each as far as it can go without waiting, between two short transactions. Batches are as long as
/// keeps them short in time, because who comes next waits for them.
public final class SaasWork implements DueWork {
    static final String NAME = "saas";

    /// Entries of a job spread over all shards.
    static final int SHARDS = 4;

    /// A shared certificate's users are taken away beside it; who still uses it after this is none of them.
    private static final Duration OTHERS_LET_GO = Duration.ofMinutes(2);

    private static final Duration PLATFORM_MISSING = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(SaasWork.class);

    private final Database database;
    private final ImportMaterial material;
    private final Map<Platform.Name, Platform> platforms;
    private final InstantSource clock;
    private final Settings settings;
    private final JobWatch watch;
    private final SaasStore store = new SaasStore();
    private final BatchSize[] sizes = new BatchSize[SHARDS];

    /// @param keyAlgorithm of the certificates asked for at AWS; here, who signs has a say in that
    /// @param batch most entries taken at once
    /// @param parallelism calls under way at once, in each shard
    public record Settings(KeyAlgorithm keyAlgorithm, int batch, int parallelism) {
        public static final Settings DEFAULT = new Settings(KeyAlgorithm.EC_PRIME256_V1, 256, 16);

        public Settings {
            if (batch < 1 || parallelism < 1) {
                throw new IllegalArgumentException("batch and parallelism are at least 1");
            }
        }
    }

    /// @param platforms those that are set up; entries of another wait until theirs is
    public SaasWork(
            Database database,
            Vault vault,
            Map<Platform.Name, Platform> platforms,
            InstantSource clock,
            Settings settings) {
        this(database, vault, platforms, clock, settings, JobWatch.NONE);
    }

    /// @param watch told what is recorded
    public SaasWork(
            Database database,
            Vault vault,
            Map<Platform.Name, Platform> platforms,
            InstantSource clock,
            Settings settings,
            JobWatch watch) {
        this.watch = watch;
        this.database = database;
        this.material = new ImportMaterial(vault);
        this.platforms = Map.copyOf(platforms);
        this.clock = clock;
        this.settings = settings;
        Arrays.setAll(sizes, _ -> new BatchSize(settings.parallelism(), settings.batch()));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int shards() {
        return SHARDS;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        BatchSize size = sizes[shard];
        List<Entry> due = database.read(handle -> Turns.due(handle, shard, now, size.next()));
        if (!due.isEmpty()) {
            long begun = System.nanoTime();
            markAttempts(due);
            Map<Platform.Name, Steps> steps = new EnumMap<>(Platform.Name.class);
            platforms.forEach((name, platform) -> steps.put(name, new Steps(name, platform)));
            record(inParallel(due.stream().map(entry -> callable(steps, entry)).toList()), shard);
            size.took(due.size(), System.nanoTime() - begun);
        }
        return database.read(handle -> Turns.nextDue(handle, shard));
    }

    private Callable<StepResult> callable(Map<Platform.Name, Steps> steps, Entry entry) {
        return Optional.ofNullable(steps.get(entry.platform()))
                .map(each -> each.callable(entry))
                .orElseGet(() -> {
                    LOG.warn("{} waits: platform {} is not set up", entry, entry.platform());
                    Instant at = clock.instant().plus(PLATFORM_MISSING);
                    return () -> new StepResult(entry, entry.progress().lookAgain(at));
                });
    }

    /// Before anything is made it is recorded that it will be: whoever takes the step again after an interruption looks for
    /// what it may have made.
    private void markAttempts(List<Entry> due) {
        List<Entry> untried =
                due.stream()
                        .filter(entry -> entry.order() == Order.RUN)
                        .filter(entry -> entry.progress().state().makes())
                        .filter(entry -> !entry.progress().tried())
                        .filter(entry -> platforms.containsKey(entry.platform()))
                        .toList();
        if (!untried.isEmpty()) {
            database.write(write -> {
                store.markTried(write.handle(), untried);
                return untried.size();
            });
        }
    }

    private void record(List<StepResult> results, int shard) {
        List<Entry> doneWithMaterial =
                results.stream()
                        .filter(result -> result.before().operation() == Operation.IMPORT)
                        .filter(result ->
                                result.after().state().ended()
                                        || (result.before().progress().certificateArn().isEmpty()
                                                && result.after().certificateArn().isPresent()))
                        .map(StepResult::before)
                        .toList();
        database.write(write -> {
            Instant now = clock.instant();
            store.record(write.handle(), results, Optional.of(shard), now);
            material.erase(write.handle(), doneWithMaterial);
            tell(write, results, now);
            return results.size();
        });
    }

    private void tell(Write write, List<StepResult> results, Instant now) {
        results.stream()
                .collect(Collectors.groupingBy(result -> result.before().account()))
                .forEach((account, ofAccount) -> {
                    if (!watch.wants(write, account)) {
                        return;
                    }
                    watch.wentOn(write, account, ofAccount, now);
                    ofAccount.stream()
                            .filter(result -> result.after().state().ended())
                            .map(result -> result.before().job())
                            .distinct()
                            .filter(job -> !Turns.waiting(write.handle(), job))
                            .flatMap(job -> store.summary(write.handle(), account, job).stream())
                            .filter(JobSummary::ended)
                            .forEach(job -> watch.ended(write, account, job, now));
                });
    }

    /// The steps of one batch on one platform, which share what they read.
    private final class Steps {
        private final CertificateSteps certificates;
        private final DistributionSteps distributions;
        private final TenantSteps tenants;
        private final VerifyStep verify;

        Steps(Platform.Name name, Platform platform) {
            certificates =
                    new CertificateSteps(
                            platform,
                            switch (name) {
                                case LOCAL -> Optional.empty();
                                case AWS -> Optional.of(settings.keyAlgorithm());
                            },
                            database,
                            material);
            distributions = new DistributionSteps(platform);
            tenants = new TenantSteps(platform, distributions.names());
            verify = new VerifyStep(platform);
        }

        Callable<StepResult> callable(Entry entry) {
            return () -> new StepResult(entry, run(entry));
        }

        private ServedSteps serving(Entry entry) {
            return entry.byTenant() ? tenants : distributions;
        }

        /// Step after step until one has to wait.
        private Progress run(Entry begun) {
            Entry entry = begun;
            for (int i = 0; i < EntryState.values().length; i++) {
                Progress after = take(entry);
                boolean goesOn =
                        after.state() != entry.progress().state()
                                && after.due().isPresent()
                                && !after.due().get().isAfter(clock.instant());
                if (!goesOn) {
                    return after;
                }
                entry = entry.at(after);
            }
            return entry.progress();
        }

        private Progress take(Entry entry) {
            Instant now = clock.instant();
            EntryState state = entry.progress().state();
            if (state == EntryState.REMOVED || (state.ended() && !entry.order().covers(state))) {
                return entry.progress().rests();
            }
            try {
                return switch (entry.order()) {
                    case RUN -> forward(entry, now);
                    case PAUSE -> entry.progress();
                    case CANCEL -> entry.progress().cancelled(now);
                    case REMOVE_UNSERVED, REMOVE_ALL -> backward(entry, now);
                };
            } catch (StepRefused e) {
                return entry.progress().failed(e.failure(), entry.progress().tried(), now);
            } catch (NotYet e) {
                return entry.progress().lookAgain(e.at());
            } catch (SdkException e) {
                return afterFailure(entry, e);
            } catch (RuntimeException e) {
                // A fault of ours must not stop the other entries of the batch.
                LOG.warn("{} at {}: unexpected fault", entry, state, e);
                return afterFailure(entry, e);
            }
        }

        private Progress forward(Entry entry, Instant now) {
            return switch (entry.progress().state()) {
                case VALIDATE -> serving(entry).validate(entry, now);
                case CLONE -> serving(entry).make(entry, now);
                case CERTIFICATE -> certificates.certify(entry, now);
                case PROOF -> certificates.awaitIssuance(entry, now);
                case BIND -> serving(entry).bind(entry, now);
                case VERIFY -> verify.verify(entry, certificates, now);
                case DELETE_CERTIFICATE -> makeRoom(entry, now);
                case UNSERVE, DELETE_DISTRIBUTION, DONE, FAILED, CANCELLED, REMOVED ->
                        entry.progress().rests();
            };
        }

        private Progress backward(Entry entry, Instant now) {
            return switch (entry.progress().state()) {
                case UNSERVE -> serving(entry).unserve(entry, now);
                case DELETE_DISTRIBUTION -> serving(entry).delete(entry, now);
                case DELETE_CERTIFICATE ->
                        // A roll-back deletes the distribution first: who has one was making room
                        // for another certificate.
                        entry.progress().distribution().isPresent()
                                ? entry.progress().removing(now)
                                : deleteCertificate(entry, now);
                case VALIDATE, CLONE, CERTIFICATE, PROOF, BIND, VERIFY, DONE, FAILED, CANCELLED ->
                        entry.progress().removing(now);
                case REMOVED -> entry.progress().rests();
            };
        }

        private Progress deleteCertificate(Entry entry, Instant now) {
            if (certificates.delete(entry)) {
                return entry.progress().withoutCertificate().removes(EntryState.REMOVED, now);
            }
            if (othersMayLetGo(entry, now)) {
                return entry.progress().lookAgain(now.plusMillis(500));
            }
            return entry.progress()
                    .noted("its certificate is used by others and stays")
                    .removes(EntryState.REMOVED, now);
        }

        /// Its certificate was refused: another takes its place.
        private Progress makeRoom(Entry entry, Instant now) {
            if (certificates.delete(entry)) {
                return entry.progress().withoutCertificate().removes(EntryState.CERTIFICATE, now);
            }
            if (othersMayLetGo(entry, now)) {
                return entry.progress().lookAgain(now.plusMillis(500));
            }
            return entry.progress()
                    .withoutCertificate()
                    .noted("the certificate it had before is used by others and stays")
                    .removes(EntryState.CERTIFICATE, now);
        }

        private static boolean othersMayLetGo(Entry entry, Instant now) {
            return Duration.between(entry.progress().since(), now).compareTo(OTHERS_LET_GO) < 0;
        }
    }

    private Progress afterFailure(Entry entry, RuntimeException failure) {
        Instant now = clock.instant();
        Progress progress = entry.progress();
        RetryRule.Verdict verdict = RetryRule.verdict(failure);
        boolean mayHaveWorked =
                progress.tried() || (progress.state().makes() && verdict.mayHaveWorked());
        return RetryRule.next(progress, verdict, entry.number(), now)
                .map(at -> progress.retry(at, mayHaveWorked))
                .orElseGet(() ->
                        progress.failed(
                                new Failure(
                                        Stage.of(progress.state()),
                                        RetryRule.reason(failure),
                                        actor(verdict)),
                                mayHaveWorked,
                                now));
    }

    private static Failure.Actor actor(RetryRule.Verdict verdict) {
        return switch (verdict) {
            case REFUSED, CONFLICT -> Failure.Actor.REQUESTER;
            case THROTTLED, FAULT, QUOTA, DENIED -> Failure.Actor.OPERATOR;
        };
    }

    private List<StepResult> inParallel(List<Callable<StepResult>> steps) {
        Semaphore permits = new Semaphore(settings.parallelism());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<StepResult>> running = new ArrayList<>();
            for (Callable<StepResult> step : steps) {
                permits.acquire();
                running.add(
                        threads.submit(() -> {
                            try {
                                return step.call();
                            } finally {
                                permits.release();
                            }
                        }));
            }
            List<StepResult> results = new ArrayList<>();
            for (Future<StepResult> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped between two steps");
        } catch (ExecutionException e) {
            // Steps turn every exception into a result: what arrives here is an Error.
            throw new IllegalStateException("a step broke off", e.getCause());
        }
    }
}
