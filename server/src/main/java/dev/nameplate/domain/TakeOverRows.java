package dev.nameplate.domain;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.JobId;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The SQL of take-overs. What is decided stays so.
final class TakeOverRows {
    private TakeOverRows() {}

    /// Asks, or asks anew where an earlier one expired.
    static void ask(Handle handle, TakeOver asked) {
        handle.createUpdate(
                        """
                        INSERT INTO domain_take_over
                            (domain_id, name, account, job_id, value, state, asked_at, expires_at, shown, due_at)
                        VALUES (:domain, :name, :account, :job, :value, 'WAITING', :asked, :expires, 0, :asked)
                        ON CONFLICT (domain_id, name) DO UPDATE SET value = excluded.value, state = 'WAITING',
                            asked_at = excluded.asked_at, expires_at = excluded.expires_at, shown = 0,
                            looked_at = NULL, reason = NULL, due_at = excluded.due_at
                        """)
                .bind("domain", asked.domain().value())
                .bind("name", asked.name().ascii())
                .bind("account", asked.account().value())
                .bind("job", asked.job().value())
                .bind("value", asked.value())
                .bind("asked", asked.askedAt().toEpochMilli())
                .bind("expires", asked.expiresAt().toEpochMilli())
                .execute();
    }

    static List<TakeOver> of(Handle handle, DomainId domain) {
        return handle.createQuery(
                        "SELECT * FROM domain_take_over WHERE domain_id = :domain ORDER BY name")
                .bind("domain", domain.value())
                .map((row, _) -> takeOver(row))
                .list();
    }

    static List<DomainName> waiting(Handle handle, JobId job) {
        return handle.createQuery(
                        "SELECT name FROM domain_take_over WHERE job_id = :job AND state = 'WAITING'")
                .bind("job", job.value())
                .map((row, _) -> new DomainName(row.getString("name")))
                .list();
    }

    static List<TakeOver> due(Handle handle, Instant now, int limit) {
        return handle.createQuery(
                        """
                        SELECT * FROM domain_take_over WHERE due_at <= :now
                        ORDER BY due_at, domain_id, name LIMIT :limit
                        """)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, _) -> takeOver(row))
                .list();
    }

    static Optional<Instant> nextDue(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT MIN(due_at) AS due FROM (
                            SELECT MIN(due_at) AS due_at FROM domain_take_over
                            UNION ALL SELECT MIN(due_at) AS due_at FROM domain) AS all_due
                        """)
                .map((row, _) -> DomainRows.optional(row, "due"))
                .one();
    }

    static void lookNow(Handle handle, DomainId domain, Instant now) {
        handle.createUpdate(
                        "UPDATE domain_take_over SET due_at = :now WHERE domain_id = :domain AND state = 'WAITING'")
                .bind("now", now.toEpochMilli())
                .bind("domain", domain.value())
                .execute();
    }

    /// Records a look.
    ///
    /// @return false if this take-over is not waiting any more, or was asked anew meanwhile
    static boolean looked(Handle handle, TakeOver after) {
        return handle.createUpdate(
                                """
                                UPDATE domain_take_over SET state = :state, looked_at = :looked, shown = :shown,
                                    reason = :reason, due_at = :due
                                WHERE domain_id = :domain AND name = :name AND state = 'WAITING' AND value = :value
                                """)
                        .bind("state", after.state().name())
                        .bind("looked", millis(after.lookedAt()))
                        .bind("shown", after.shown() ? 1 : 0)
                        .bind("reason", after.reason().orElse(null))
                        .bind("due", millis(after.due()))
                        .bind("domain", after.domain().value())
                        .bind("name", after.name().ascii())
                        .bind("value", after.value())
                        .execute()
                == 1;
    }

    /// @return how many the domain had
    static int delete(Handle handle, DomainId domain) {
        return handle.execute("DELETE FROM domain_take_over WHERE domain_id = ?", domain.value());
    }

    /// @return how many were waiting
    static int callOff(Handle handle, DomainId domain) {
        return handle.createUpdate(
                        """
                        UPDATE domain_take_over SET state = 'CALLED_OFF', due_at = NULL
                        WHERE domain_id = :domain AND state = 'WAITING'
                        """)
                .bind("domain", domain.value())
                .execute();
    }

    private static @Nullable Long millis(Optional<Instant> instant) {
        return instant.map(Instant::toEpochMilli).orElse(null);
    }

    private static TakeOver takeOver(ResultSet row) throws SQLException {
        return new TakeOver(
                new DomainId(row.getString("domain_id")),
                new DomainName(row.getString("name")),
                new AccountId(row.getString("account")),
                new JobId(row.getString("job_id")),
                row.getString("value"),
                TakeOver.State.valueOf(row.getString("state")),
                Instant.ofEpochMilli(row.getLong("asked_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                DomainRows.optional(row, "looked_at"),
                row.getInt("shown") == 1,
                Optional.ofNullable(row.getString("reason")),
                DomainRows.optional(row, "due_at"));
    }
}
