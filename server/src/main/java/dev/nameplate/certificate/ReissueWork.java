package dev.nameplate.certificate;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Hands out the certificates of each run of [Reissues] to [RenewalWork], a second's worth at a time. How far a run is and what
/// was handed out are one commit, so that a crash skips none and begins none twice.
public final class ReissueWork implements DueWork {
    static final String NAME = "reissues";

    private static final Duration PACE = Duration.ofSeconds(1);

    private final Database database;
    private final Wakeup wakeup;

    public ReissueWork(Database database, Wakeup wakeup) {
        this.database = database;
        this.wakeup = wakeup;
    }

    @Override
    public String name() {
        return NAME;
    }

    private record Run(
            String id,
            AccountId account,
            Reissues.Scope scope,
            int perSecond,
            String position,
            Instant startedAt) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        for (Run run : database.read(handle -> due(handle, now))) {
            handOut(run, now);
        }
        return database.read(handle ->
                handle.createQuery("SELECT MIN(next_due) FROM reissue WHERE next_due IS NOT NULL")
                        .mapTo(Long.class)
                        .findOne()
                        .map(Instant::ofEpochMilli));
    }

    private static List<Run> due(Handle handle, Instant now) {
        return handle.createQuery(
                        "SELECT * FROM reissue WHERE next_due <= :now ORDER BY started_at, id")
                .bind("now", now.toEpochMilli())
                .map((rs, _) ->
                        new Run(
                                rs.getString("id"),
                                new AccountId(rs.getString("account")),
                                Reissues.scope(rs),
                                rs.getInt("per_second"),
                                rs.getString("position"),
                                Instant.ofEpochMilli(rs.getLong("started_at"))))
                .list();
    }

    private void handOut(Run run, Instant now) {
        List<String> ids = database.read(handle -> next(handle, run));
        database.write(write -> {
            Handle handle = write.handle();
            if (!ids.isEmpty()) {
                List<Certificate> all =
                        CertificateRows.select(
                                handle,
                                "c.id IN (<ids>) AND c.state = 'ISSUED'",
                                "",
                                query -> query.bindList("ids", ids));
                for (Certificate certificate : all) {
                    RenewalRows.begin(handle, certificate, now, true);
                    handle.execute(
                            "UPDATE certificate_renewal SET reissue = ? WHERE certificate_id = ?",
                            run.id(),
                            certificate.id().toString());
                    handle.execute(
                            "UPDATE certificate SET renew_due = ? WHERE id = ?",
                            now.toEpochMilli(),
                            certificate.id().toString());
                }
                write.afterCommit(() -> wakeup.wake(RenewalWork.NAME));
            }
            boolean last = ids.size() < run.perSecond();
            handle.createUpdate(
                            """
                            UPDATE reissue SET position = :position, next_due = :next, handed_out_at = :end
                            WHERE id = :id
                            """)
                    .bind("id", run.id())
                    .bind("position", ids.isEmpty() ? run.position() : ids.getLast())
                    .bind("next", last ? null : now.plus(PACE).toEpochMilli())
                    .bind("end", last ? now.toEpochMilli() : null)
                    .execute();
            return ids;
        });
    }

    /// Only what was there when it started: what is issued since has a new key already.
    private static List<String> next(Handle handle, Run run) {
        try (Query query =
                handle.createQuery(
                        "SELECT id FROM certificate WHERE "
                                + run.scope().sql()
                                + " AND id > :position ORDER BY id LIMIT :limit")) {
            run.scope().bind(query, run.account(), run.startedAt());
            return query.bind("position", run.position())
                    .bind("limit", run.perSecond())
                    .mapTo(String.class)
                    .list();
        }
    }
}
