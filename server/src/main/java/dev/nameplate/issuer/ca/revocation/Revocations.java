package dev.nameplate.issuer.ca.revocation;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.Revoker;
import dev.nameplate.certificate.Signatures;
import dev.nameplate.certificate.Signatures.Signature;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// Revoked serial numbers. Revoking looks one row up and appends two, whatever was revoked before; the list that tells of it is
/// made after the commit, by [CrlWork].
public final class Revocations implements Revoker {
    private final Wakeup wakeup;

    public Revocations(Wakeup wakeup) {
        this.wakeup = wakeup;
    }

    /// What is known about a serial number of ours.
    ///
    /// @param issuer as [Locations#id]
    public record Status(String issuer, Optional<Revoked> revoked) {}

    public record Revoked(RevocationReason reason, Instant at) {}

    record Entry(String serial, RevocationReason reason, Instant at) {}

    private record Issued(String issuer, int shard, long notAfter) {}

    /// A serial that is revoked already stays revoked since then, for its first reason.
    @Override
    public void revoke(Write write, String serial, RevocationReason reason, Instant at) {
        String plain = plain(serial);
        Issued issued =
                write.handle()
                        .createQuery(
                                "SELECT issuer_serial, crl_shard, not_after FROM issuance WHERE serial = :serial")
                        .bind("serial", plain)
                        .map((rs, _) -> new Issued(rs.getString(1), rs.getInt(2), rs.getLong(3)))
                        .findOne()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "serial " + serial + " is not one this authority signed"));
        append(write, plain, issued, reason, at);
    }

    /// Revokes the certificate of an authority, for the list of the one above it.
    public void revokeAuthority(
            Write write,
            X509Certificate authority,
            X509Certificate above,
            RevocationReason reason,
            Instant at) {
        append(
                write,
                Locations.id(authority),
                new Issued(
                        Locations.id(above), 0, authority.getNotAfter().toInstant().toEpochMilli()),
                reason,
                at);
    }

    private void append(
            Write write, String serial, Issued issued, RevocationReason reason, Instant at) {
        int added =
                write.handle()
                        .execute(
                                """
                                INSERT INTO revocation (serial, issuer, shard, not_after, reason, revoked_at)
                                VALUES (?, ?, ?, ?, ?, ?)
                                ON CONFLICT (issuer, shard, serial) DO NOTHING
                                """,
                                serial,
                                issued.issuer(),
                                issued.shard(),
                                issued.notAfter(),
                                reason.name(),
                                at.toEpochMilli());
        if (added == 1) {
            write.handle()
                    .execute(
                            "INSERT INTO revocation_unlisted (serial, issuer, shard) VALUES (?, ?, ?)",
                            serial,
                            issued.issuer(),
                            issued.shard());
            write.afterCommit(() -> wakeup.wake(CrlWork.NAME));
        }
    }

    /// What the list of the one above it says of an authority.
    public static Optional<Revoked> ofAuthority(
            Handle handle, X509Certificate authority, X509Certificate above) {
        return handle.createQuery(
                        """
                        SELECT serial, reason, revoked_at FROM revocation
                        WHERE issuer = :issuer AND shard = 0 AND serial = :serial
                        """)
                .bind("issuer", Locations.id(above))
                .bind("serial", Locations.id(authority))
                .map((rs, _) -> revoked(rs))
                .findOne()
                .flatMap(found -> found);
    }

    /// Empty for a serial that no authority of ours signed.
    public static Optional<Status> status(Handle handle, String serial) {
        return handle.createQuery(
                        """
                        SELECT i.issuer_serial, r.reason, r.revoked_at
                        FROM issuance i LEFT JOIN revocation r
                            ON r.issuer = i.issuer_serial AND r.shard = i.crl_shard AND r.serial = i.serial
                        WHERE i.serial = :serial
                        """)
                .bind("serial", serial)
                .map((rs, _) -> new Status(rs.getString(1), revoked(rs)))
                .findOne();
    }

    private static Optional<Revoked> revoked(ResultSet rs) throws SQLException {
        String reason = rs.getString(2);
        return reason == null
                ? Optional.empty()
                : Optional.of(
                        new Revoked(
                                RevocationReason.valueOf(reason),
                                Instant.ofEpochMilli(rs.getLong(3))));
    }

    /// The certificate that a signature was for: its id; empty for what is behind none.
    public static Optional<String> certificateOf(Handle handle, String serial) {
        return handle.createQuery(
                        """
                        SELECT certificate_id FROM issuance WHERE serial = :serial AND certificate_id IS NOT NULL
                        """)
                .bind("serial", serial)
                .mapTo(String.class)
                .findOne();
    }

    /// As of [Signatures#standing].
    public static List<Signature> standing(
            Handle handle, Collection<CertificateId> certificates, Instant now) {
        return handle.createQuery(
                        """
                        SELECT i.certificate_id, i.serial, i.recorded_at, i.key_fingerprint
                        FROM issuance i LEFT JOIN revocation r
                            ON r.issuer = i.issuer_serial AND r.shard = i.crl_shard AND r.serial = i.serial
                        WHERE i.certificate_id IN (<ids>) AND i.not_after > :now AND r.serial IS NULL
                        ORDER BY i.certificate_id, i.serial
                        """)
                .bindList("ids", certificates.stream().map(CertificateId::toString).toList())
                .bind("now", now.toEpochMilli())
                .map((rs, _) ->
                        new Signature(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                X509.serial(new BigInteger(rs.getString(2), 16)),
                                Instant.ofEpochMilli(rs.getLong(3)),
                                rs.getString(4)))
                .list();
    }

    /// Those of a shard whose certificates had not ended at `since`, in the order of their serials.
    static List<Entry> ofShard(Handle handle, String issuer, int shard, Instant since) {
        return handle.createQuery(
                        """
                        SELECT serial, reason, revoked_at FROM revocation
                        WHERE issuer = :issuer AND shard = :shard AND not_after >= :since
                        ORDER BY serial
                        """)
                .bind("issuer", issuer)
                .bind("shard", shard)
                .bind("since", since.toEpochMilli())
                .map((rs, _) ->
                        new Entry(
                                rs.getString(1),
                                RevocationReason.valueOf(rs.getString(2)),
                                Instant.ofEpochMilli(rs.getLong(3))))
                .list();
    }

    /// From bytes joined by colons to the form of the rows.
    private static String plain(String serial) {
        return serial.replace(":", "").toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
    }
}
