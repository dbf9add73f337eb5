package dev.nameplate.certificate;

import dev.nameplate.dns.CnameRecord;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// The SQL of which issuer a certificate comes from.
final class IssuerRows {
    private IssuerRows() {}

    /// Whose turn it is, unless the choice was changed meanwhile.
    static void turn(Handle handle, Certificate certificate, IssuerChoice next) {
        handle.execute(
                "UPDATE certificate SET issuer_turn = ? WHERE id = ? AND issuers = ?",
                next.turn(),
                certificate.id().toString(),
                certificate.issuers().text());
    }

    /// For one that is issued for the first time. The columns say already what is so for our own alone.
    static void issuedFirst(Handle handle, Certificate certificate) {
        if (!certificate.issuers().equals(IssuerChoice.EMBEDDED)) {
            handle.execute(
                    "UPDATE certificate SET issuer_turn = 0, issued_by = ? WHERE id = ?",
                    certificate.issuers().current().text(),
                    certificate.id().toString());
        }
    }

    /// Which issuer the material is from; empty for an import.
    static Optional<IssuerName> issuedBy(Handle handle, CertificateId id) {
        return handle.createQuery(
                        "SELECT COALESCE(issued_by, 'embedded') FROM certificate WHERE id = :id AND origin <> 'IMPORTED'")
                .bind("id", id.toString())
                .mapTo(String.class)
                .findOne()
                .map(IssuerName::new);
    }

    /// Who has signed what is tried out now.
    static Optional<IssuerName> triedOut(Handle handle, CertificateId id) {
        return handle.createQuery(
                        "SELECT COALESCE(issued_by, 'embedded') FROM certificate_candidate WHERE certificate_id = :id")
                .bind("id", id.toString())
                .mapTo(String.class)
                .findOne()
                .map(IssuerName::new);
    }

    /// @param next when an order of it is gone on with
    record Due(Optional<Instant> next, Optional<Instant> heldUntil) {}

    static Due due(Handle handle, CertificateId id) {
        return handle.createQuery(
                        """
                        SELECT CASE WHEN c.state = 'PENDING' THEN c.next_due WHEN c.state = 'ISSUED'
                                AND r.status IN ('PENDING_AUTO_RENEWAL', 'PENDING_VALIDATION') THEN c.renew_due END AS next,
                            CASE WHEN c.state = 'PENDING' THEN c.held_until END AS held
                        FROM certificate c LEFT JOIN certificate_renewal r ON r.certificate_id = c.id WHERE c.id = :id
                        """)
                .bind("id", id.toString())
                .map((rs, _) -> new Due(time(rs, "next"), time(rs, "held")))
                .findOne()
                .orElseGet(() -> new Due(Optional.empty(), Optional.empty()));
    }

    private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
        long millis = rs.getLong(column);
        return rs.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /// From now on it comes from these, the first choice first.
    static void choose(Handle handle, CertificateId id, IssuerChoice choice) {
        handle.execute(
                "UPDATE certificate SET issuers = ?, issuer_turn = ? WHERE id = ?",
                choice.text(),
                choice.turn(),
                id.toString());
    }

    /// A pending one is asked for anew, with all the time there is for proofs.
    static void askAnew(Handle handle, CertificateId id, Instant now, Instant deadline) {
        handle.execute(
                """
                UPDATE certificate SET next_due = ?, deadline = ?, held_until = NULL
                WHERE id = ? AND state = 'PENDING'
                """,
                now.toEpochMilli(),
                deadline.toEpochMilli(),
                id.toString());
    }

    /// The record by which the name is proven stands elsewhere from now on.
    static void record(
            Handle handle,
            CertificateId id,
            DomainName name,
            CnameRecord record,
            boolean automatic) {
        handle.execute(
                """
                UPDATE certificate_name SET record_name = ?, record_value = ?, automatic = ?
                WHERE certificate_id = ? AND name = ?
                """,
                record.name(),
                record.value(),
                (automatic ? Proof.Automatic.SUCCEEDED : Proof.Automatic.NONE).name(),
                id.toString(),
                name.ascii());
    }

    /// What a move was asked for by.
    ///
    /// A request that was heard, and what it was answered.
    ///
    /// @param digest of what was asked
    record Heard(String digest, boolean changed, boolean reissued) {}

    static Optional<Heard> heard(Handle handle, CertificateId id, String key) {
        return handle.createQuery(
                        """
                        SELECT digest, changed, reissued FROM certificate_move
                        WHERE certificate_id = :id AND request_key = :key
                        """)
                .bind("id", id.toString())
                .bind("key", key)
                .map((rs, _) -> new Heard(rs.getString(1), rs.getInt(2) == 1, rs.getInt(3) == 1))
                .findOne();
    }

    /// @param forget requests before that are remembered no longer
    static void remember(
            Handle handle, CertificateId id, String key, Heard heard, Instant now, Instant forget) {
        handle.execute(
                "DELETE FROM certificate_move WHERE certificate_id = ? AND at < ?",
                id.toString(),
                forget.toEpochMilli());
        handle.execute(
                """
                INSERT INTO certificate_move (certificate_id, request_key, digest, at, changed, reissued)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                id.toString(),
                key,
                heard.digest(),
                now.toEpochMilli(),
                heard.changed() ? 1 : 0,
                heard.reissued() ? 1 : 0);
    }

    static void forget(Handle handle, String id) {
        handle.execute("DELETE FROM certificate_move WHERE certificate_id = ?", id);
    }
}
