package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.certificate.PendingRows.Looked;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
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

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
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
    private static final Duration PATIENCE = Duration.ofMillis(200);

    /// For one whose rows do not load.
    private static final Duration PARKED = Duration.ofDays(1);

    /// How soon a round is wanted while stragglers are out, should their own wake-up be lost.
    private static final Duration STRAGGLER_CHECK = Duration.ofSeconds(1);

    private final Database database;
    private final Zones zones;
    private final Announcements announcements;
    private final Vault vault;
    private final Issuers issuers;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final Consumer<List<Certificate>> decision;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EvidenceGathering gathering;
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
        this.database = database;
        this.zones = zones;
        this.announcements = new Announcements(feed);
        this.vault = vault;
        this.issuers = issuers;
        this.clock = clock;
        this.wakeup = wakeup;
        this.decision = decision;
        this.gathering = new EvidenceGathering(lookup, issuers, vault, keyPairs, threads);
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
            lane.gathered.add(gather(certificate));
            if (!lane.attended) {
                wakeup.wake(NAME);
            }
        });
    }

    /// The rim of a virtual thread: whatever goes wrong for one certificate is told in its proofs and harms no other.
    private Evidence gather(Certificate certificate) {
        try {
            return gathering.gather(certificate);
        } catch (CancellationException _) {
            return Evidence.known(certificate, new Verdict.Wait())
                    .postponed(Cause.LOOK_FAILED, "The server was stopped while it looked.");
        } catch (RuntimeException e) {
            LOG.warn("looking for the proofs of certificate {} failed", certificate.id(), e);
            return Evidence.known(certificate, new Verdict.Wait())
                    .postponed(Cause.LOOK_FAILED, "The look failed: " + e.getMessage());
        }
    }

    private void settleWhatIsReady(Lane lane) {
        while (!lane.inFlight.isEmpty()) {
            List<Evidence> group = new ArrayList<>();
            try {
                Optional.ofNullable(lane.gathered.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                        .ifPresent(group::add);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (group.isEmpty()) {
                return;
            }
            lane.gathered.drainTo(group, BATCH - 1);
            try {
                settle(group);
            } finally {
                group.forEach(evidence -> lane.inFlight.remove(evidence.certificate().id()));
            }
        }
    }

    /// A certificate that the issuer has signed, with all that its rows need.
    private record Signed(
            Evidence evidence, State.Issued state, X509Certificate leaf, Material material) {}

    /// One that may have to be given up, or be another issuer's turn.
    ///
    /// @param reason what it fails for, should nobody else be left to ask
    private record Unsigned(Evidence evidence, Issuer.Answer answer, State.FailureReason reason) {}

    private void settle(List<Evidence> group) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Looked> looked = new ArrayList<>();
        List<Signed> signed = new ArrayList<>();
        List<Unsigned> unsigned = new ArrayList<>();
        List<Evidence> ready = new ArrayList<>();
        for (Evidence evidence : group) {
            switch (evidence.verdict()) {
                case Verdict.Wait() -> looked.add(postponed(evidence, now));
                case Verdict.Forbidden(String message) ->
                        unsigned.add(
                                new Unsigned(
                                        evidence,
                                        new Issuer.Answer.Refused(message, Actor.NAME_OWNER),
                                        State.FailureReason.CAA_ERROR));
                case Verdict.Ready _, Verdict.Answered _ -> ready.add(evidence);
            }
        }
        OpenOrders.ask(issuers, ready)
                .forEach((evidence, answer) -> {
                    if (answer
                            instanceof
                            Issuer.Answer.Signed(List<X509Certificate> chain, KeyPair keys)) {
                        signed.add(signed(evidence, chain, keys, now));
                    } else {
                        unsigned.add(new Unsigned(evidence, answer, State.FailureReason.OTHER));
                    }
                });
        int failed =
                database.write(write -> {
                    Settling settling = new Settling(write, now);
                    settling.waiting.addAll(looked);
                    signed.forEach(each -> settling.decided(each.evidence()));
                    unsigned.forEach(settling::take);
                    settling.store(signed);
                    return settling.failed;
                });
        LOG.debug(
                "issued {}, failed {}, waiting {}",
                signed.size(),
                failed,
                group.size() - signed.size() - failed);
    }

    /// What one group comes to, within its transaction.
    private final class Settling {
        private final Write write;
        private final Instant now;
        final List<Looked> waiting = new ArrayList<>();
        private final List<Looked> decided = new ArrayList<>();
        private final List<Certificate> settled = new ArrayList<>();
        int failed;

        Settling(Write write, Instant now) {
            this.write = write;
            this.now = now;
        }

        void decided(Evidence evidence) {
            decided.add(new Looked(evidence, now, Optional.empty()));
            settled.add(evidence.certificate());
        }

        void take(Unsigned each) {
            Evidence evidence = each.evidence();
            Certificate certificate = evidence.certificate();
            Evidence told = told(evidence, each.answer());
            switch (IssuerAnswers.keep(
                    write,
                    OrderId.main(certificate.id()),
                    certificate.issuers(),
                    each.answer(),
                    issuers.patience(),
                    now)) {
                case IssuerAnswers.Turn.Stay() ->
                        waiting.add(
                                new Looked(
                                        told,
                                        now,
                                        Optional.of(nextLook(certificate, each.answer()))));
                case IssuerAnswers.Turn.Next(IssuerChoice choice, Instant from) -> {
                    CertificateRows.turn(write.handle(), certificate, choice);
                    settled.add(certificate);
                    waiting.add(new Looked(told, now, Optional.of(from)));
                }
                case IssuerAnswers.Turn.Over() -> {
                    failed++;
                    decided(evidence);
                    PendingRows.fail(
                            write.handle(),
                            certificate.id(),
                            new State.Failed(
                                    each.reason(),
                                    IssuerAnswers.refusals(
                                            write.handle(),
                                            OrderId.main(certificate.id()),
                                            certificate.issuers())));
                }
            }
        }

        void store(List<Signed> signed) {
            PendingRows.record(write.handle(), waiting);
            PendingRows.record(write.handle(), decided);
            PendingRows.postpone(write.handle(), waiting);
            IssuanceWork.this.store(write, signed, now);
            OpenOrders.settled(issuers, write, OrderId.Slot.MAIN, settled);
            if (!decided.isEmpty()) {
                List<Certificate> certificates =
                        decided.stream().map(each -> each.evidence().certificate()).toList();
                write.afterCommit(() -> decision.accept(certificates));
            }
        }

        private Instant nextLook(Certificate certificate, Issuer.Answer answer) {
            Instant scheduled = ProofSchedule.next(certificate.createdAt(), now);
            return switch (answer) {
                case Issuer.Answer.UnderWay(_, Instant nextLook, _) -> nextLook;
                case Issuer.Answer.Unavailable(_, _, Optional<Instant> until) ->
                        until.filter(at -> at.isAfter(now) && at.isBefore(Instant.MAX))
                                .orElse(scheduled);
                case Issuer.Answer.Signed _, Issuer.Answer.Refused _ -> scheduled;
            };
        }
    }

    /// The evidence with what its issuer said in place of what was seen: the proofs are there.
    private static Evidence told(Evidence evidence, Issuer.Answer answer) {
        String words =
                switch (answer) {
                    case Issuer.Answer.Signed _ -> "";
                    case Issuer.Answer.Refused(String message, _) ->
                            "The issuer %s refuses it: %s"
                                    .formatted(evidence.certificate().issuers().current(), message);
                    case Issuer.Answer.Unavailable(String message, _, _) ->
                            "The issuer could not sign yet: " + message;
                    case Issuer.Answer.UnderWay(String message, _, _) -> message;
                };
        return evidence.postponed(IssuerAnswers.cause(answer), words);
    }

    private Signed signed(
            Evidence evidence, List<X509Certificate> chain, KeyPair keys, Instant now) {
        return new Signed(
                evidence,
                State.Issued.of(chain.getFirst(), now),
                chain.getFirst(),
                SealedKeys.material(vault, evidence.certificate().id(), chain, keys.getPrivate()));
    }

    private static Looked postponed(Evidence evidence, Instant now) {
        return new Looked(
                evidence,
                now,
                Optional.of(ProofSchedule.next(evidence.certificate().createdAt(), now)));
    }

    private void store(Write write, List<Signed> signed, Instant now) {
        if (signed.isEmpty()) {
            return;
        }
        boolean[] mine =
                CertificateRows.markIssued(
                        write.handle(),
                        "PENDING",
                        signed.stream().map(s -> s.material().id()).toList(),
                        signed.stream().map(Signed::state).toList());
        List<Material> materials = new ArrayList<>();
        for (int i = 0; i < mine.length; i++) {
            if (mine[i]) {
                Certificate certificate = signed.get(i).evidence().certificate();
                materials.add(signed.get(i).material());
                IssuedLeaves.put(
                        write.handle(),
                        certificate.id(),
                        certificate.issuers().current(),
                        signed.get(i).leaf());
                announcements.changed(write, certificate);
                CertificateRows.issuedFirst(write.handle(), certificate);
                IssuerAnswers.signed(
                        write.handle(), OrderId.main(certificate.id()), certificate.issuers(), now);
            }
        }
        CertificateRows.putMaterial(write.handle(), materials);
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
