package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Notices of certificates that approach their end and that no renewal saves, and of revoked ones that are still in use: one a
/// day for each, kept, and in the log.
public final class CertificateNotices {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateNotices.class);

    private CertificateNotices() {}

    public enum Kind {
        EXPIRY,
        REVOKED_IN_USE
    }

    public record Notice(
            Kind kind,
            CertificateId certificate,
            Region region,
            Instant at,
            Instant notAfter,
            String message) {}

    /// @return whether it is the day's first for that certificate
    static boolean append(
            Handle handle, Certificate certificate, Instant notAfter, String message, Instant now) {
        return append(handle, Kind.EXPIRY, certificate, notAfter, message, now, "NOTHING");
    }

    /// `certificate` is revoked and serves on: those who check refuse it. Stands in for the day's notice of its end.
    static void revokedInUse(
            Write write,
            Certificate certificate,
            State.Revoked revoked,
            Collection<String> users,
            Instant now) {
        String message =
                "it was revoked at %s (%s) and is still served by %s, where visitors who check are turned away. Give them another certificate."
                        .formatted(
                                revoked.at(),
                                revoked.reason(),
                                String.join(", ", new TreeSet<>(users)));
        boolean first =
                append(
                        write.handle(),
                        Kind.REVOKED_IN_USE,
                        certificate,
                        revoked.issued().notAfter(),
                        message,
                        now,
                        """
                        UPDATE SET kind = excluded.kind, at = excluded.at, message = excluded.message
                        WHERE certificate_event.kind <> excluded.kind
                        """);
        if (first) {
            write.afterCommit(() -> LOG.warn("certificate {}: {}", certificate.id(), message));
        }
    }

    private static boolean append(
            Handle handle,
            Kind kind,
            Certificate certificate,
            Instant notAfter,
            String message,
            Instant now,
            String again) {
        return handle.createUpdate(
                                """
                                INSERT INTO certificate_event
                                    (certificate_id, day, account, region, at, not_after, message, kind)
                                VALUES (:id, :day, :account, :region, :at, :end, :message, :kind)
                                ON CONFLICT (certificate_id, day) DO
                                """
                                        + again)
                        .bind("id", certificate.id().toString())
                        .bind("day", now.toEpochMilli() / Duration.ofDays(1).toMillis())
                        .bind("account", certificate.account().value())
                        .bind("region", certificate.region().name())
                        .bind("at", now.toEpochMilli())
                        .bind("end", notAfter.toEpochMilli())
                        .bind("message", message)
                        .bind("kind", kind.name())
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
                        SELECT kind, certificate_id, region, at, not_after, message FROM certificate_event
                        WHERE account = :account AND at < :before
                        ORDER BY at DESC, certificate_id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("before", before.toEpochMilli())
                .bind("limit", limit)
                .map((rs, _) ->
                        new Notice(
                                Kind.valueOf(rs.getString(1)),
                                new CertificateId(UUID.fromString(rs.getString(2))),
                                new Region(rs.getString(3)),
                                Instant.ofEpochMilli(rs.getLong(4)),
                                Instant.ofEpochMilli(rs.getLong(5)),
                                rs.getString(6)))
                .list();
    }

    /// Something others are told of. What it takes to say so is read by [#described], once it is known to be news.
    ///
    /// @param occurrence the same whenever the same thing is found again
    /// @param proofs of the certificate's names in their order, as its renewal found them; empty for other notices
    /// @param more what else is told of this kind, by its name there
    public record Noticed(
            What kind,
            CertificateId certificate,
            Region region,
            Instant at,
            String occurrence,
            Instant notAfter,
            String message,
            List<Proof.Status> proofs,
            Map<String, String> more) {
        public Noticed {
            proofs = List.copyOf(proofs);
            more = new TreeMap<>(more);
        }

        Noticed(
                What kind,
                CertificateId certificate,
                Region region,
                Instant at,
                String occurrence,
                Instant notAfter,
                String message,
                List<Proof.Status> proofs) {
            this(kind, certificate, region, at, occurrence, notAfter, message, proofs, Map.of());
        }

        public enum What {
            EXPIRY,
            REVOKED_IN_USE,
            /// Its renewal waits for the proof of a name.
            UNPROVEN,
            /// A spare was put in its place.
            SPARE_SWITCHED,
            /// It has been without a spare for long.
            SPARE_MISSING
        }
    }

    /// A notice with all there is to say.
    ///
    /// @param names of the certificate
    /// @param missing records whose absence is noticed
    public record Described(Noticed notice, List<String> names, List<Missing> missing) {
        public Described {
            names = List.copyOf(names);
            missing = List.copyOf(missing);
        }

        /// A CNAME, with dots at the ends.
        public record Missing(String name, String value) {}
    }

    /// Notices in the order of their time, behind `after` where the page before ended.
    public static List<Noticed> since(
            Handle handle, AccountId account, Instant from, Optional<Noticed> after, int limit) {
        return handle.createQuery(
                        """
                        SELECT kind, certificate_id, region, at, day, not_after, message FROM certificate_event
                        WHERE account = :account AND at >= :from AND (at > :at OR (at = :at AND certificate_id > :id))
                        ORDER BY at, certificate_id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("from", from.toEpochMilli())
                .bind("at", after.map(each -> each.at().toEpochMilli()).orElse(Long.MIN_VALUE))
                .bind("id", after.map(each -> each.certificate().toString()).orElse(""))
                .bind("limit", limit)
                .map((rs, _) ->
                        new Noticed(
                                Noticed.What.valueOf(rs.getString("kind")),
                                new CertificateId(UUID.fromString(rs.getString("certificate_id"))),
                                new Region(rs.getString("region")),
                                Instant.ofEpochMilli(rs.getLong("at")),
                                Long.toString(rs.getLong("day")),
                                Instant.ofEpochMilli(rs.getLong("not_after")),
                                rs.getString("message"),
                                List.of()))
                .list();
    }

    /// Certificates whose renewal waits because a name is proven no more, as found since `from`: in the order of their time, behind
    /// `after` where the page before ended.
    public static List<Noticed> unproven(
            Handle handle, AccountId account, Instant from, Optional<Noticed> after, int limit) {
        return handle.createQuery(
                        """
                        SELECT c.id, c.region, c.not_after, r.started_at, r.updated_at, r.reason, r.names
                        FROM certificate_renewal r JOIN certificate c ON c.id = r.certificate_id
                        WHERE r.status = 'PENDING_VALIDATION' AND r.updated_at >= :from AND c.account = :account
                          AND c.not_after IS NOT NULL AND (r.updated_at > :at OR (r.updated_at = :at AND c.id > :id))
                        ORDER BY r.updated_at, c.id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("from", from.toEpochMilli())
                .bind("at", after.map(each -> each.at().toEpochMilli()).orElse(Long.MIN_VALUE))
                .bind("id", after.map(each -> each.certificate().toString()).orElse(""))
                .bind("limit", limit)
                .map((rs, _) ->
                        new Noticed(
                                Noticed.What.UNPROVEN,
                                new CertificateId(UUID.fromString(rs.getString("id"))),
                                new Region(rs.getString("region")),
                                Instant.ofEpochMilli(rs.getLong("updated_at")),
                                Long.toString(rs.getLong("started_at")),
                                Instant.ofEpochMilli(rs.getLong("not_after")),
                                Optional.ofNullable(rs.getString("reason"))
                                        .orElse("a name is proven no more"),
                                RenewalRows.names(rs.getString("names"))))
                .list();
    }

    /// In the order of the notices, which are at most as many as a statement has parameters.
    public static List<Described> described(Handle handle, List<Noticed> notices) {
        if (notices.isEmpty()) {
            return List.of();
        }
        Map<String, List<NameRow>> rows =
                handle
                        .createQuery(
                                """
                                SELECT certificate_id, name, record_name, record_value, http_from FROM certificate_name
                                WHERE certificate_id IN (<ids>) ORDER BY certificate_id, position
                                """)
                        .bindList(
                                "ids",
                                notices.stream()
                                        .map(each -> each.certificate().toString())
                                        .distinct()
                                        .toList())
                        .map((rs, _) -> {
                            String record = rs.getString("record_name");
                            String value = rs.getString("record_value");
                            boolean byDns = record != null && rs.getString("http_from") == null;
                            return new NameRow(
                                    rs.getString("certificate_id"),
                                    rs.getString("name"),
                                    byDns
                                            ? Optional.of(new Described.Missing(record, value))
                                            : Optional.empty());
                        })
                        .stream()
                        .collect(Collectors.groupingBy(NameRow::certificate));
        return notices.stream()
                .map(each ->
                        described(
                                each, rows.getOrDefault(each.certificate().toString(), List.of())))
                .toList();
    }

    /// @param record that proves the name, where it is proven by DNS
    private record NameRow(String certificate, String name, Optional<Described.Missing> record) {}

    private static Described described(Noticed notice, List<NameRow> names) {
        List<Proof.Status> proofs = notice.proofs();
        return new Described(
                notice,
                names.stream().map(NameRow::name).toList(),
                IntStream.range(0, Math.min(proofs.size(), names.size()))
                        .filter(place -> proofs.get(place) == Proof.Status.PENDING)
                        .mapToObj(place -> names.get(place).record())
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList());
    }
}
