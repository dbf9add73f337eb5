package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Takes pending certificates to their end: looks for the proofs, checks CAA, makes the key, has it signed, stores it.
///
/// # One round, and what a power cut leaves
///
/// | step | durable | a cut right after it leaves |
/// |---|---|---|
/// | 1. due rows are read; a zone made meanwhile gets its automatic record | that record | a pending certificate, due at once |
/// | 2. DNS is asked for proofs, then CAA, on virtual threads | nothing | the same |
/// | 3. the key pair is made, in memory | nothing | the same |
/// | 4. the issuer records serial, names and key before it signs | the issuer's row | the same; the row tells of a serial that nobody can have |
/// | 5. the issuer lints and signs, in memory | nothing | the same; should the signature have got out, the row of step 4 says what it was, and its key is gone |
/// | 6. chain, sealed key, state ISSUED, proofs and the change to the feed, in one transaction | all of it | an issued certificate that the edge serves |
///
/// So there is never an issued certificate without its key, never a signature without a row that was durable before it, and
/// at worst one certificate is signed twice, with another key and serial; the serial in `certificate` is the one that counts.
/// That holds for an issuer that signs at once. One that takes its time stores the order with its key in place of steps 4 and
/// 5, and the round that finds it decided goes to step 6 without a look at the DNS. Where an issuer refuses or is away for too
/// long, the certificate's next one has its turn in the transaction that stores what was said ([IssuerAnswers]).
///
/// # Slow names
///
/// Rounds do not wait for a name server that does not answer: what is ready is settled in groups, each in one transaction,
/// and a straggler's evidence is settled in a later round. What may be under way in memory is only ever repeated work: every
/// statement of step 6 holds only while the certificate is still pending.
public final class IssuanceWork implements DueWork, AutoCloseable {
    static final String NAME = "certificates";

    private static final Logger LOG = LoggerFactory.getLogger(IssuanceWork.class);

    /// Enough to fill a transaction well, few enough that a restart repeats little.
    private static final int BATCH = 256;

    /// How long a round waits for the next piece of evidence before it leaves the rest to a later one.
    static final Duration PATIENCE = Duration.ofMillis(200);

    /// For one whose rows do not load.
    private static final Duration PARKED = Duration.ofDays(1);

    /// How soon a round is wanted while stragglers are out, should their own wake-up be lost.
    private static final Duration STRAGGLER_CHECK = Duration.ofSeconds(1);

    private final Database database;
    private final Zones zones;
    private final Issuers issuers;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final Duration patience;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EvidenceGathering gathering;
    private final Settlement settlement;
    private final List<Lane> lanes =
            Stream.generate(Lane::new).limit(CertificateRows.SHARDS).toList();

    /// @param decision told of the certificates that were issued or failed together, as they were when they were looked at,
    ///     never of none; a node that is killed right after the commit tells nobody, so whoever waits must also look by itself
    public IssuanceWork(
            Database database,
            Zones zones,
            ChangeFeed feed,
            Vault vault,
            ProofLookup lookup,
            Issuers issuers,
            KeyPairs keyPairs,
            InstantSource clock,
            Wakeup wakeup,
            Consumer<List<Certificate>> decision) {
        this(
                database, zones, feed, vault, lookup, issuers, keyPairs, clock, wakeup, decision,
                PATIENCE);
    }

    /// @param patience of a round, with what it began itself; it ends as soon as nothing is out
    IssuanceWork(
            Database database,
            Zones zones,
            ChangeFeed feed,
            Vault vault,
            ProofLookup lookup,
            Issuers issuers,
            KeyPairs keyPairs,
            InstantSource clock,
            Wakeup wakeup,
            Consumer<List<Certificate>> decision,
            Duration patience) {
        this.patience = patience;
        this.database = database;
        this.zones = zones;
        this.issuers = issuers;
        this.clock = clock;
        this.wakeup = wakeup;
        this.gathering = new EvidenceGathering(lookup, issuers, vault, keyPairs, threads);
        this.settlement =
                new Settlement(database, new Announcements(feed), vault, issuers, clock, decision);
    }

    /// What one shard has under way in this process.
    private static final class Lane {
        final Set<CertificateId> inFlight = ConcurrentHashMap.newKeySet();
        final BlockingQueue<Evidence> gathered = new LinkedBlockingQueue<>();
        volatile boolean attended;
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
        Lane lane = lanes.get(shard);
        lane.attended = true;
        try {
            Due due = database.read(handle -> due(handle, shard, lane, now));
            prepare(due, now);
            Map<CertificateId, Issuer.Answer> answers =
                    OpenOrders.answers(issuers, OrderId.Slot.MAIN, due.open());
            due.open()
                    .forEach(certificate ->
                            Optional.ofNullable(answers.get(certificate.id()))
                                    .ifPresentOrElse(
                                            answer -> answered(lane, certificate, answer),
                                            () -> start(lane, certificate)));
            settleWhatIsReady(lane);
            return due.more() ? Optional.of(now) : nextRound(shard, lane);
        } finally {
            lane.attended = false;
        }
    }

    /// @param open whose proofs may be looked for still
    /// @param expired past their deadline
    /// @param adoptable proofs for which a hosted zone has appeared since they were asked for
    /// @param unreadable ids of rows that do not load
    private record Due(
            List<Certificate> open,
            List<Certificate> expired,
            List<Adoption> adoptable,
            Set<String> unreadable,
            boolean more) {}

    private record Adoption(Certificate certificate, Proof proof) {}

    private Due due(Handle handle, int shard, Lane lane, Instant now) {
        Set<String> unreadable = new HashSet<>();
        List<Certificate> all =
                PendingRows.due(
                        handle,
                        shard,
                        now,
                        BATCH + lane.inFlight.size(),
                        (id, _) -> unreadable.add(id));
        List<Certificate> open = new ArrayList<>();
        List<Certificate> expired = new ArrayList<>();
        List<Adoption> adoptable = new ArrayList<>();
        for (Certificate certificate : all) {
            if (lane.inFlight.contains(certificate.id())
                    || !(certificate.state() instanceof State.Pending(Instant deadline))) {
                continue;
            }
            if (!deadline.isAfter(now)) {
                expired.add(certificate);
                continue;
            }
            open.add(certificate);
        }
        // A node that was away may come back later than a rate limit held them.
        Set<String> held = PendingRows.held(handle, expired.stream().map(Certificate::id).toList());
        expired.stream().filter(each -> held.contains(each.id().toString())).forEach(open::add);
        expired.removeIf(each -> held.contains(each.id().toString()));
        for (Certificate certificate : open) {
            for (Proof proof : certificate.proofs()) {
                if (proof.status() == Proof.Status.PENDING
                        && proof.automatic() == Proof.Automatic.NONE
                        && zones.hosting(handle, certificate.account(), proof.name().base())
                                .isPresent()) {
                    adoptable.add(new Adoption(certificate, proof));
                }
            }
        }
        return new Due(
                open,
                expired,
                adoptable,
                unreadable,
                open.size() + expired.size() + unreadable.size() >= BATCH);
    }

    private void prepare(Due due, Instant now) {
        if (due.expired().isEmpty() && due.adoptable().isEmpty() && due.unreadable().isEmpty()) {
            return;
        }
        database.write(write -> {
            for (Certificate certificate : due.expired()) {
                PendingRows.timeOut(write.handle(), certificate.id(), now);
            }
            OpenOrders.settled(issuers, write, OrderId.Slot.MAIN, due.expired());
            for (String id : due.unreadable()) {
                LOG.warn("pending certificate {} does not load and is left for a day", id);
                PendingRows.park(write.handle(), id, now.plus(PARKED));
            }
            due.adoptable().forEach(adoption -> adopt(write, adoption));
            return due;
        });
    }

    private void adopt(Write write, Adoption adoption) {
        Certificate certificate = adoption.certificate();
        zones.require(
                        write,
                        certificate.account(),
                        certificate.id().toString(),
                        adoption.proof().record())
                .ifPresent(_ ->
                        PendingRows.markAutomatic(
                                write.handle(), certificate.id(), adoption.proof()));
    }

    private static void answered(Lane lane, Certificate certificate, Issuer.Answer answer) {
        lane.inFlight.add(certificate.id());
        lane.gathered.add(Evidence.known(certificate, new Verdict.Answered(answer)));
    }

    private void start(Lane lane, Certificate certificate) {
        lane.inFlight.add(certificate.id());
        threads.execute(() -> {
            Evidence evidence = failed(certificate, "The look was given up.");
            try {
                evidence = gather(certificate);
            } finally {
                // Even where an Error ends the thread: what stays in flight is looked for by
                // nobody.
                lane.gathered.add(evidence);
                if (!lane.attended) {
                    wakeup.wake(NAME);
                }
            }
        });
    }

    /// The rim of a virtual thread: what fails on the way through name servers' answers, the vault, keys and an issuer's directory is
    /// of any type, and is told in this certificate's proofs. No other is to wait for it.
    private Evidence gather(Certificate certificate) {
        try {
            return gathering.gather(certificate);
        } catch (CancellationException _) {
            return failed(certificate, "The server was stopped while it looked.");
        } catch (RuntimeException e) {
            LOG.warn("looking for the proofs of certificate {} failed", certificate.id(), e);
            return failed(certificate, "The look failed: " + e.getMessage());
        }
    }

    private static Evidence failed(Certificate certificate, String words) {
        return Evidence.known(certificate, new Verdict.Wait()).postponed(Cause.LOOK_FAILED, words);
    }

    private void settleWhatIsReady(Lane lane) {
        while (!lane.inFlight.isEmpty()) {
            List<Evidence> group = new ArrayList<>();
            try {
                Optional.ofNullable(lane.gathered.poll(patience.toMillis(), TimeUnit.MILLISECONDS))
                        .ifPresent(group::add);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (group.isEmpty()) {
                return;
            }
            lane.gathered.drainTo(group, BATCH - 1);
            try {
                settlement.settle(group);
            } finally {
                group.forEach(evidence -> lane.inFlight.remove(evidence.certificate().id()));
            }
        }
    }

    private Optional<Instant> nextRound(int shard, Lane lane) {
        Set<CertificateId> out = Set.copyOf(lane.inFlight);
        Optional<Instant> due = database.read(h -> PendingRows.firstDue(h, shard, out));
        if (out.isEmpty()) {
            return due;
        }
        Instant check = clock.instant().plus(STRAGGLER_CHECK);
        return Optional.of(due.filter(check::isAfter).orElse(check));
    }

    /// Gives up what is under way: it is looked for again after the next start.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
