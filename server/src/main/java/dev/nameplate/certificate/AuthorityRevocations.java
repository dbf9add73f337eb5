package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The SQL of what other authorities have to be told.
public final class AuthorityRevocations {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);
    private static final int LONGEST_TEXT = 1000;

    private AuthorityRevocations() {}

    /// @param leaf empty where it has ended meanwhile, and so need not be revoked any more
    record Due(
            CertificateId id,
            String serial,
            IssuerName issuer,
            RevocationReason reason,
            int failures,
            Optional<X509Certificate> leaf) {}

    /// @param done the authority has revoked it
    /// @param problem why not yet
    public record Status(boolean done, Optional<String> problem) {}

    /// Asked twice, the first reason stays.
    static void ask(
            Write write,
            CertificateId id,
            String serial,
            IssuerName issuer,
            RevocationReason reason,
            Instant now) {
        write.handle()
                .execute(
                        """
                        INSERT INTO authority_revocation (certificate_id, serial, signed_by, reason, asked_at, due)
                        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (certificate_id, serial) DO NOTHING
                        """,
                        id.toString(),
                        serial,
                        issuer.text(),
                        reason.name(),
                        now.toEpochMilli(),
                        now.toEpochMilli());
    }

    /// Empty if nobody asked for it.
    public static Optional<Status> status(Handle handle, CertificateId id, String serial) {
        return handle.createQuery(
                        """
                        SELECT done_at, problem FROM authority_revocation
                        WHERE certificate_id = :id AND serial = :serial
                        """)
                .bind("id", id.toString())
                .bind("serial", serial)
                .map((rs, _) ->
                        new Status(rs.getObject(1) != null, Optional.ofNullable(rs.getString(2))))
                .findOne();
    }

    static List<Due> due(Handle handle, Instant now, int limit) {
        return handle.createQuery(
                        """
                        SELECT r.certificate_id, r.serial, r.signed_by, r.reason, r.failures, l.leaf
                        FROM authority_revocation r LEFT JOIN issued_leaf l
                            ON l.certificate_id = r.certificate_id AND l.serial = r.serial
                        WHERE r.due <= :now ORDER BY r.due LIMIT :limit
                        """)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((rs, _) ->
                        new Due(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                rs.getString(2),
                                new IssuerName(rs.getString(3)),
                                RevocationReason.valueOf(rs.getString(4)),
                                rs.getInt(5),
                                Optional.ofNullable(rs.getBytes(6)).map(X509::parseOne)))
                .list();
    }

    static Optional<Instant> firstDue(Handle handle) {
        return handle.createQuery("SELECT MIN(due) FROM authority_revocation WHERE due IS NOT NULL")
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    static void done(Handle handle, Due due, Instant now) {
        handle.execute(
                """
                UPDATE authority_revocation SET done_at = ?, due = NULL, problem = NULL
                WHERE certificate_id = ? AND serial = ?
                """,
                now.toEpochMilli(),
                due.id().toString(),
                due.serial());
    }

    static void failed(Handle handle, Due due, String problem, Instant now) {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(due.failures(), 10));
        handle.execute(
                """
                UPDATE authority_revocation SET problem = ?, failures = failures + 1, due = ?
                WHERE certificate_id = ? AND serial = ?
                """,
                problem.length() > LONGEST_TEXT ? problem.substring(0, LONGEST_TEXT) : problem,
                now.plus(pause.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : pause).toEpochMilli(),
                due.id().toString(),
                due.serial());
    }

    /// What was done before `then` is of no use to anybody.
    static void forget(Handle handle, Instant then) {
        handle.execute(
                "DELETE FROM authority_revocation WHERE done_at IS NOT NULL AND done_at < ?",
                then.toEpochMilli());
    }
}
