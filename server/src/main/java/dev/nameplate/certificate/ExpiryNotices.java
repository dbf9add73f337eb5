package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Notices of certificates that approach their end and that no renewal saves: one a day for each, kept, and in the log.
public final class ExpiryNotices {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryNotices.class);

    private ExpiryNotices() {}

    public record Notice(
            CertificateId certificate,
            Region region,
            Instant at,
            Instant notAfter,
            String message) {}

    /// @return whether it is the day's first for that certificate
    static boolean append(
            Handle handle, Certificate certificate, Instant notAfter, String message, Instant now) {
        return handle.createUpdate(
                                """
                                INSERT INTO certificate_event
                                    (certificate_id, day, account, region, at, not_after, message)
                                VALUES (:id, :day, :account, :region, :at, :end, :message)
                                ON CONFLICT (certificate_id, day) DO NOTHING
                                """)
                        .bind("id", certificate.id().toString())
                        .bind("day", now.toEpochMilli() / Duration.ofDays(1).toMillis())
                        .bind("account", certificate.account().value())
                        .bind("region", certificate.region().name())
                        .bind("at", now.toEpochMilli())
                        .bind("end", notAfter.toEpochMilli())
                        .bind("message", message)
                        .execute()
                == 1;
    }

    static void log(Certificate certificate, Instant notAfter, String message) {
        LOG.warn("certificate {} ends at {}: {}", certificate.id(), notAfter, message);
    }

    /// Newest first.
    ///
    /// @param before only what is older
    public static List<Notice> before(Handle handle, AccountId account, Instant before, int limit) {
        return handle.createQuery(
                        """
                        SELECT certificate_id, region, at, not_after, message FROM certificate_event
                        WHERE account = :account AND at < :before
                        ORDER BY at DESC, certificate_id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("before", before.toEpochMilli())
                .bind("limit", limit)
                .map((rs, _) ->
                        new Notice(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                new Region(rs.getString(2)),
                                Instant.ofEpochMilli(rs.getLong(3)),
                                Instant.ofEpochMilli(rs.getLong(4)),
                                rs.getString(5)))
                .list();
    }
}
