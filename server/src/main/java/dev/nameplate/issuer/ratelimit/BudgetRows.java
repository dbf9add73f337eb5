package dev.nameplate.issuer.ratelimit;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.issuer.ratelimit.Demand.Bucket;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The SQL of buckets, reservations and who waits.
final class BudgetRows {
    private BudgetRows() {}

    /// @param taken what is given back if no certificate comes of it
    record Reservation(String owner, List<Bucket> taken, int names) {}

    record Waiting(Bucket bucket, Instant neededBy, Instant since) {}

    record Used(Bucket bucket, long fullAt) {}

    static TokenBucket bucket(Handle handle, IssuerName issuer, Bucket bucket, RateLimit limit) {
        return new TokenBucket(
                limit,
                handle.createQuery(
                                "SELECT full_at FROM rate_bucket WHERE issuer = :issuer AND kind = :kind AND scope = :scope")
                        .bind("issuer", issuer.text())
                        .bind("kind", bucket.kind().name())
                        .bind("scope", bucket.scope())
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(0L));
    }

    static void put(Handle handle, IssuerName issuer, Bucket bucket, TokenBucket state) {
        handle.execute(
                """
                INSERT INTO rate_bucket (issuer, kind, scope, full_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (issuer, kind, scope) DO UPDATE SET full_at = excluded.full_at
                """,
                issuer.text(),
                bucket.kind().name(),
                bucket.scope(),
                state.fullAt());
    }

    /// Those of which something is used.
    static List<Used> used(Handle handle, IssuerName issuer, Instant now) {
        return handle.createQuery(
                        """
                        SELECT kind, scope, full_at FROM rate_bucket WHERE issuer = :issuer AND full_at > :now
                        ORDER BY full_at DESC, kind, scope
                        """)
                .bind("issuer", issuer.text())
                .bind("now", now.toEpochMilli())
                .map((rs, _) ->
                        new Used(
                                new Bucket(RateKind.valueOf(rs.getString(1)), rs.getString(2)),
                                rs.getLong(3)))
                .list();
    }

    static Optional<Reservation> reservation(Handle handle, IssuerName issuer, String owner) {
        return handle.createQuery(
                        "SELECT taken, names FROM rate_reservation WHERE issuer = :issuer AND owner = :owner")
                .bind("issuer", issuer.text())
                .bind("owner", owner)
                .map((rs, _) -> new Reservation(owner, parse(rs.getString(1)), rs.getInt(2)))
                .findOne();
    }

    static void put(Handle handle, IssuerName issuer, Reservation reservation, Instant now) {
        handle.execute(
                """
                INSERT INTO rate_reservation (issuer, owner, taken, names, at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (issuer, owner) DO UPDATE SET taken = excluded.taken
                """,
                issuer.text(),
                reservation.owner(),
                text(reservation.taken()),
                reservation.names(),
                now.toEpochMilli());
    }

    static void deleteReservation(Handle handle, IssuerName issuer, String owner) {
        handle.execute(
                "DELETE FROM rate_reservation WHERE issuer = ? AND owner = ?",
                issuer.text(),
                owner);
    }

    /// The names of all orders that are not decided.
    static int namesUnderWay(Handle handle, IssuerName issuer) {
        return handle.createQuery(
                        "SELECT COALESCE(SUM(names), 0) FROM rate_reservation WHERE issuer = :issuer")
                .bind("issuer", issuer.text())
                .mapTo(Integer.class)
                .one();
    }

    static Optional<Waiting> waiting(Handle handle, IssuerName issuer, String owner) {
        return handle.createQuery(
                        """
                        SELECT kind, scope, needed_by, since FROM rate_waiting
                        WHERE issuer = :issuer AND owner = :owner
                        """)
                .bind("issuer", issuer.text())
                .bind("owner", owner)
                .map((rs, _) ->
                        new Waiting(
                                new Bucket(RateKind.valueOf(rs.getString(1)), rs.getString(2)),
                                Instant.ofEpochMilli(rs.getLong(3)),
                                Instant.ofEpochMilli(rs.getLong(4))))
                .findOne();
    }

    /// How many wait in the bucket and need it sooner. Who did not come back after its turn is not counted.
    static long before(
            Handle handle,
            IssuerName issuer,
            Bucket bucket,
            String owner,
            Instant neededBy,
            Instant alive) {
        return handle.createQuery(
                        """
                        SELECT COUNT(*) FROM rate_waiting
                        WHERE issuer = :issuer AND kind = :kind AND scope = :scope AND owner <> :owner
                          AND (needed_by < :need OR (needed_by = :need AND owner < :owner)) AND back_at >= :alive
                        """)
                .bind("issuer", issuer.text())
                .bind("kind", bucket.kind().name())
                .bind("scope", bucket.scope())
                .bind("owner", owner)
                .bind("need", neededBy.toEpochMilli())
                .bind("alive", alive.toEpochMilli())
                .mapTo(Long.class)
                .one();
    }

    static long waitingFor(Handle handle, IssuerName issuer, Bucket bucket, Instant alive) {
        return handle.createQuery(
                        """
                        SELECT COUNT(*) FROM rate_waiting
                        WHERE issuer = :issuer AND kind = :kind AND scope = :scope AND back_at >= :alive
                        """)
                .bind("issuer", issuer.text())
                .bind("kind", bucket.kind().name())
                .bind("scope", bucket.scope())
                .bind("alive", alive.toEpochMilli())
                .mapTo(Long.class)
                .one();
    }

    static void wait(
            Handle handle, IssuerName issuer, String owner, Waiting waiting, Instant backAt) {
        handle.execute(
                """
                INSERT INTO rate_waiting (issuer, owner, kind, scope, needed_by, since, back_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (issuer, owner) DO UPDATE SET kind = excluded.kind, scope = excluded.scope,
                    needed_by = excluded.needed_by, back_at = excluded.back_at
                """,
                issuer.text(),
                owner,
                waiting.bucket().kind().name(),
                waiting.bucket().scope(),
                waiting.neededBy().toEpochMilli(),
                waiting.since().toEpochMilli(),
                backAt.toEpochMilli());
    }

    static void waitNoMore(Handle handle, IssuerName issuer, String owner) {
        handle.execute(
                "DELETE FROM rate_waiting WHERE issuer = ? AND owner = ?", issuer.text(), owner);
    }

    /// The longest of those for `scopes` that is not over.
    static Optional<Pause> pause(
            Handle handle, IssuerName issuer, List<String> scopes, Instant now) {
        return handle.createQuery(
                        """
                        SELECT scope, until_at, since, message FROM rate_pause
                        WHERE issuer = :issuer AND scope IN (<scopes>) AND until_at > :now
                        ORDER BY until_at DESC, scope LIMIT 1
                        """)
                .bind("issuer", issuer.text())
                .bindList("scopes", scopes)
                .bind("now", now.toEpochMilli())
                .map((rs, _) -> Pause.read(rs))
                .findOne();
    }

    static List<Pause> pauses(Handle handle, IssuerName issuer, Instant now) {
        return handle.createQuery(
                        """
                        SELECT scope, until_at, since, message FROM rate_pause
                        WHERE issuer = :issuer AND until_at > :now ORDER BY scope
                        """)
                .bind("issuer", issuer.text())
                .bind("now", now.toEpochMilli())
                .map((rs, _) -> Pause.read(rs))
                .list();
    }

    /// A later answer of the authority is the better one.
    static void put(Handle handle, IssuerName issuer, Pause pause) {
        handle.execute(
                """
                INSERT INTO rate_pause (issuer, scope, until_at, since, message) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (issuer, scope) DO UPDATE SET until_at = excluded.until_at, since = excluded.since,
                    message = excluded.message
                """,
                issuer.text(),
                pause.domain().orElse(""),
                pause.until().toEpochMilli(),
                pause.since().toEpochMilli(),
                pause.message());
    }

    /// @return how many rows went
    static int forget(Handle handle, Instant now, Instant staleReservations, Instant staleWaiting) {
        return handle.execute("DELETE FROM rate_bucket WHERE full_at <= ?", now.toEpochMilli())
                + handle.execute("DELETE FROM rate_pause WHERE until_at <= ?", now.toEpochMilli())
                + handle.execute(
                        "DELETE FROM rate_reservation WHERE at < ?",
                        staleReservations.toEpochMilli())
                + handle.execute(
                        "DELETE FROM rate_waiting WHERE back_at < ?", staleWaiting.toEpochMilli());
    }

    private static String text(List<Bucket> buckets) {
        List<String> words = new ArrayList<>();
        for (Bucket bucket : buckets) {
            words.add(bucket.kind().name() + " " + bucket.scope());
        }
        return String.join("\n", words);
    }

    private static List<Bucket> parse(String text) {
        return text.lines()
                .map(line -> line.split(" ", 2))
                .map(words -> new Bucket(RateKind.valueOf(words[0]), words[1]))
                .toList();
    }
}
