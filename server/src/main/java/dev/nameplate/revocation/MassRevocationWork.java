package dev.nameplate.revocation;

import dev.nameplate.certificate.AuthorityRevocations;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.NotRenewable;
import dev.nameplate.certificate.Signatures;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.DueWork;
import dev.nameplate.revocation.RevocationRun.Item;
import dev.nameplate.revocation.RevocationRun.ItemState;
import dev.nameplate.revocation.RunRows.Phase;
import dev.nameplate.revocation.RunRows.Row;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Carries runs of [MassRevocations] out. Each step is one transaction that looks again at what it acts on, so that a run goes on
/// after a crash where its rows say, and one that is taken back stops at once.
///
/// | step | durable | a cut right after it leaves |
/// |---|---|---|
/// | 1. a page of what is in scope is found | the leaves, WAITING, and where the search stands | a search that goes on there |
/// | 2. a second's worth gets replacements asked for, or its spares served; spares in scope are dropped | REPLACING, and the renewals | renewals under way |
/// | 3. a replacement is its certificate's own: it was seen at the edge | our own authority's revocation with REVOKED; or REVOKING, with the order to tell another authority | the same |
/// | 4. the other authority has revoked it | REVOKED | the same |
public final class MassRevocationWork implements DueWork {
    static final String NAME = "mass-revocations";

    private static final int STEP = 100;
    private static final Duration PACE = Duration.ofSeconds(1);

    /// So many that are being replaced take a part of a second to look at.
    private static final long MANY = 1000;

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final String IMPORTED =
            "It was imported: whoever manages it must import another with another key under the same ARN, and have the"
                    + " authority that issued this one revoke it.";

    private final Database database;
    private final Certificates certificates;
    private final Signatures own;
    private final int perSecond;

    /// @param own what our own authority signed
    /// @param perSecond how many replacements are begun in a second, which bounds what DNS servers and issuers get at once
    public MassRevocationWork(
            Database database, Certificates certificates, Signatures own, int perSecond) {
        this.database = database;
        this.certificates = certificates;
        this.own = own;
        this.perSecond = perSecond;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        for (Row row : database.read(handle -> RunRows.due(handle, now))) {
            boolean moved = search(row, now);
            moved |= replace(row, now);
            moved |= follow(row, Set.of(ItemState.REPLACING), now);
            moved |= follow(row, Set.of(ItemState.REVOKING), now);
            boolean anything = moved;
            database.write(write -> {
                if (anything) {
                    RunRows.moved(write.handle(), row.id(), now);
                }
                RunRows.next(write.handle(), row.id(), next(write.handle(), row, anything, now));
                return row;
            });
        }
        return database.read(RunRows::firstDue);
    }

    /// Where nothing moves, it is looked at less and less often.
    private static Optional<Instant> next(Handle handle, Row before, boolean moved, Instant now) {
        Row row = RunRows.find(handle, before.id()).orElse(before);
        if (RunRows.run(handle, row).finished()) {
            return Optional.empty();
        }
        Duration still = Duration.between(row.movedAt(), now).dividedBy(10);
        Duration pace = PACE.multipliedBy(1 + open(handle, row) / MANY);
        if (moved || still.compareTo(pace) < 0) {
            return Optional.of(now.plus(pace));
        }
        return Optional.of(now.plus(still.compareTo(LONGEST) < 0 ? still : LONGEST));
    }

    private static long open(Handle handle, Row row) {
        return RunRows.counts(handle, row.id()).getOrDefault(ItemState.REPLACING, 0L);
    }

    private boolean search(Row row, Instant now) {
        if (row.phase() == Phase.DONE) {
            return false;
        }
        Search search = new Search(certificates, own, row.account(), row.scope(), row.startedAt());
        Search.Place place = new Search.Place(row.phase(), row.position());
        while (place.phase() != Phase.DONE) {
            Search.Place from = place;
            Search.Found found = database.read(handle -> search.next(handle, from));
            place =
                    database.write(write -> {
                        if (isCancelled(write, row)) {
                            return new Search.Place(Phase.DONE, "");
                        }
                        for (Item item : found.items()) {
                            RunRows.add(write.handle(), row.id(), item, now);
                            if (item.state() == ItemState.FAILED) {
                                RunRows.set(
                                        write.handle(),
                                        row.id(),
                                        item,
                                        ItemState.FAILED,
                                        Optional.of(IMPORTED),
                                        now);
                            }
                        }
                        RunRows.searched(
                                write.handle(),
                                row.id(),
                                found.next().phase(),
                                found.next().position(),
                                now);
                        return found.next();
                    });
        }
        return true;
    }

    private static boolean isCancelled(Write write, Row row) {
        return RunRows.find(write.handle(), row.id()).flatMap(Row::cancelledAt).isPresent();
    }

    private boolean replace(Row row, Instant now) {
        return database.write(write -> {
            List<Item> items =
                    RunRows.items(
                            write.handle(), row.id(), Set.of(ItemState.WAITING), "", perSecond);
            for (Item item : items) {
                replace(write, row, item, now);
            }
            return !items.isEmpty();
        });
    }

    private void replace(Write write, Row row, Item item, Instant now) {
        Optional<Certificate> certificate =
                certificates.find(write.handle(), row.account(), item.certificate());
        certificate.ifPresent(each -> certificates.spares().discard(write, each, item.serial()));
        ItemState state = ItemState.REPLACING;
        Optional<String> message = Optional.empty();
        if (certificate.isPresent()
                && Progress.of(certificate, item, now) instanceof Progress.Stay) {
            try {
                if (!standIn(write, row, certificate.get())) {
                    certificates.replaceNow(write, certificate.get());
                }
            } catch (NotRenewable refused) {
                state = ItemState.FAILED;
                message = Optional.ofNullable(refused.getMessage());
            }
        }
        RunRows.set(write.handle(), row.id(), item, state, message, now);
    }

    /// A spare that need not go is served at once; another first one follows it.
    private boolean standIn(Write write, Row row, Certificate certificate) {
        Search search = new Search(certificates, own, row.account(), row.scope(), row.startedAt());
        return certificates.spares().standIn(write, certificate, leaf -> !search.includes(leaf));
    }

    /// Looks through all that are in a state, a part in each transaction.
    private boolean follow(Row row, Set<ItemState> states, Instant now) {
        boolean moved = false;
        String after = "";
        while (true) {
            String from = after;
            record Part(List<Item> items, boolean moved) {}
            Part part =
                    database.write(write -> {
                        List<Item> items =
                                RunRows.items(write.handle(), row.id(), states, from, STEP);
                        Map<CertificateId, Certificate> theirs = new HashMap<>();
                        certificates
                                .find(
                                        write.handle(),
                                        row.account(),
                                        items.stream().map(Item::certificate).distinct().toList())
                                .forEach(each -> theirs.put(each.id(), each));
                        boolean any = false;
                        for (Item item : items) {
                            any |=
                                    follow(
                                            write,
                                            row,
                                            item,
                                            Optional.ofNullable(theirs.get(item.certificate())),
                                            now);
                        }
                        return new Part(items, any);
                    });
            moved |= part.moved();
            if (part.items().size() < STEP) {
                return moved;
            }
            after = RunRows.position(part.items().getLast());
        }
    }

    private boolean follow(
            Write write, Row row, Item item, Optional<Certificate> certificate, Instant now) {
        return switch (item.state()) {
            case REPLACING ->
                    switch (Progress.of(certificate, item, now)) {
                        case Progress.Stay() -> false;
                        case Progress.Ended() -> set(write, row, item, ItemState.ENDED, now);
                        case Progress.Revoked() -> set(write, row, item, ItemState.REVOKED, now);
                        case Progress.Revoke() -> revoke(write, row, item, now);
                    };
            case REVOKING ->
                    AuthorityRevocations.status(write.handle(), item.certificate(), item.serial())
                                    .map(AuthorityRevocations.Status::done)
                                    .orElse(false)
                            && set(write, row, item, ItemState.REVOKED, now);
            case WAITING, REVOKED, ENDED, FAILED, CANCELLED -> false;
        };
    }

    private boolean revoke(Write write, Row row, Item item, Instant now) {
        try {
            certificates.revokeLeaf(write, item.certificate(), item.serial(), row.reason());
        } catch (IllegalArgumentException refused) {
            return RunRows.set(
                    write.handle(),
                    row.id(),
                    item,
                    ItemState.FAILED,
                    Optional.ofNullable(refused.getMessage()),
                    now);
        }
        return set(
                write,
                row,
                item,
                item.issuer().equals(IssuerName.EMBEDDED) ? ItemState.REVOKED : ItemState.REVOKING,
                now);
    }

    private static boolean set(Write write, Row row, Item item, ItemState state, Instant now) {
        return RunRows.set(write.handle(), row.id(), item, state, Optional.empty(), now);
    }
}
