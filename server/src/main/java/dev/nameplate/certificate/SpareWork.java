package dev.nameplate.certificate;

import dev.nameplate.certificate.SpareOrdering.Wanted;
import dev.nameplate.certificate.SpareStep.Due;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.job.DueWork;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Keeps spares ready: gets them, renews them, and puts one in the first one's place when that nears its end unrenewed.
///
/// | what is durable | a cut right after it leaves |
/// |---|---|
/// | the row, without an issuer | a spare that is due |
/// | the row with issuer, the issuer's order under the certificate's second slot | an order that is found again, and not made twice |
/// | chain and sealed key in the row, the order forgotten | a spare that is ready |
/// | a copy beside the first one, served as a renewal's new material is ([Spares]) | the edge serves the spare; it is looked for there, as [RenewalWork] does |
/// | the copy as the certificate's own | a row that still has it: it is emptied, and another first one asked for |
/// | the emptied row | a spare that is due, and a renewal |
public final class SpareWork implements DueWork, AutoCloseable {
    static final String NAME = "spares";

    /// How often is asked whether a certificate that has a spare still counts.
    public static final Duration STATUS_EVERY = Duration.ofMinutes(10);

    private static final int BATCH = 64;
    private static final int SEARCHED = 500;

    private static final Duration PARKED = Duration.ofDays(1);

    private final Database database;
    private final Certificates certificates;
    private final SpareOrdering ordering;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// Shards that were looked through for what other settings than this process's have left: what rests in each and, by the first,
    /// uses that nobody thought of a spare for. Guarded by itself.
    private final Set<Integer> searched = new HashSet<>();

    public SpareWork(
            Database database,
            Certificates certificates,
            Vault vault,
            ProofLookup lookup,
            Issuers issuers,
            KeyPairs keyPairs,
            Duration statusEvery,
            InstantSource clock) {
        this.database = database;
        this.certificates = certificates;
        this.ordering =
                new SpareOrdering(
                        database,
                        certificates,
                        vault,
                        issuers,
                        new EvidenceGathering(lookup, issuers, vault, keyPairs, threads),
                        new ConcurrentCalls(threads),
                        statusEvery,
                        clock);
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
        search(shard, now);
        List<String> ids = database.read(handle -> SpareRows.due(handle, shard, now, BATCH));
        if (!ids.isEmpty()) {
            take(ids, now.truncatedTo(ChronoUnit.MILLIS));
        }
        return ids.size() == BATCH
                ? Optional.of(now)
                : database.read(handle -> SpareRows.firstDue(handle, shard));
    }

    /// Once in the life of a process, in which settings do not change; what fails is done again.
    private void search(int shard, Instant now) {
        synchronized (searched) {
            if (searched.contains(shard)) {
                return;
            }
        }
        find(shard, now);
        synchronized (searched) {
            searched.add(shard);
        }
    }

    private void find(int shard, Instant now) {
        if (database.read(handle -> SpareRows.anyRests(handle, shard))) {
            database.write(write -> {
                SpareRows.wakeResting(write.handle(), shard, now);
                return shard;
            });
        }
        if (shard != 0 || !certificates.spares().wanted()) {
            return;
        }
        String after = "";
        while (true) {
            String from = after;
            List<String> ids = database.read(handle -> SpareRows.openUses(handle, from, SEARCHED));
            if (ids.isEmpty()) {
                return;
            }
            database.write(write -> {
                certificates.spares().usedBefore(write, ids);
                return ids;
            });
            after = ids.getLast();
        }
    }

    private static CertificateId id(String text) {
        return new CertificateId(UUID.fromString(text));
    }

    private void take(List<String> ids, Instant now) {
        List<Wanted> wanted =
                database.write(write -> {
                    // Read here, so that nothing decided meanwhile is undone.
                    Map<CertificateId, Due> all = due(write.handle(), ids);
                    List<Wanted> orders = new ArrayList<>();
                    for (String id : ids) {
                        Optional.ofNullable(all.get(id(id)))
                                .ifPresentOrElse(
                                        due ->
                                                act(write, due, SpareStep.of(due, now), now)
                                                        .ifPresent(orders::add),
                                        () -> unreadable(write, id(id), now));
                    }
                    return List.copyOf(orders);
                });
        ordering.order(wanted);
    }

    /// Its certificate does not load, or is gone.
    private static void unreadable(Write write, CertificateId id, Instant now) {
        SpareRows.later(write.handle(), id, now.plus(PARKED));
    }

    private Map<CertificateId, Due> due(Handle handle, List<String> ids) {
        Map<CertificateId, Spare> spares = SpareRows.find(handle, ids);
        List<Certificate> found =
                CertificateRows.select(
                        handle,
                        "c.id IN (<ids>)",
                        "",
                        query -> query.bindList("ids", ids),
                        certificates.quarantine()::report);
        List<CertificateId> theirs = found.stream().map(Certificate::id).toList();
        Map<CertificateId, Set<String>> users = Batches.usedBy(handle, theirs);
        Map<CertificateId, String> lost = LostNames.of(handle, theirs);
        Map<CertificateId, Due> all = new HashMap<>();
        for (Certificate each : found) {
            CertificateId id = each.id();
            Optional.ofNullable(spares.get(id))
                    .ifPresent(spare ->
                            all.put(
                                    id,
                                    new Due(
                                            each,
                                            spare,
                                            IssuerRows.issuedBy(handle, id)
                                                    .orElse(IssuerName.EMBEDDED),
                                            certificates.issuers().spare(),
                                            users.containsKey(id),
                                            RenewalRows.candidate(handle, id).isPresent(),
                                            Optional.ofNullable(lost.get(id)),
                                            spare.ready()
                                                    .flatMap(ready ->
                                                            IssuedLeaves.suggestion(
                                                                    handle, id, ready.serial()))
                                                    .flatMap(SuggestedRenewal::renewAt))));
        }
        return all;
    }

    /// @return what is to be got
    private Optional<Wanted> act(Write write, Due due, SpareStep step, Instant now) {
        Certificate certificate = due.certificate();
        CertificateId id = certificate.id();
        Handle handle = write.handle();
        switch (step) {
            case SpareStep.Rest(String why, boolean drop) -> {
                due.spare().asked().ifPresent(asked -> ordering.giveUp(write, certificate, asked));
                if (drop) {
                    drop(write, due, now);
                }
                SpareRows.rest(handle, id, why);
            }
            case SpareStep.Later(Instant at, Optional<String> message) -> {
                SpareRows.later(handle, id, at);
                message.ifPresent(words -> SpareRows.say(handle, id, words));
            }
            case SpareStep.Taken() -> certificates.spares().taken(write, certificate, due.spare());
            case SpareStep.Switch(State.Issued served, Spare.Why why) -> {
                if (!certificates.spares().switchTo(write, certificate, served, why)) {
                    SpareRows.later(handle, id, now.plus(SpareStep.BETWEEN_SWITCHES));
                }
            }
            case SpareStep.Get(IssuerChoice choice, Optional<Instant> by) -> {
                if (!due.spare().asked().equals(Optional.of(choice))) {
                    due.spare()
                            .asked()
                            .ifPresent(asked -> ordering.giveUp(write, certificate, asked));
                    SpareRows.ask(handle, id, choice);
                }
                boolean lacks =
                        due.spare().ready().filter(each -> each.notAfter().isAfter(now)).isEmpty();
                if (lacks) {
                    SpareRows.lacks(handle, id, now);
                }
                return Optional.of(new Wanted(certificate.from(choice), due.spare(), by));
            }
        }
        return Optional.empty();
    }

    private static void drop(Write write, Due due, Instant now) {
        CertificateId id = due.certificate().id();
        due.spare()
                .ready()
                .ifPresent(ready -> IssuedLeaves.replaced(write.handle(), id, ready.serial(), now));
        SpareRows.empty(write.handle(), id, now);
    }

    /// Gives up what is under way: it is looked for again after the next start.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
