package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.certificate.RenewalRows.Candidate;
import dev.nameplate.certificate.RenewalRows.Due;
import dev.nameplate.certificate.ServingCheck.Seen;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.DueWork;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.Vault;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Brings issued certificates past their end: renews those issued here that are in use or exported, and gives notice of the
/// others.
///
/// # One renewal, and what a power cut leaves
///
/// | step | durable | a cut right after it leaves |
/// |---|---|---|
/// | 1. due rows are read | nothing | a certificate that is due |
/// | 2. the renewal begins: PENDING_AUTO_RENEWAL | that row | the same |
/// | 3. DNS is asked anew for every proof, then CAA | nothing | the same |
/// | 4. a proof is missing: PENDING_VALIDATION, who must act, the next look | that row | a renewal due at that look |
/// | 5. the new key is made; the issuer records, lints and signs | the issuer's row | as after 3; the row tells of a serial that nobody can have |
/// | 6. chain and sealed key are put *beside* the current ones, with the change to the feed | both | the edge serves the new, the API shows the old; due for its check |
/// | 7. a handshake shows the new serial under every name | nothing | the same: it is checked again |
/// | 8. the new takes the place of the old; serial, dates, SUCCESS; due for the next renewal | all of it | a renewed certificate |
/// | 8'. or, not seen for 15 minutes: the new is dropped, with a change to the feed | both | the edge serves the old; due in an hour |
///
/// Steps 4, 6, 8 and 8' are one transaction each. A certificate that nothing serves (exported, or renewed by hand) goes from 5
/// to 8 in one. So there is at each moment exactly one chain with its key to serve, and the old one is given up only
/// when visitors have the new.
public final class RenewalWork implements DueWork, AutoCloseable {
    static final String NAME = "renewals";

    private static final Logger LOG = LoggerFactory.getLogger(RenewalWork.class);
    private static final int BATCH = 128;

    /// For one whose rows do not load.
    private static final Duration PARKED = Duration.ofDays(1);

    private final Database database;
    private final Certificates certificates;
    private final ChangeFeed feed;
    private final Vault vault;
    private final Issuer issuer;
    private final ServingCheck serving;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EvidenceGathering gathering;

    public RenewalWork(
            Database database,
            Certificates certificates,
            ChangeFeed feed,
            Vault vault,
            ProofLookup lookup,
            Issuer issuer,
            KeyPairs keyPairs,
            ServingCheck serving,
            InstantSource clock) {
        this.database = database;
        this.certificates = certificates;
        this.feed = feed;
        this.vault = vault;
        this.issuer = issuer;
        this.serving = serving;
        this.clock = clock;
        this.gathering = new EvidenceGathering(lookup, issuer.caaNames(), keyPairs, threads);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int shards() {
        return CertificateRows.SHARDS;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        RenewalRows.DueBatch batch =
                database.read(handle ->
                        RenewalRows.due(handle, certificates.quarantine(), shard, now, BATCH));
        if (!batch.all().isEmpty() || !batch.unreadable().isEmpty()) {
            take(batch, now.truncatedTo(ChronoUnit.MILLIS));
        }
        return batch.more()
                ? Optional.of(now)
                : database.read(handle -> RenewalRows.firstDue(handle, shard));
    }

    /// What has to be done about a certificate now.
    private sealed interface Step {
        record Nothing() implements Step {}

        record Later(Instant at) implements Step {}

        /// Nothing renews it.
        record Unsaved(State.Issued issued, String why) implements Step {}

        record Ended(State.Issued issued) implements Step {}

        record Look(State.Issued issued) implements Step {}

        record Check(State.Issued issued, Candidate candidate) implements Step {}
    }

    private static Step step(Due due, Instant now) {
        Certificate certificate = due.certificate();
        if (!(certificate.state() instanceof State.Issued issued)) {
            return new Step.Nothing();
        }
        if (due.candidate().isPresent()) {
            return new Step.Check(issued, due.candidate().get());
        }
        if (!issued.notAfter().isAfter(now)) {
            return new Step.Ended(issued);
        }
        if (certificate.origin() == Origin.IMPORTED) {
            return new Step.Unsaved(
                    issued,
                    "it was imported; whoever manages it must import its successor under the same ARN");
        }
        if (due.asked()) {
            return new Step.Look(issued);
        }
        if (RenewalTiming.start(certificate.id(), issued).isAfter(now)) {
            return new Step.Later(RenewalTiming.start(certificate.id(), issued));
        }
        if (!due.used() && certificate.export().firstAt().isEmpty()) {
            return new Step.Unsaved(
                    issued,
                    "it is neither in use nor exported, so it is not renewed; its owner must attach it or may delete it");
        }
        return new Step.Look(issued);
    }

    private record Looking(Due due, State.Issued issued) {}

    private record Checking(Due due, State.Issued issued, Candidate candidate) {}

    private void take(RenewalRows.DueBatch batch, Instant now) {
        List<Looking> looks = new ArrayList<>();
        List<Checking> checks = new ArrayList<>();
        for (Due due : batch.all()) {
            switch (step(due, now)) {
                case Step.Look(State.Issued issued) -> looks.add(new Looking(due, issued));
                case Step.Check(State.Issued issued, Candidate candidate) ->
                        checks.add(new Checking(due, issued, candidate));
                case Step.Nothing _, Step.Later _, Step.Unsaved _, Step.Ended _ -> {}
            }
        }
        database.write(write -> {
            for (String id : batch.unreadable()) {
                RenewalRows.lookAgain(write.handle(), id, now.plus(PARKED));
            }
            for (Due due : batch.all()) {
                keepBooks(write, due.certificate(), due, now);
            }
            return batch;
        });
        check(checks);
        look(looks);
    }

    private void keepBooks(Write write, Certificate certificate, Due due, Instant now) {
        CertificateId id = certificate.id();
        switch (step(due, now)) {
            case Step.Nothing() -> RenewalRows.lookNoMore(write.handle(), id);
            case Step.Later(Instant at) -> RenewalRows.lookAgain(write.handle(), id.toString(), at);
            case Step.Unsaved(State.Issued issued, String why) -> {
                notify(write, certificate, issued, why, now);
                RenewalRows.lookAgain(
                        write.handle(),
                        id.toString(),
                        RenewalTiming.nextLook(now, issued.notAfter()));
            }
            case Step.Ended(State.Issued issued) -> {
                RenewalRows.lookNoMore(write.handle(), id);
                if (certificate.origin() != Origin.IMPORTED
                        && (due.used() || isUnderWay(certificate))) {
                    RenewalRows.begin(write.handle(), certificate, now, false);
                    RenewalRows.report(write.handle(), id, ended(certificate, issued, now));
                }
            }
            case Step.Look _ -> RenewalRows.begin(write.handle(), certificate, now, false);
            case Step.Check _ -> {}
        }
    }

    private static boolean isUnderWay(Certificate certificate) {
        return certificate
                .renewal()
                .map(renewal ->
                        switch (renewal.status()) {
                            case PENDING_AUTO_RENEWAL, PENDING_VALIDATION -> true;
                            case SUCCESS, FAILED -> false;
                        })
                .orElse(false);
    }

    private static Renewal ended(Certificate certificate, State.Issued issued, Instant now) {
        String last =
                certificate
                        .renewal()
                        .flatMap(Renewal::reason)
                        .orElse("No look at its proofs succeeded before.");
        return new Renewal(
                Renewal.Status.FAILED,
                Optional.of(
                        "The certificate ended at " + issued.notAfter() + " unrenewed. " + last),
                now,
                certificate
                        .renewal()
                        .map(renewal ->
                                renewal.names().stream()
                                        .map(name ->
                                                name == Proof.Status.SUCCESS
                                                        ? name
                                                        : Proof.Status.FAILED)
                                        .toList())
                        .orElse(RenewalRows.pending(certificate)));
    }

    private void notify(
            Write write, Certificate certificate, State.Issued issued, String why, Instant now) {
        int days =
                ExpiryEvents.daysBefore(
                        write.handle(), certificate.account(), certificate.region());
        if (now.isBefore(issued.notAfter().minus(Duration.ofDays(days)))) {
            return;
        }
        if (ExpiryNotices.append(write.handle(), certificate, issued.notAfter(), why, now)) {
            write.afterCommit(() -> ExpiryNotices.log(certificate, issued.notAfter(), why));
        }
    }

    // Checking what is served

    private void check(List<Checking> checks) {
        if (checks.isEmpty()) {
            return;
        }
        List<Seen> seen =
                inParallel(checks.stream().<Callable<Seen>>map(each -> () -> look(each)).toList());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        database.write(write -> {
            for (int i = 0; i < checks.size(); i++) {
                Checking each = checks.get(i);
                switch (seen.get(i)) {
                    case Seen.Everywhere(), Seen.NothingToSee() -> promote(write, each, now);
                    case Seen.Not(String words) -> wait(write, each, words, now);
                }
            }
            return checks;
        });
    }

    /// The rim of a virtual thread: a check that breaks has seen nothing.
    private Seen look(Checking each) {
        try {
            return serving.look(each.due().certificate().id(), each.candidate().issued().serial());
        } catch (RuntimeException e) {
            LOG.warn(
                    "looking at what is served of certificate {} failed",
                    each.due().certificate().id(),
                    e);
            return new Seen.Not("The look failed: " + e.getMessage());
        }
    }

    private void promote(Write write, Checking each, Instant now) {
        Certificate certificate = each.due().certificate();
        if (RenewalRows.promote(
                write.handle(),
                certificate.id(),
                each.candidate().version(),
                each.issued(),
                each.candidate().issued())) {
            succeeded(write, certificate, each.candidate().issued(), now);
        }
    }

    private void succeeded(Write write, Certificate certificate, State.Issued issued, Instant now) {
        RenewalRows.report(
                write.handle(),
                certificate.id(),
                new Renewal(
                        Renewal.Status.SUCCESS,
                        Optional.empty(),
                        now,
                        certificate.names().stream().map(_ -> Proof.Status.SUCCESS).toList()));
        write.afterCommit(() ->
                LOG.info(
                        "certificate {} is renewed: serial {}, until {}",
                        certificate.id(),
                        issued.serial(),
                        issued.notAfter()));
    }

    private void wait(Write write, Checking each, String words, Instant now) {
        Certificate certificate = each.due().certificate();
        Instant from = each.candidate().servedFrom();
        if (now.isBefore(from.plus(RenewalTiming.SERVING_LIMIT))) {
            RenewalRows.lookAgain(
                    write.handle(),
                    certificate.id().toString(),
                    RenewalTiming.nextCheck(from, now));
            return;
        }
        if (!RenewalRows.dropCandidate(
                write.handle(), certificate.id(), each.candidate().version())) {
            return;
        }
        tellEdges(write, certificate);
        String reason =
                "The new certificate was not seen at the edge within %d minutes, so the current one serves again. %s The operator of this server must act."
                        .formatted(RenewalTiming.SERVING_LIMIT.toMinutes(), words);
        postponed(
                write,
                each.due(),
                each.issued(),
                Renewal.Status.PENDING_AUTO_RENEWAL,
                reason,
                certificate.names().stream().map(_ -> Proof.Status.SUCCESS).toList(),
                RenewalTiming.afterOurFault(now, each.issued().notAfter()),
                now);
    }

    // Looking for the proofs, signing

    private void look(List<Looking> looks) {
        if (looks.isEmpty()) {
            return;
        }
        List<Evidence> evidence =
                inParallel(
                        looks.stream()
                                .<Callable<Evidence>>map(
                                        each -> () -> gather(each.due().certificate()))
                                .toList());
        List<Issuer.Order> orders = new ArrayList<>();
        for (Evidence each : evidence) {
            if (each.verdict() instanceof Verdict.Ready(KeyPair keys)) {
                orders.add(
                        new Issuer.Order(
                                each.certificate().id(),
                                each.certificate().names(),
                                keys.getPublic()));
            }
        }
        List<Issuer.Answer> answers = orders.isEmpty() ? List.of() : issuer.issue(orders);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Settled> settled = new ArrayList<>();
        int answered = 0;
        for (int i = 0; i < looks.size(); i++) {
            Evidence each = evidence.get(i);
            settled.add(
                    switch (each.verdict()) {
                        case Verdict.Ready(KeyPair keys) ->
                                settled(looks.get(i), answers.get(answered++), keys, now);
                        case Verdict.Wait() -> missing(looks.get(i), each, now);
                        case Verdict.Forbidden(String message) ->
                                new Settled.Waiting(
                                        looks.get(i),
                                        Renewal.Status.PENDING_VALIDATION,
                                        message
                                                + ". Whoever runs that zone must permit "
                                                + String.join(" or ", issuer.caaNames())
                                                + " there.",
                                        proven(each),
                                        RenewalTiming.nextLook(
                                                now, looks.get(i).issued().notAfter()));
                    });
        }
        database.write(write -> {
            settled.forEach(each -> settle(write, each, now));
            return settled;
        });
    }

    /// How a look ended.
    private sealed interface Settled {
        record Signed(Looking looking, State.Issued issued, Material material) implements Settled {}

        record Waiting(
                Looking looking,
                Renewal.Status status,
                String reason,
                List<Proof.Status> names,
                Instant next)
                implements Settled {}
    }

    /// The rim of a virtual thread: whatever goes wrong for one certificate harms no other.
    private Evidence gather(Certificate certificate) {
        try {
            return gathering.gatherAnew(certificate);
        } catch (RuntimeException e) {
            LOG.warn("looking for the proofs of certificate {} failed", certificate.id(), e);
            return new Evidence(
                    certificate,
                    certificate.proofs().stream()
                            .map(_ ->
                                    new Evidence.Seen(
                                            false,
                                            "The look failed: " + e.getMessage(),
                                            Optional.empty()))
                            .toList(),
                    new Verdict.Wait());
        }
    }

    private static List<Proof.Status> proven(Evidence evidence) {
        return evidence.seen().stream()
                .map(seen -> seen.proven() ? Proof.Status.SUCCESS : Proof.Status.PENDING)
                .toList();
    }

    private static Settled missing(Looking looking, Evidence evidence, Instant now) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < evidence.seen().size(); i++) {
            Evidence.Seen seen = evidence.seen().get(i);
            Proof proof = evidence.certificate().proofs().get(i);
            if (!seen.proven()) {
                words.add(
                        "%s: %s. Whoever runs the DNS of %s must have the record %s CNAME %s there."
                                .formatted(
                                        proof.name(),
                                        withoutStop(seen.words()),
                                        proof.name().base(),
                                        proof.record().name(),
                                        proof.record().value()));
            }
        }
        if (words.isEmpty()) {
            // Every record is there: it was CAA that could not be read.
            words.add(evidence.seen().getFirst().words());
        }
        return new Settled.Waiting(
                looking,
                Renewal.Status.PENDING_VALIDATION,
                String.join(" ", words),
                proven(evidence),
                RenewalTiming.nextLook(now, looking.issued().notAfter()));
    }

    private static String withoutStop(String words) {
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    private Settled settled(Looking looking, Issuer.Answer answer, KeyPair keys, Instant now) {
        CertificateId id = looking.due().certificate().id();
        return switch (answer) {
            case Issuer.Answer.Signed(List<X509Certificate> chain) -> {
                byte[] der = X509.concatenate(chain);
                yield new Settled.Signed(
                        looking,
                        State.Issued.of(chain.getFirst(), now),
                        new Material(
                                id,
                                X509.version(der),
                                der,
                                SealedKeys.seal(vault, id, keys.getPrivate())));
            }
            case Issuer.Answer.Refused(String message) ->
                    ours(looking, "The issuer refuses it: " + message, now);
            case Issuer.Answer.Unavailable(String message) ->
                    ours(looking, "The issuer could not sign yet: " + message, now);
        };
    }

    private static Settled ours(Looking looking, String reason, Instant now) {
        return new Settled.Waiting(
                looking,
                Renewal.Status.PENDING_AUTO_RENEWAL,
                reason + " The operator of this server must act.",
                looking.due().certificate().names().stream()
                        .map(_ -> Proof.Status.SUCCESS)
                        .toList(),
                RenewalTiming.afterOurFault(now, looking.issued().notAfter()));
    }

    private void settle(Write write, Settled settled, Instant now) {
        switch (settled) {
            case Settled.Signed(Looking looking, State.Issued issued, Material material) ->
                    put(write, looking, issued, material, now);
            case Settled.Waiting(
                            Looking looking,
                            Renewal.Status status,
                            String reason,
                            List<Proof.Status> names,
                            Instant next) ->
                    postponed(
                            write,
                            looking.due(),
                            looking.issued(),
                            status,
                            reason,
                            names,
                            next,
                            now);
        }
    }

    /// Used is asked again: it may have been attached since.
    private void put(
            Write write, Looking looking, State.Issued issued, Material material, Instant now) {
        Certificate certificate = looking.due().certificate();
        if (certificates.usedBy(write.handle(), certificate.id()).isEmpty()) {
            if (RenewalRows.succeed(write.handle(), certificate.id(), looking.issued(), issued)) {
                CertificateRows.putMaterial(write.handle(), List.of(material));
                tellEdges(write, certificate);
                succeeded(write, certificate, issued, now);
            }
            return;
        }
        if (RenewalRows.putCandidate(write.handle(), material, looking.issued(), now)) {
            RenewalRows.report(
                    write.handle(),
                    certificate.id(),
                    new Renewal(
                            Renewal.Status.PENDING_AUTO_RENEWAL,
                            Optional.empty(),
                            now,
                            certificate.names().stream().map(_ -> Proof.Status.SUCCESS).toList()));
            RenewalRows.lookAgain(
                    write.handle(), certificate.id().toString(), RenewalTiming.firstCheck(now));
            tellEdges(write, certificate);
        }
    }

    private void postponed(
            Write write,
            Due due,
            State.Issued issued,
            Renewal.Status status,
            String reason,
            List<Proof.Status> names,
            Instant next,
            Instant now) {
        CertificateId id = due.certificate().id();
        RenewalRows.report(
                write.handle(), id, new Renewal(status, Optional.of(reason), now, names));
        RenewalRows.lookAgain(write.handle(), id.toString(), next);
        notify(write, due.certificate(), issued, "its renewal waits. " + reason, now);
    }

    private void tellEdges(Write write, Certificate certificate) {
        feed.append(
                write,
                Change.Kind.CERTIFICATE,
                certificate.id().toString(),
                certificate.names().stream().map(DomainName::ascii).toList());
    }

    private <T> List<T> inParallel(List<Callable<T>> tasks) {
        List<Future<T>> futures = tasks.stream().map(threads::submit).toList();
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a look for a renewal failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the server is stopping", e);
        }
    }

    /// Gives up what is under way: it is looked for again after the next start.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
