package dev.nameplate.issuer.ca.revocation;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.DueWork;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Makes the lists: each anew in good time before it ends, and soon after something on it was revoked.
///
/// A list is read, signed and then stored; a revocation committed meanwhile stays unlisted, and so makes the list due again.
public final class CrlWork implements DueWork {
    public static final String NAME = "crl";

    /// Of a list of servers' certificates. Baseline Requirements section 4.9.7 allows ten days.
    static final Duration LIFE = Duration.ofDays(7);

    static final Duration RENEWAL = Duration.ofDays(1);

    /// Of a list of authorities: their key may be away for most of that. Twelve months are allowed.
    static final Duration AUTHORITIES_LIFE = Duration.ofDays(300);

    static final Duration AUTHORITIES_RENEWAL = Duration.ofDays(30);

    /// While many are being revoked, a list is not made anew for each of them.
    static final Duration PAUSE = Duration.ofSeconds(10);

    /// Nobody wakes this process for what another one has revoked.
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final int BATCH = 20;

    private final Database database;
    private final Signatories signatories;
    private final Locations locations;

    public CrlWork(Database database, Signatories signatories, Locations locations) {
        this.database = database;
        this.signatories = signatories;
        this.locations = locations;
    }

    @Override
    public String name() {
        return NAME;
    }

    private record Shard(Signatory issuer, int number) {}

    /// What a list is made from.
    private record Draft(
            Optional<Crls.Stored> before, List<Revocations.Entry> entries, List<String> unlisted) {
        /// Empty when it may be made now.
        Optional<Instant> wait(Instant now) {
            return before.map(list -> list.thisUpdate().plus(PAUSE)).filter(at -> at.isAfter(now));
        }
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Signatory> all = signatories.all();
        Set<Shard> wanted = database.read(handle -> wanted(handle, all, now));
        List<Instant> next = new ArrayList<>();
        int made = 0;
        for (Shard each : wanted) {
            Draft draft = database.read(handle -> draft(handle, each));
            Optional<Instant> wait = draft.wait(now);
            if (wait.isPresent()) {
                next.add(wait.get());
            } else if (made++ < BATCH) {
                make(each, draft, now);
            } else {
                next.add(now);
            }
        }
        for (Signatory issuer : all) {
            database.read(handle -> nextRenewal(handle, issuer, now)).ifPresent(next::add);
        }
        next.add(now.plus(LOOK));
        return next.stream().min(Instant::compareTo);
    }

    private static Set<Shard> wanted(Handle handle, List<Signatory> all, Instant now) {
        Set<Shard> wanted = new LinkedHashSet<>();
        for (Signatory issuer : all) {
            if (issuer.below() == Signatory.Below.AUTHORITIES
                    && Crls.find(handle, issuer.id(), 0).isEmpty()) {
                wanted.add(new Shard(issuer, 0));
            }
            Stream.concat(unlisted(handle, issuer), due(handle, issuer, now).stream())
                    .forEach(number -> wanted.add(new Shard(issuer, number)));
        }
        return wanted;
    }

    /// One look into the index for each shard, since a shard may have thousands waiting.
    private static Stream<Integer> unlisted(Handle handle, Signatory issuer) {
        return Stream.iterate(
                        unlistedAfter(handle, issuer, -1),
                        Optional::isPresent,
                        found -> found.flatMap(number -> unlistedAfter(handle, issuer, number)))
                .flatMap(Optional::stream);
    }

    private static Optional<Integer> unlistedAfter(Handle handle, Signatory issuer, int shard) {
        return handle.createQuery(
                        """
                        SELECT shard FROM revocation_unlisted WHERE issuer = :issuer AND shard > :shard
                        ORDER BY shard LIMIT 1
                        """)
                .bind("issuer", issuer.id())
                .bind("shard", shard)
                .mapTo(Integer.class)
                .findOne();
    }

    private static List<Integer> due(Handle handle, Signatory issuer, Instant now) {
        return handle.createQuery(
                        """
                        SELECT shard FROM crl_shard WHERE issuer = :issuer AND due_at <= :now AND ends_at > :now
                        ORDER BY due_at LIMIT :limit
                        """)
                .bind("issuer", issuer.id())
                .bind("now", now.toEpochMilli())
                .bind("limit", BATCH + 1)
                .mapTo(Integer.class)
                .list();
    }

    private static Optional<Instant> nextRenewal(Handle handle, Signatory issuer, Instant now) {
        return handle.createQuery(
                        "SELECT due_at FROM crl_shard WHERE issuer = :issuer AND ends_at > :now ORDER BY due_at LIMIT 1")
                .bind("issuer", issuer.id())
                .bind("now", now.toEpochMilli())
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    /// RFC 5280 section 3.3: an entry leaves no sooner than after one list made when its certificate had ended. So the list
    /// before decides, and not the present time.
    private static Draft draft(Handle handle, Shard shard) {
        String issuer = shard.issuer().id();
        Optional<Crls.Stored> before = Crls.find(handle, issuer, shard.number());
        return new Draft(
                before,
                Revocations.ofShard(
                        handle,
                        issuer,
                        shard.number(),
                        before.map(Crls.Stored::thisUpdate).orElse(Instant.EPOCH)),
                handle.createQuery(
                                "SELECT serial FROM revocation_unlisted WHERE issuer = :issuer AND shard = :shard")
                        .bind("issuer", issuer)
                        .bind("shard", shard.number())
                        .mapTo(String.class)
                        .list());
    }

    private void make(Shard shard, Draft draft, Instant now) {
        Signatory issuer = shard.issuer();
        // The encoding knows whole seconds only.
        Instant thisUpdate = now.truncatedTo(ChronoUnit.SECONDS);
        Instant nextUpdate =
                thisUpdate.plus(
                        switch (issuer.below()) {
                            case LEAVES -> LIFE;
                            case AUTHORITIES -> AUTHORITIES_LIFE;
                        });
        Crl crl =
                new Crl(
                        draft.before().map(Crls.Stored::number).orElse(0L) + 1,
                        thisUpdate,
                        nextUpdate,
                        draft.entries());
        Optional<String> location =
                switch (issuer.below()) {
                    case LEAVES -> Optional.of(locations.crl(issuer.id(), shard.number()));
                    case AUTHORITIES -> Optional.empty();
                };
        Crls.Stored list =
                new Crls.Stored(crl.number(), thisUpdate, nextUpdate, crl.sign(issuer, location));
        database.write(write -> store(write, shard, draft, list));
    }

    private static boolean store(Write write, Shard shard, Draft draft, Crls.Stored list) {
        String issuer = shard.issuer().id();
        if (!Crls.put(write, issuer, shard.number(), list)) {
            return false;
        }
        PreparedBatch listed =
                write.handle()
                        .prepareBatch(
                                "DELETE FROM revocation_unlisted WHERE issuer = ? AND shard = ? AND serial = ?");
        draft.unlisted().forEach(serial -> listed.add(issuer, shard.number(), serial));
        if (listed.size() > 0) {
            listed.execute();
        }
        Duration renewal =
                switch (shard.issuer().below()) {
                    case LEAVES -> RENEWAL;
                    case AUTHORITIES -> AUTHORITIES_RENEWAL;
                };
        // A list that no certificate was given a place in, such as an authority's own, gets its row
        // here.
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO crl_shard (issuer, shard, taken, ends_at, due_at)
                        VALUES (:issuer, :shard, 0, :endsAt, :dueAt)
                        ON CONFLICT (issuer, shard) DO UPDATE SET due_at = excluded.due_at
                        """)
                .bind("issuer", issuer)
                .bind("shard", shard.number())
                .bind(
                        "endsAt",
                        shard.issuer().certificate().getNotAfter().toInstant().toEpochMilli())
                .bind("dueAt", list.thisUpdate().plus(renewal).toEpochMilli())
                .execute();
        return true;
    }
}
