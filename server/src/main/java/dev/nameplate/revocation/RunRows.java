package dev.nameplate.revocation;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.names.AccountId;
import dev.nameplate.revocation.RevocationRun.Item;
import dev.nameplate.revocation.RevocationRun.ItemState;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The SQL of runs and of the leaves in them.
final class RunRows {
    private RunRows() {}

    /// What is looked through next.
    enum Phase {
        CURRENT,
        SPARE,
        REPLACED,
        DONE
    }

    /// @param position where the search of this phase stands
    /// @param movedAt when something last went on
    record Row(
            String id,
            AccountId account,
            RevocationScope scope,
            RevocationReason reason,
            Instant startedAt,
            Optional<Instant> cancelledAt,
            Phase phase,
            String position,
            Instant movedAt) {}

    static void insert(Handle handle, Row row) {
        handle.createUpdate(
                        """
                        INSERT INTO mass_revocation (id, account, key_digest, signed_by, issued_from, issued_to, reason,
                            started_at, phase, position, moved_at, next_due)
                        VALUES (:id, :account, :key, :issuer, :from, :to, :reason, :at, :phase, '', :at, :at)
                        """)
                .bind("id", row.id())
                .bind("account", row.account().value())
                .bind("key", row.scope().keyDigest().orElse(null))
                .bind("issuer", row.scope().issuer().map(IssuerName::text).orElse(null))
                .bind("from", row.scope().from().map(Instant::toEpochMilli).orElse(null))
                .bind("to", row.scope().to().map(Instant::toEpochMilli).orElse(null))
                .bind("reason", row.reason().name())
                .bind("at", row.startedAt().toEpochMilli())
                .bind("phase", row.phase().name())
                .execute();
    }

    static List<Row> due(Handle handle, Instant now) {
        return handle.createQuery(
                        "SELECT * FROM mass_revocation WHERE next_due <= :now ORDER BY started_at, id")
                .bind("now", now.toEpochMilli())
                .map((rs, _) -> row(rs))
                .list();
    }

    static Optional<Row> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM mass_revocation WHERE id = :id")
                .bind("id", id)
                .map((rs, _) -> row(rs))
                .findOne();
    }

    static List<Row> ofAccount(Handle handle, AccountId account) {
        return handle.createQuery(
                        """
                        SELECT * FROM mass_revocation WHERE account = :account
                        ORDER BY started_at DESC, id LIMIT 100
                        """)
                .bind("account", account.value())
                .map((rs, _) -> row(rs))
                .list();
    }

    static Optional<Instant> firstDue(Handle handle) {
        return handle.createQuery(
                        "SELECT MIN(next_due) FROM mass_revocation WHERE next_due IS NOT NULL")
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    static void searched(Handle handle, String id, Phase phase, String position, Instant now) {
        handle.execute(
                "UPDATE mass_revocation SET phase = ?, position = ?, moved_at = ? WHERE id = ?",
                phase.name(),
                position,
                now.toEpochMilli(),
                id);
    }

    static void next(Handle handle, String id, Optional<Instant> due) {
        handle.createUpdate("UPDATE mass_revocation SET next_due = :due WHERE id = :id")
                .bind("id", id)
                .bind("due", due.map(Instant::toEpochMilli).orElse(null))
                .execute();
    }

    static void moved(Handle handle, String id, Instant now) {
        handle.execute(
                "UPDATE mass_revocation SET moved_at = ? WHERE id = ?", now.toEpochMilli(), id);
    }

    static void cancel(Handle handle, String id, Instant now) {
        handle.execute(
                """
                UPDATE mass_revocation SET cancelled_at = ?, phase = 'DONE', next_due = ?
                WHERE id = ? AND cancelled_at IS NULL
                """,
                now.toEpochMilli(),
                now.toEpochMilli(),
                id);
        handle.execute(
                """
                UPDATE mass_revocation_item SET state = 'CANCELLED', message = NULL, updated_at = ?
                WHERE run = ? AND state IN ('WAITING', 'REPLACING')
                """,
                now.toEpochMilli(),
                id);
    }

    static void add(Handle handle, String run, Item item, Instant now) {
        handle.execute(
                """
                INSERT INTO mass_revocation_item (run, certificate_id, serial, signed_by, state, updated_at)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run, certificate_id, serial) DO NOTHING
                """,
                run,
                item.certificate().toString(),
                item.serial(),
                item.issuer().text(),
                item.state().name(),
                now.toEpochMilli());
    }

    /// @return whether it was still in the state it was read in
    static boolean set(
            Handle handle,
            String run,
            Item item,
            ItemState state,
            Optional<String> message,
            Instant now) {
        return handle.createUpdate(
                                """
                                UPDATE mass_revocation_item SET state = :state, message = :message, updated_at = :now
                                WHERE run = :run AND certificate_id = :id AND serial = :serial AND state = :before
                                """)
                        .bind("run", run)
                        .bind("id", item.certificate().toString())
                        .bind("serial", item.serial())
                        .bind("before", item.state().name())
                        .bind("state", state.name())
                        .bind("message", message.orElse(null))
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static String position(Item item) {
        return item.certificate() + " " + item.serial();
    }

    /// @param after [#position] of the last one seen, empty at first
    static List<Item> items(
            Handle handle, String run, Collection<ItemState> states, String after, int limit) {
        String[] position = (after.contains(" ") ? after : after + " ").split(" ", 2);
        return handle.createQuery(
                        """
                        SELECT certificate_id, serial, signed_by, state, message FROM mass_revocation_item
                        WHERE run = :run AND state IN (<states>)
                          AND (certificate_id > :id OR (certificate_id = :id AND serial > :serial))
                        ORDER BY certificate_id, serial LIMIT :limit
                        """)
                .bind("run", run)
                .bindList("states", states.stream().map(ItemState::name).toList())
                .bind("id", position[0])
                .bind("serial", position[1])
                .bind("limit", limit)
                .map((rs, _) ->
                        new Item(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                rs.getString(2),
                                new IssuerName(rs.getString(3)),
                                ItemState.valueOf(rs.getString(4)),
                                Optional.ofNullable(rs.getString(5))))
                .list();
    }

    static Map<ItemState, Long> counts(Handle handle, String run) {
        Map<ItemState, Long> counts = new EnumMap<>(ItemState.class);
        handle.createQuery(
                        "SELECT state, COUNT(*) FROM mass_revocation_item WHERE run = :run GROUP BY state")
                .bind("run", run)
                .map((rs, _) -> Map.entry(ItemState.valueOf(rs.getString(1)), rs.getLong(2)))
                .forEach(each -> counts.put(each.getKey(), each.getValue()));
        return counts;
    }

    static RevocationRun run(Handle handle, Row row) {
        return new RevocationRun(
                row.id(),
                row.account(),
                row.scope(),
                row.reason(),
                row.startedAt(),
                row.cancelledAt(),
                row.phase() != Phase.DONE,
                counts(handle, row.id()));
    }

    private static Row row(ResultSet rs) throws SQLException {
        return new Row(
                rs.getString("id"),
                new AccountId(rs.getString("account")),
                new RevocationScope(
                        Optional.ofNullable(rs.getString("key_digest")),
                        Optional.ofNullable(rs.getString("signed_by")).map(IssuerName::new),
                        time(rs, "issued_from"),
                        time(rs, "issued_to")),
                RevocationReason.valueOf(rs.getString("reason")),
                Instant.ofEpochMilli(rs.getLong("started_at")),
                time(rs, "cancelled_at"),
                Phase.valueOf(rs.getString("phase")),
                rs.getString("position"),
                Instant.ofEpochMilli(rs.getLong("moved_at")));
    }

    private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
        long millis = rs.getLong(column);
        return rs.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
