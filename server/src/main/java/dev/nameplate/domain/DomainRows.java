package dev.nameplate.domain;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.JobId;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The SQL of domains and of what happened to names.
final class DomainRows {
    private DomainRows() {}

    static void insert(Handle handle, Domain domain) {
        handle.createUpdate(
                        """
                        INSERT INTO domain (id, account, job_id, created_at)
                        VALUES (:id, :account, :job, :created)
                        """)
                .bind("id", domain.id().value())
                .bind("account", domain.account().value())
                .bind("job", domain.job().value())
                .bind("created", domain.createdAt().toEpochMilli())
                .execute();
        for (int i = 0; i < domain.names().size(); i++) {
            handle.createUpdate(
                            """
                            INSERT INTO domain_name (domain_id, position, account, name)
                            VALUES (:id, :position, :account, :name)
                            """)
                    .bind("id", domain.id().value())
                    .bind("position", i)
                    .bind("account", domain.account().value())
                    .bind("name", domain.names().get(i).ascii())
                    .execute();
        }
    }

    static void delete(Handle handle, DomainId id) {
        handle.execute("DELETE FROM domain_take_over WHERE domain_id = ?", id.value());
        handle.execute("DELETE FROM domain_name WHERE domain_id = ?", id.value());
        handle.execute("DELETE FROM domain WHERE id = ?", id.value());
    }

    static void remove(Handle handle, DomainId id, Instant now) {
        handle.createUpdate(
                        """
                        UPDATE domain SET removing_at = COALESCE(removing_at, :now), due_at = :now
                        WHERE id = :id
                        """)
                .bind("now", now.toEpochMilli())
                .bind("id", id.value())
                .execute();
    }

    static void lookAgain(Handle handle, DomainId id, Instant at) {
        handle.createUpdate("UPDATE domain SET due_at = :at WHERE id = :id")
                .bind("at", at.toEpochMilli())
                .bind("id", id.value())
                .execute();
    }

    /// @return the domains of the account that lost the name
    static List<DomainId> lose(
            Handle handle, AccountId account, DomainName name, DomainId winner, Instant now) {
        List<DomainId> losers =
                handle.createQuery(
                                """
                                SELECT domain_id FROM domain_name
                                WHERE account = :account AND name = :name AND lost_at IS NULL AND domain_id <> :winner
                                """)
                        .bind("account", account.value())
                        .bind("name", name.ascii())
                        .bind("winner", winner.value())
                        .map((row, _) -> new DomainId(row.getString("domain_id")))
                        .list();
        for (DomainId loser : losers) {
            handle.createUpdate(
                            "UPDATE domain_name SET lost_at = :now WHERE domain_id = :id AND name = :name")
                    .bind("now", now.toEpochMilli())
                    .bind("id", loser.value())
                    .bind("name", name.ascii())
                    .execute();
        }
        return losers;
    }

    static Optional<Domain> find(Handle handle, DomainId id) {
        return handle.createQuery("SELECT * FROM domain WHERE id = :id")
                .bind("id", id.value())
                .map((row, _) -> domain(handle, row))
                .findOne();
    }

    static Optional<Domain> byJob(Handle handle, AccountId account, JobId job) {
        return handle.createQuery("SELECT * FROM domain WHERE job_id = :job AND account = :account")
                .bind("job", job.value())
                .bind("account", account.value())
                .map((row, _) -> domain(handle, row))
                .findOne();
    }

    /// All that have or had the name: those that have it first, then the newest.
    static List<Domain> named(Handle handle, AccountId account, DomainName name) {
        return handle.createQuery(
                        """
                        SELECT d.* FROM domain d JOIN domain_name n ON n.domain_id = d.id
                        WHERE n.account = :account AND n.name = :name
                        ORDER BY CASE WHEN n.lost_at IS NULL THEN 0 ELSE 1 END, d.created_at DESC, d.id
                        """)
                .bind("account", account.value())
                .bind("name", name.ascii())
                .map((row, _) -> domain(handle, row))
                .list();
    }

    /// Newest first, from behind `after`.
    static List<Domain> page(
            Handle handle, AccountId account, Optional<Domains.Position> after, int limit) {
        return handle.createQuery(
                        """
                        SELECT * FROM domain WHERE account = :account
                          AND (created_at < :time OR (created_at = :time AND id > :id))
                        ORDER BY created_at DESC, id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("time", after.map(at -> at.at().toEpochMilli()).orElse(Long.MAX_VALUE))
                .bind("id", after.map(Domains.Position::id).orElse(""))
                .bind("limit", limit)
                .map((row, _) -> domain(handle, row))
                .list();
    }

    static List<Domain> due(Handle handle, Instant now, int limit) {
        return handle.createQuery(
                        "SELECT * FROM domain WHERE due_at <= :now ORDER BY due_at LIMIT :limit")
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, _) -> domain(handle, row))
                .list();
    }

    static void insert(Handle handle, DomainEvent event) {
        handle.createUpdate(
                        """
                        INSERT INTO domain_event (id, account, name, domain_id, at, kind, detail)
                        VALUES (:id, :account, :name, :domain, :at, :kind, :detail)
                        """)
                .bind("id", event.id())
                .bind("account", event.account().value())
                .bind("name", event.name().ascii())
                .bind("domain", event.domain().map(DomainId::value).orElse(null))
                .bind("at", event.at().toEpochMilli())
                .bind("kind", event.kind().name())
                .bind("detail", event.detail())
                .execute();
    }

    /// Newest first, from behind `after`.
    static List<DomainEvent> events(
            Handle handle,
            AccountId account,
            Optional<DomainName> name,
            Optional<Domains.Position> after,
            int limit) {
        // Each has an index of its own.
        Query query =
                name.map(wanted ->
                                handle.createQuery(
                                                """
                                                SELECT * FROM domain_event WHERE account = :account AND name = :name
                                                  AND at <= :time AND (at < :time OR id > :id)
                                                ORDER BY at DESC, id LIMIT :limit
                                                """)
                                        .bind("name", wanted.ascii()))
                        .orElseGet(() ->
                                handle.createQuery(
                                        """
                                        SELECT * FROM domain_event WHERE account = :account
                                          AND at <= :time AND (at < :time OR id > :id)
                                        ORDER BY at DESC, id LIMIT :limit
                                        """));
        return query.bind("account", account.value())
                .bind("time", after.map(at -> at.at().toEpochMilli()).orElse(Long.MAX_VALUE))
                .bind("id", after.map(Domains.Position::id).orElse(""))
                .bind("limit", limit)
                .map((row, _) ->
                        new DomainEvent(
                                row.getString("id"),
                                new AccountId(row.getString("account")),
                                new DomainName(row.getString("name")),
                                Optional.ofNullable(row.getString("domain_id")).map(DomainId::new),
                                Instant.ofEpochMilli(row.getLong("at")),
                                DomainEvent.Kind.valueOf(row.getString("kind")),
                                row.getString("detail")))
                .list();
    }

    /// @return how many events from before `before` went, `limit` at most
    static int forget(Handle handle, Instant before, int limit) {
        return handle.createUpdate(
                        """
                        DELETE FROM domain_event WHERE id IN (
                            SELECT id FROM domain_event WHERE at < :before ORDER BY at LIMIT :limit)
                        """)
                .bind("before", before.toEpochMilli())
                .bind("limit", limit)
                .execute();
    }

    private static Domain domain(Handle handle, ResultSet row) throws SQLException {
        DomainId id = new DomainId(row.getString("id"));
        List<DomainName> names = new ArrayList<>();
        Map<DomainName, Instant> lost = new HashMap<>();
        handle.createQuery(
                        "SELECT name, lost_at FROM domain_name WHERE domain_id = :id ORDER BY position")
                .bind("id", id.value())
                .map((each, _) ->
                        Map.entry(
                                new DomainName(each.getString("name")), optional(each, "lost_at")))
                .forEach(each -> {
                    names.add(each.getKey());
                    each.getValue().ifPresent(at -> lost.put(each.getKey(), at));
                });
        return new Domain(
                id,
                new AccountId(row.getString("account")),
                names,
                lost,
                new JobId(row.getString("job_id")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                optional(row, "removing_at"));
    }

    static Optional<Instant> optional(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(value));
    }
}
