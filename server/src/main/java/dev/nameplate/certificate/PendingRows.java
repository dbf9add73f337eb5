package dev.nameplate.certificate;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The SQL of work on pending certificates. Each statement holds only while the certificate is still pending, so that a
/// straggler changes nothing that was decided or deleted meanwhile.
final class PendingRows {
    private PendingRows() {}

    /// @param unreadable told of those whose rows do not load
    static List<Certificate> due(
            Handle handle,
            int shard,
            Instant now,
            int limit,
            CertificateRows.Unreadable unreadable) {
        return CertificateRows.select(
                handle,
                """
                c.id IN (SELECT id FROM certificate WHERE shard = :shard AND next_due <= :now
                         ORDER BY next_due LIMIT :limit)
                """,
                "ORDER BY c.next_due, c.id",
                query ->
                        query.bind("shard", shard)
                                .bind("now", now.toEpochMilli())
                                .bind("limit", limit),
                unreadable);
    }

    /// Keeps one whose rows do not load from being due again and again.
    static void park(Handle handle, String id, Instant until) {
        handle.execute(
                "UPDATE certificate SET next_due = ? WHERE id = ? AND next_due IS NOT NULL",
                until.toEpochMilli(),
                id);
    }

    /// When the first certificate that is not in `except` is due.
    static Optional<Instant> firstDue(Handle handle, int shard, Set<CertificateId> except) {
        record Due(String id, long at) {}
        List<Due> first =
                handle.createQuery(
                                """
                                SELECT id, next_due FROM certificate
                                WHERE shard = :shard AND next_due IS NOT NULL ORDER BY next_due LIMIT :limit
                                """)
                        .bind("shard", shard)
                        .bind("limit", except.size() + 1)
                        .map((rs, _) -> new Due(rs.getString(1), rs.getLong(2)))
                        .list();
        List<String> excluded = except.stream().map(CertificateId::toString).toList();
        return first.stream()
                .filter(due -> !excluded.contains(due.id()))
                .map(due -> Instant.ofEpochMilli(due.at()))
                .findFirst();
    }

    /// Records what was seen of each name that was not proven before, and when it is looked at next.
    ///
    /// @param nextLook empty where the certificate is decided
    /// @param held nothing but a rate limit is waited for until then, so that the time for proofs stands still
    record Looked(Evidence evidence, Instant at, Optional<Instant> nextLook, boolean held) {
        Looked(Evidence evidence, Instant at, Optional<Instant> nextLook) {
            this(evidence, at, nextLook, false);
        }
    }

    static void record(Handle handle, List<Looked> all) {
        if (all.isEmpty()) {
            return;
        }
        PreparedBatch names =
                handle.prepareBatch(
                        """
                        UPDATE certificate_name SET status = :status, seen_at = :at, seen = :seen, next_look = :next,
                            diagnosis = COALESCE(:diagnosis, diagnosis)
                        WHERE certificate_id = :id AND position = :position
                        """);
        for (Looked looked : all) {
            for (int i = 0; i < looked.evidence().seen().size(); i++) {
                Evidence.Seen seen = looked.evidence().seen().get(i);
                names.bind("id", looked.evidence().certificate().id().toString())
                        .bind("position", i)
                        .bind(
                                "status",
                                (seen.proven() ? Proof.Status.SUCCESS : Proof.Status.PENDING)
                                        .name())
                        .bind("at", looked.at().toEpochMilli())
                        .bind("seen", seen.words())
                        .bind("next", looked.nextLook().map(Instant::toEpochMilli).orElse(null))
                        .bind("diagnosis", seen.diagnosis().map(DiagnosisJson::write).orElse(null))
                        .add();
            }
        }
        names.execute();
    }

    static void postpone(Handle handle, List<Looked> all) {
        if (all.isEmpty()) {
            return;
        }
        PreparedBatch due =
                handle.prepareBatch(
                        """
                        UPDATE certificate SET
                            deadline = deadline + COALESCE(:now - held_until, 0) + :pause,
                            held_until = :heldUntil,
                            next_due = CASE WHEN deadline + COALESCE(:now - held_until, 0) + :pause < :next
                                THEN deadline + COALESCE(:now - held_until, 0) + :pause ELSE :next END
                        WHERE id = :id AND state = 'PENDING' AND issuers = :issuers
                        """);
        for (Looked looked : all) {
            long now = looked.at().toEpochMilli();
            long next = looked.nextLook().orElseThrow().toEpochMilli();
            boolean held = looked.held() && next > now;
            due.bind("id", looked.evidence().certificate().id().toString())
                    .bind("issuers", looked.evidence().certificate().issuers().text())
                    .bind("now", now)
                    .bind("next", next)
                    .bind("pause", held ? next - now : 0)
                    .bind("heldUntil", held ? next : null)
                    .add();
        }
        due.execute();
    }

    /// Those of `ids` whose time stands still, so that none of them is over.
    static Set<String> held(Handle handle, Collection<CertificateId> ids) {
        return ids.isEmpty()
                ? Set.of()
                : Set.copyOf(
                        handle.createQuery(
                                        "SELECT id FROM certificate WHERE id IN (<ids>) AND held_until IS NOT NULL")
                                .bindList("ids", texts(ids))
                                .mapTo(String.class)
                                .list());
    }

    /// Those that nobody waits for any more as they were read: deleted, decided, or moved to other issuers.
    static Set<CertificateId> outdated(Handle handle, Collection<Certificate> read) {
        if (read.isEmpty()) {
            return Set.of();
        }
        Map<String, String> issuers = new HashMap<>();
        handle.createQuery(
                        "SELECT id, issuers FROM certificate WHERE id IN (<ids>) AND state IN ('PENDING', 'ISSUED')")
                .bindList("ids", texts(read.stream().map(Certificate::id).toList()))
                .map((rs, _) -> Map.entry(rs.getString(1), rs.getString(2)))
                .forEach(row -> issuers.put(row.getKey(), row.getValue()));
        return read.stream()
                .filter(each -> !each.issuers().text().equals(issuers.get(each.id().toString())))
                .map(Certificate::id)
                .collect(Collectors.toSet());
    }

    private static List<String> texts(Collection<CertificateId> ids) {
        return ids.stream().map(CertificateId::toString).toList();
    }

    /// Unless it has other issuers by now.
    static void fail(Handle handle, Certificate certificate, State.Failed failed) {
        handle.execute(
                """
                UPDATE certificate SET state = 'FAILED', reason = ?, message = ?, deadline = NULL, next_due = NULL
                WHERE id = ? AND state = 'PENDING' AND issuers = ?
                """,
                failed.reason().name(),
                failed.message(),
                certificate.id().toString(),
                certificate.issuers().text());
    }

    static void timeOut(Handle handle, CertificateId id, Instant now) {
        int changed =
                handle.execute(
                        """
                        UPDATE certificate SET state = 'TIMED_OUT', decided_at = ?, deadline = NULL, next_due = NULL
                        WHERE id = ? AND state = 'PENDING'
                        """,
                        now.toEpochMilli(),
                        id.toString());
        if (changed == 1) {
            handle.execute(
                    """
                    UPDATE certificate_name SET next_look = NULL,
                        status = CASE status WHEN 'PENDING' THEN 'FAILED' ELSE status END
                    WHERE certificate_id = ?
                    """,
                    id.toString());
        }
    }

    static void markAutomatic(Handle handle, CertificateId id, Proof proof) {
        handle.execute(
                "UPDATE certificate_name SET automatic = ? WHERE certificate_id = ? AND name = ?",
                Proof.Automatic.SUCCEEDED.name(),
                id.toString(),
                proof.name().ascii());
    }
}
