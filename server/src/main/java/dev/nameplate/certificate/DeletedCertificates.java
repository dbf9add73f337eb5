package dev.nameplate.certificate;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;

/// The SQL of whose deleted certificates were, until their leaves' ends.
final class DeletedCertificates {
    /// What an issuer has in hand when a certificate is deleted is signed within this time, or never.
    private static final Duration IN_HAND = Duration.ofDays(30);

    private DeletedCertificates() {}

    /// Belongs into the transaction that deletes it, before its rows go. An import is nobody's to revoke here.
    static void put(Handle handle, CertificateId id, Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO deleted_certificate (certificate_id, account, until_at)
                        SELECT c.id, c.account, CASE WHEN MAX(ends) > :least THEN MAX(ends) ELSE :least END
                        FROM certificate c JOIN (
                            SELECT id, COALESCE(not_after, 0) AS ends FROM certificate WHERE id = :id
                            UNION ALL
                            SELECT certificate_id, not_after FROM issued_leaf WHERE certificate_id = :id
                        ) leaves ON leaves.id = c.id
                        WHERE c.id = :id AND c.origin <> 'IMPORTED'
                        GROUP BY c.id, c.account
                        ON CONFLICT (certificate_id) DO NOTHING
                        """)
                .bind("id", id.toString())
                .bind("least", now.plus(IN_HAND).toEpochMilli())
                .execute();
        handle.execute("DELETE FROM deleted_certificate WHERE until_at < ?", now.toEpochMilli());
    }

    /// One more leaf was signed for it, if it is deleted.
    static void signed(Handle handle, CertificateId id, Instant end) {
        handle.execute(
                "UPDATE deleted_certificate SET until_at = ? WHERE certificate_id = ? AND until_at < ?",
                end.toEpochMilli(),
                id.toString(),
                end.toEpochMilli());
    }
}
