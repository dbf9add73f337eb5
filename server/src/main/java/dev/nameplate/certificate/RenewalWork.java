package dev.nameplate.certificate;

import dev.nameplate.certificate.RenewalCheck.Checking;
import dev.nameplate.certificate.RenewalRows.Candidate;
import dev.nameplate.certificate.RenewalRows.Due;
import dev.nameplate.certificate.RenewalSigning.Looking;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.DueWork;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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

    private static final int BATCH = 128;

    /// For one whose rows do not load.
    private static final Duration PARKED = Duration.ofDays(1);

    private final Database database;
    private final Quarantine quarantine;
    private final RenewalSigning signing;
    private final RenewalCheck check;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public RenewalWork(
            Database database,
            Certificates certificates,
            ChangeFeed feed,
            Vault vault,
            ProofLookup lookup,
            Issuers issuers,
            KeyPairs keyPairs,
            ServingCheck serving,
            InstantSource clock) {
        this.database = database;
        this.quarantine = certificates.quarantine();
        var announcements = new Announcements(feed);
        var calls = new ConcurrentCalls(threads);
        this.signing =
                new RenewalSigning(
                        database,
                        certificates,
                        announcements,
                        vault,
                        issuers,
                        new EvidenceGathering(lookup, issuers, vault, keyPairs, threads),
                        calls,
                        clock);
        this.check =
                new RenewalCheck(
                        database, announcements, serving, certificates.spares(), calls, clock);
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
                database.read(handle -> RenewalRows.due(handle, quarantine, shard, now, BATCH));
        if (!batch.all().isEmpty() || !batch.unreadable().isEmpty()) {
            take(batch, now.truncatedTo(ChronoUnit.MILLIS));
        }
        return batch.more()
                ? Optional.of(now)
                : database.read(handle -> RenewalRows.firstDue(handle, shard));
    }

    private record Planned(Due due, RenewalStep step) {}

    private void take(RenewalRows.DueBatch batch, Instant now) {
        List<Planned> plan =
                batch.all().stream()
                        .map(due -> new Planned(due, RenewalStep.of(due, now)))
                        .toList();
        database.write(write -> {
            for (String id : batch.unreadable()) {
                RenewalRows.lookAgain(write.handle(), id, now.plus(PARKED));
            }
            plan.forEach(each -> keepBooks(write, each.due(), each.step(), now));
            return plan;
        });
        List<Looking> looks = new ArrayList<>();
        List<Checking> checks = new ArrayList<>();
        for (Planned each : plan) {
            Certificate certificate = each.due().certificate();
            switch (each.step()) {
                case RenewalStep.Look(State.Issued issued) ->
                        looks.add(new Looking(certificate, issued));
                case RenewalStep.Check(State.Issued issued, Candidate candidate) ->
                        checks.add(new Checking(certificate, issued, candidate));
                case RenewalStep.Nothing _,
                        RenewalStep.Later _,
                        RenewalStep.Unsaved _,
                        RenewalStep.Ended _ -> {}
            }
        }
        check.check(checks);
        signing.sign(looks);
    }

    private static void keepBooks(Write write, Due due, RenewalStep step, Instant now) {
        Certificate certificate = due.certificate();
        CertificateId id = certificate.id();
        switch (step) {
            case RenewalStep.Nothing() -> RenewalRows.lookNoMore(write.handle(), id);
            case RenewalStep.Later(Instant at) ->
                    RenewalRows.lookAgain(write.handle(), id.toString(), at);
            case RenewalStep.Unsaved(State.Issued issued, String why) -> {
                RenewalReports.notice(write, certificate, issued, why, now);
                if (due.lost().isPresent() && isUnderWay(certificate)) {
                    RenewalRows.report(
                            write.handle(),
                            id,
                            new Renewal(
                                    Renewal.Status.FAILED,
                                    Optional.of(why),
                                    now,
                                    RenewalRows.all(certificate, Proof.Status.PENDING)));
                }
                RenewalRows.lookAgain(
                        write.handle(),
                        id.toString(),
                        RenewalTiming.nextLook(now, issued.notAfter()));
            }
            case RenewalStep.Ended(State.Issued issued) -> {
                RenewalRows.lookNoMore(write.handle(), id);
                if (certificate.origin() != Origin.IMPORTED
                        && (due.used() || isUnderWay(certificate))) {
                    RenewalRows.begin(write.handle(), certificate, now, false);
                    RenewalRows.report(write.handle(), id, ended(certificate, issued, now));
                }
            }
            case RenewalStep.Look _ -> RenewalRows.begin(write.handle(), certificate, now, false);
            case RenewalStep.Check _ -> {}
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
                        .orElse(RenewalRows.all(certificate, Proof.Status.PENDING)));
    }

    /// Gives up what is under way: it is looked for again after the next start.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
