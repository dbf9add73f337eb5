package dev.nameplate.saas;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;
import dev.nameplate.names.AccountId;
import dev.nameplate.vault.Vault;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Carries jobs out, entry by entry: copy the template, get the certificate, wait for its issuance, bind it, verify what the
/// edge serves. The copy comes first, so that the owner of a domain learns the validation record and the distribution's name
/// together and goes to their DNS once.
///
/// Entries are independent; the failure of one touches no other. Each step can be interrupted anywhere and taken again: the
/// distribution is found by its caller reference, the certificate by its tags. One [#advance] takes one step of up to
/// `batch` entries, at most `parallelism` at a time, between two short transactions.
public final class SaasWork implements DueWork {
    static final String NAME = "saas";

    /// Entries of a job spread over all shards.
    static final int SHARDS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(SaasWork.class);

    private final Database database;
    private final ImportMaterial material;
    private final Function<AccountId, AcmClient> acm;
    private final Function<AccountId, CloudFrontClient> cloudFront;
    private final Templates templates;
    private final VerifyStep verify;
    private final InstantSource clock;
    private final Settings settings;
    private final SaasStore store = new SaasStore();

    /// @param keyAlgorithm of the certificates asked for
    /// @param batch entries taken at once
    /// @param parallelism calls under way at once, in each shard
    public record Settings(KeyAlgorithm keyAlgorithm, int batch, int parallelism) {
        public static final Settings DEFAULT = new Settings(KeyAlgorithm.EC_PRIME256_V1, 128, 16);

        public Settings {
            if (batch < 1 || parallelism < 1) {
                throw new IllegalArgumentException("batch and parallelism are at least 1");
            }
        }
    }

    public SaasWork(
            Database database,
            Vault vault,
            Function<AccountId, AcmClient> acm,
            Function<AccountId, CloudFrontClient> cloudFront,
            Templates templates,
            ServingCheck serving,
            InstantSource clock,
            Settings settings) {
        this.database = database;
        this.material = new ImportMaterial(vault);
        this.acm = acm;
        this.cloudFront = cloudFront;
        this.templates = templates;
        this.verify = new VerifyStep(serving);
        this.clock = clock;
        this.settings = settings;
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
        List<Entry> due = database.read(handle -> store.due(handle, shard, now, settings.batch()));
        if (!due.isEmpty()) {
            markAttempts(due);
            Steps steps = new Steps();
            record(inParallel(due.stream().map(steps::callable).toList()));
        }
        return database.read(handle -> store.nextDue(handle, shard));
    }

    /// Before a certificate is asked for it is recorded that it will be: whoever takes the step again after an interruption
    /// looks for what it may have made.
    private void markAttempts(List<Entry> due) {
        List<Entry> untried =
                due.stream()
                        .filter(entry -> entry.progress().state() == EntryState.CERTIFICATE)
                        .filter(entry -> !entry.progress().tried())
                        .filter(entry -> entry.progress().sharesWith().isEmpty())
                        .toList();
        if (!untried.isEmpty()) {
            database.write(write -> {
                store.markTried(write.handle(), untried);
                return untried.size();
            });
        }
    }

    private void record(List<StepResult> results) {
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
            store.record(write.handle(), results);
            material.erase(write.handle(), doneWithMaterial);
            return results.size();
        });
    }

    /// The steps of one batch, which share what they read.
    private final class Steps {
        private final CertificateSteps certificates =
                new CertificateSteps(acm, settings.keyAlgorithm(), database, material);
        private final DistributionSteps distributions =
                new DistributionSteps(cloudFront, templates);

        Callable<StepResult> callable(Entry entry) {
            return () -> new StepResult(entry, take(entry));
        }

        private Progress take(Entry entry) {
            try {
                Instant now = clock.instant();
                return switch (entry.progress().state()) {
                    case CLONE -> distributions.make(entry, now);
                    case CERTIFICATE -> certificates.certify(entry, entry.progress().tried(), now);
                    case PROOF -> certificates.awaitIssuance(entry, now);
                    case BIND -> distributions.bind(entry, now);
                    case VERIFY -> verify.verify(entry, certificates, now);
                    case DONE, FAILED -> entry.progress();
                };
            } catch (StepRefused e) {
                return entry.progress().failed(e.failure(), clock.instant());
            } catch (SdkException e) {
                return afterFailure(entry, e);
            } catch (RuntimeException e) {
                // A fault of ours must not stop the other entries of the batch.
                LOG.warn("{} at {}: unexpected fault", entry, entry.progress().state(), e);
                return afterFailure(entry, e);
            }
        }
    }

    private Progress afterFailure(Entry entry, RuntimeException failure) {
        Instant now = clock.instant();
        EntryState state = entry.progress().state();
        // The attempt under way counts as one that may have worked, whether it was marked in this
        // batch or an earlier one.
        Progress tried =
                state == EntryState.CERTIFICATE ? entry.progress().aboutToTry() : entry.progress();
        RetryRule.Verdict verdict = RetryRule.verdict(failure);
        return RetryRule.next(tried, verdict, entry.number(), now)
                .map(at -> tried.retry(at, verdict.mayHaveWorked() || entry.progress().tried()))
                .orElseGet(() ->
                        tried.failed(
                                new Failure(
                                        Stage.of(state), RetryRule.reason(failure), actor(verdict)),
                                now));
    }

    private static Failure.Actor actor(RetryRule.Verdict verdict) {
        return switch (verdict) {
            case REFUSED, CONFLICT -> Failure.Actor.REQUESTER;
            case THROTTLED, FAULT, QUOTA -> Failure.Actor.OPERATOR;
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
