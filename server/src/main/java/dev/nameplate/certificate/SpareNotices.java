package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateNotices.Noticed;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What others are told of spares: that one took the first one's place, and that one has been missing for long.
public final class SpareNotices {
    /// An authority that is away for some hours is nothing that anybody has to hear of.
    static final Duration LONG = Duration.ofDays(1);

    /// Who reads notices does so within minutes, or a day after a pause.
    private static final Duration KEPT = Duration.ofDays(30);

    private SpareNotices() {}

    /// A spare was put in the first one's place.
    static void switched(
            Handle handle,
            Certificate certificate,
            IssuerName from,
            State.Issued served,
            Spare.Ready spare,
            Spare.Why why,
            Instant now) {
        handle.execute(
                "DELETE FROM certificate_spare_switch WHERE certificate_id = ? AND at < ?",
                certificate.id().toString(),
                now.minus(KEPT).toEpochMilli());
        handle.createUpdate(
                        """
                        INSERT INTO certificate_spare_switch (certificate_id, at, account, region, why,
                            from_issuer, from_serial, to_issuer, to_serial, not_after)
                        VALUES (:id, :at, :account, :region, :why, :fromIssuer, :fromSerial, :toIssuer, :toSerial, :end)
                        ON CONFLICT (certificate_id, at) DO NOTHING
                        """)
                .bind("id", certificate.id().toString())
                .bind("at", now.toEpochMilli())
                .bind("account", certificate.account().value())
                .bind("region", certificate.region().name())
                .bind("why", why.name())
                .bind("fromIssuer", from.text())
                .bind("fromSerial", served.serial())
                .bind("toIssuer", spare.issuer().text())
                .bind("toSerial", spare.serial())
                .bind("end", spare.notAfter().toEpochMilli())
                .execute();
    }

    /// It is gone, and nobody can be told its names any more.
    static void forget(Handle handle, CertificateId id) {
        handle.execute(
                "DELETE FROM certificate_spare_switch WHERE certificate_id = ?", id.toString());
    }

    /// Switches in the order of their time, behind `after` where the page before ended.
    public static List<Noticed> switches(
            Handle handle, AccountId account, Instant from, Optional<Noticed> after, int limit) {
        return handle.createQuery(
                        """
                        SELECT * FROM certificate_spare_switch
                        WHERE account = :account AND at >= :from AND (at > :at OR (at = :at AND certificate_id > :id))
                        ORDER BY at, certificate_id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("from", from.toEpochMilli())
                .bind("at", after.map(each -> each.at().toEpochMilli()).orElse(Long.MIN_VALUE))
                .bind("id", after.map(each -> each.certificate().toString()).orElse(""))
                .bind("limit", limit)
                .map((rs, _) -> {
                    Spare.Why why = Spare.Why.valueOf(rs.getString("why"));
                    return new Noticed(
                            Noticed.What.SPARE_SWITCHED,
                            new CertificateId(UUID.fromString(rs.getString("certificate_id"))),
                            new Region(rs.getString("region")),
                            Instant.ofEpochMilli(rs.getLong("at")),
                            Long.toString(rs.getLong("at")),
                            Instant.ofEpochMilli(rs.getLong("not_after")),
                            words(why),
                            List.of(),
                            Map.of(
                                    "why", why.name(),
                                    "formerIssuer", rs.getString("from_issuer"),
                                    "formerSerial", rs.getString("from_serial"),
                                    "issuer", rs.getString("to_issuer"),
                                    "serial", rs.getString("to_serial")));
                })
                .list();
    }

    private static String words(Spare.Why why) {
        return switch (why) {
            case REVOKED -> "the authority that it came from has revoked it";
            case UNWANTED -> "the authority that it came from wants it replaced at once";
            case EMERGENCY -> "it is being revoked by an emergency order";
            case ENDING -> "it ends soon, and its renewal has not succeeded";
            case ORDERED -> "somebody ordered it";
        };
    }

    /// Certificates that came to be without a spare for long between `from` and `until`, in the order of that time, behind
    /// `after` where the page before ended.
    public static List<Noticed> missing(
            Handle handle,
            AccountId account,
            Instant from,
            Instant until,
            Optional<Noticed> after,
            int limit) {
        return handle.createQuery(
                        """
                        SELECT c.id, c.region, c.not_after, s.lacking_since, s.message
                        FROM certificate_spare s JOIN certificate c ON c.id = s.certificate_id
                        WHERE s.lacking_since >= :from AND s.lacking_since <= :until AND c.account = :account
                            AND c.state = 'ISSUED' AND c.not_after IS NOT NULL
                            AND (s.lacking_since > :at OR (s.lacking_since = :at AND c.id > :id))
                        ORDER BY s.lacking_since, c.id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("from", from.minus(LONG).toEpochMilli())
                .bind("until", until.minus(LONG).toEpochMilli())
                .bind(
                        "at",
                        after.map(each -> each.at().minus(LONG).toEpochMilli())
                                .orElse(Long.MIN_VALUE))
                .bind("id", after.map(each -> each.certificate().toString()).orElse(""))
                .bind("limit", limit)
                .map((rs, _) -> {
                    Instant since = Instant.ofEpochMilli(rs.getLong("lacking_since"));
                    return new Noticed(
                            Noticed.What.SPARE_MISSING,
                            new CertificateId(UUID.fromString(rs.getString("id"))),
                            new Region(rs.getString("region")),
                            since.plus(LONG),
                            Long.toString(since.toEpochMilli()),
                            Instant.ofEpochMilli(rs.getLong("not_after")),
                            Optional.ofNullable(rs.getString("message"))
                                    .orElse("it has not been issued yet"),
                            List.of(),
                            Map.of("since", since.toString()));
                })
                .list();
    }
}
