package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The SQL of spares.
final class SpareRows {
    private static final Logger LOG = LoggerFactory.getLogger(SpareRows.class);

    private static final String EMPTY =
            """
             issued_by = NULL, serial = NULL, version = NULL, chain = NULL, sealed_key = NULL, issued_at = NULL,
             not_before = NULL, not_after = NULL, status_due = NULL
            """;

    private SpareRows() {}

    /// From now on the certificate is to have one. One that rests is looked at again.
    static int want(Handle handle, CertificateId id, Instant now) {
        return handle.createUpdate(
                        """
                        INSERT INTO certificate_spare (certificate_id, shard, issuers, issuer_turn, next_due, failures)
                        SELECT id, shard, '', 0, :now, 0 FROM certificate
                        WHERE id = :id AND origin <> 'IMPORTED' AND state IN ('PENDING', 'ISSUED')
                        ON CONFLICT (certificate_id) DO UPDATE SET
                            next_due = COALESCE(certificate_spare.next_due, excluded.next_due)
                        """)
                .bind("id", id.toString())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /// Of the index `certificate_use_spare_open`, which is empty once a start has gone through it.
    static final String OPEN_USES =
            """
            SELECT DISTINCT certificate_id FROM certificate_use WHERE spare_open = 1 AND certificate_id > :after
            ORDER BY certificate_id LIMIT :limit
            """;

    /// Certificates behind `after` that were used while no spares were wanted, in the order of their ids.
    static List<String> openUses(Handle handle, String after, int limit) {
        return handle.createQuery(OPEN_USES)
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    static void thoughtOf(Handle handle, List<String> ids) {
        handle.createUpdate(
                        "UPDATE certificate_use SET spare_open = 0 WHERE spare_open = 1 AND certificate_id IN (<ids>)")
                .bindList("ids", ids)
                .execute();
    }

    /// Each counted in its own index, which has nothing else.
    static final String READY =
            "SELECT COUNT(*) FROM certificate_spare WHERE not_after IS NOT NULL";

    static final String MISSING =
            """
            SELECT CASE WHEN issuers <> '' AND next_due IS NOT NULL THEN 'ASKED_FOR' ELSE 'RESTING' END, COUNT(*)
            FROM certificate_spare WHERE not_after IS NULL GROUP BY 1
            """;

    /// How many are how far, of those of which there are any.
    static Map<Spare.State, Long> counts(Handle handle) {
        Map<Spare.State, Long> counts = new EnumMap<>(Spare.State.class);
        long ready = handle.createQuery(READY).mapTo(Long.class).one();
        if (ready > 0) {
            counts.put(Spare.State.READY, ready);
        }
        handle.createQuery(MISSING)
                .map((rs, _) -> Map.entry(Spare.State.valueOf(rs.getString(1)), rs.getLong(2)))
                .forEach(each -> counts.put(each.getKey(), each.getValue()));
        return counts;
    }

    static boolean anyRests(Handle handle, int shard) {
        return handle.createQuery(
                        "SELECT 1 FROM certificate_spare WHERE shard = :shard AND next_due IS NULL LIMIT 1")
                .bind("shard", shard)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /// Those that rest are looked at once more: the settings may say something else by now.
    static void wakeResting(Handle handle, int shard, Instant now) {
        handle.execute(
                "UPDATE certificate_spare SET next_due = ? WHERE shard = ? AND next_due IS NULL",
                now.toEpochMilli(),
                shard);
    }

    static void choose(Handle handle, CertificateId id, Optional<String> chosen, Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO certificate_spare (certificate_id, shard, chosen, issuers, issuer_turn, next_due, failures)
                        SELECT id, shard, :chosen, '', 0, :now, 0 FROM certificate WHERE id = :id
                        ON CONFLICT (certificate_id) DO UPDATE SET
                            chosen = excluded.chosen, next_due = excluded.next_due, failures = 0
                        """)
                .bind("id", id.toString())
                .bind("chosen", chosen.orElse(null))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static List<String> due(Handle handle, int shard, Instant now, int limit) {
        return handle.createQuery(
                        """
                        SELECT certificate_id FROM certificate_spare WHERE shard = :shard AND next_due <= :now
                        ORDER BY next_due LIMIT :limit
                        """)
                .bind("shard", shard)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    static Optional<Instant> firstDue(Handle handle, int shard) {
        return handle.createQuery(
                        """
                        SELECT next_due FROM certificate_spare
                        WHERE shard = :shard AND next_due IS NOT NULL ORDER BY next_due LIMIT 1
                        """)
                .bind("shard", shard)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    static Optional<Spare> find(Handle handle, CertificateId id) {
        return Optional.ofNullable(find(handle, List.of(id.toString())).get(id));
    }

    static Map<CertificateId, Spare> find(Handle handle, Collection<String> ids) {
        Map<CertificateId, Spare> found = new HashMap<>();
        if (!ids.isEmpty()) {
            handle.createQuery("SELECT * FROM certificate_spare WHERE certificate_id IN (<ids>)")
                    .bindList("ids", List.copyOf(ids))
                    .map((rs, _) -> Map.entry(id(rs), spare(rs)))
                    .forEach(each -> found.put(each.getKey(), each.getValue()));
        }
        return found;
    }

    static CertificateId id(ResultSet rs) throws SQLException {
        return new CertificateId(UUID.fromString(rs.getString("certificate_id")));
    }

    private static Spare spare(ResultSet rs) throws SQLException {
        @Nullable String chosen = rs.getString("chosen");
        String issuers = rs.getString("issuers");
        return new Spare(
                chosen == null ? Optional.empty() : Optional.of(names(chosen)),
                issuers.isEmpty()
                        ? Optional.empty()
                        : Optional.of(IssuerChoice.parse(issuers, rs.getInt("issuer_turn"))),
                ready(rs),
                Optional.ofNullable(rs.getString("message")),
                time(rs, "next_due"),
                rs.getInt("failures"),
                switched(rs),
                look(rs));
    }

    private static List<IssuerName> names(String text) {
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(" ")).map(IssuerName::new).toList();
    }

    private static Optional<Spare.Ready> ready(ResultSet rs) throws SQLException {
        @Nullable String serial = rs.getString("serial");
        return serial == null
                ? Optional.empty()
                : Optional.of(
                        new Spare.Ready(
                                new IssuerName(rs.getString("issued_by")),
                                serial,
                                rs.getString("version"),
                                Instant.ofEpochMilli(rs.getLong("issued_at")),
                                Instant.ofEpochMilli(rs.getLong("not_before")),
                                Instant.ofEpochMilli(rs.getLong("not_after"))));
    }

    private static Optional<Spare.Switched> switched(ResultSet rs) throws SQLException {
        Optional<Instant> at = time(rs, "switched_at");
        String why = rs.getString("switched_why");
        return at.map(moment -> new Spare.Switched(moment, Spare.Why.valueOf(why)));
    }

    private static Optional<Spare.Look> look(ResultSet rs) throws SQLException {
        Optional<Instant> at = time(rs, "status_at");
        String status = rs.getString("status");
        String words = rs.getString("status_words");
        return at.map(moment -> new Spare.Look(moment, status, words));
    }

    private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
        long millis = rs.getLong(column);
        return rs.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /// What would be served.
    static Optional<Material> material(Handle handle, CertificateId id) {
        return handle.createQuery(
                        """
                        SELECT version, chain, sealed_key FROM certificate_spare
                        WHERE certificate_id = :id AND serial IS NOT NULL
                        """)
                .bind("id", id.toString())
                .map((rs, _) -> new Material(id, rs.getString(1), rs.getBytes(2), rs.getBytes(3)))
                .findOne();
    }

    /// Empty too where what is stored does not load.
    static Optional<X509Certificate> leaf(Handle handle, CertificateId id) {
        try {
            return material(handle, id).map(material -> X509.parse(material.chain()).getFirst());
        } catch (RuntimeException e) {
            // Bytes that are no certificates fail in as many ways as there are parsers.
            LOG.warn("the spare of certificate {} does not load: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /// Nothing is done before then.
    static void later(Handle handle, CertificateId id, Instant at) {
        handle.execute(
                "UPDATE certificate_spare SET next_due = ? WHERE certificate_id = ?",
                at.toEpochMilli(),
                id.toString());
    }

    static void say(Handle handle, CertificateId id, String message) {
        handle.execute(
                "UPDATE certificate_spare SET message = ? WHERE certificate_id = ?",
                message,
                id.toString());
    }

    /// One is got because there is none, since now if not for longer.
    static void lacks(Handle handle, CertificateId id, Instant now) {
        handle.execute(
                "UPDATE certificate_spare SET lacking_since = ? WHERE certificate_id = ? AND lacking_since IS NULL",
                now.toEpochMilli(),
                id.toString());
    }

    /// Nothing is done until something changes.
    static void rest(Handle handle, CertificateId id, String message) {
        handle.execute(
                """
                UPDATE certificate_spare SET issuers = '', issuer_turn = 0, next_due = NULL, failures = 0, lacking_since = NULL,
                    message = ?
                WHERE certificate_id = ?
                """,
                message,
                id.toString());
    }

    /// Whose turn it is.
    static void ask(Handle handle, CertificateId id, IssuerChoice choice) {
        handle.execute(
                "UPDATE certificate_spare SET issuers = ?, issuer_turn = ? WHERE certificate_id = ?",
                choice.text(),
                choice.turn(),
                id.toString());
    }

    /// @param read as it was when its issuer was asked: what was to be done since then, because others were chosen or the order
    /// was decided, is done as soon as it was to be
    static void waiting(
            Handle handle,
            CertificateId id,
            Spare read,
            String message,
            int failures,
            Instant next) {
        handle.createUpdate(
                        """
                        UPDATE certificate_spare SET message = :message,
                            failures = CASE WHEN next_due = :read THEN :failures ELSE failures END,
                            next_due = CASE WHEN next_due = :read THEN :next ELSE next_due END
                        WHERE certificate_id = :id
                        """)
                .bind("id", id.toString())
                .bind("read", read.nextLook().map(Instant::toEpochMilli).orElse(null))
                .bind("message", message)
                .bind("failures", failures)
                .bind("next", next.toEpochMilli())
                .execute();
    }

    /// @return false if nobody wants it any more
    static boolean put(
            Handle handle,
            Material material,
            IssuerName issuer,
            State.Issued issued,
            Instant nextDue,
            Instant statusDue) {
        return handle.createUpdate(
                                """
                                UPDATE certificate_spare SET issued_by = :issuer, serial = :serial, version = :version,
                                    chain = :chain, sealed_key = :key, issued_at = :at, not_before = :from, not_after = :end,
                                    next_due = :next, failures = 0, message = NULL, issuer_turn = 0, lacking_since = NULL,
                                    status_due = COALESCE(status_due, :status)
                                WHERE certificate_id = :id AND EXISTS (
                                    SELECT 1 FROM certificate c WHERE c.id = :id AND c.state = 'ISSUED')
                                """)
                        .bind("id", material.id().toString())
                        .bind("issuer", issuer.text())
                        .bind("serial", issued.serial())
                        .bind("version", material.version())
                        .bind("chain", material.chain())
                        .bind("key", material.sealedKey())
                        .bind("at", issued.issuedAt().toEpochMilli())
                        .bind("from", issued.notBefore().toEpochMilli())
                        .bind("end", issued.notAfter().toEpochMilli())
                        .bind("next", nextDue.toEpochMilli())
                        .bind("status", statusDue.toEpochMilli())
                        .execute()
                == 1;
    }

    /// It is not kept any more.
    static void empty(Handle handle, CertificateId id, Instant nextDue) {
        handle.execute(
                "UPDATE certificate_spare SET next_due = ?, " + EMPTY + " WHERE certificate_id = ?",
                nextDue.toEpochMilli(),
                id.toString());
    }

    static void switched(
            Handle handle, CertificateId id, Spare.Why why, Instant now, Instant nextDue) {
        handle.execute(
                """
                UPDATE certificate_spare SET switched_at = ?, switched_why = ?, next_due = ? WHERE certificate_id = ?
                """,
                now.toEpochMilli(),
                why.name(),
                nextDue.toEpochMilli(),
                id.toString());
    }

    /// Its certificate has other material.
    ///
    /// @return whether anybody cares
    static boolean firstChanged(Handle handle, CertificateId id, Instant now) {
        return handle.createUpdate(
                                """
                                UPDATE certificate_spare SET next_due = :now,
                                    status_due = CASE WHEN serial IS NULL THEN NULL ELSE :now END
                                WHERE certificate_id = :id
                                """)
                        .bind("id", id.toString())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    /// @return whether anybody waits for it
    static boolean orderDecided(Handle handle, CertificateId id, Instant now) {
        return handle.execute(
                        "UPDATE certificate_spare SET next_due = ? WHERE certificate_id = ? AND issuers <> ''",
                        now.toEpochMilli(),
                        id.toString())
                == 1;
    }

    /// Its authority wants it renewed by then.
    ///
    /// @return whether it is the spare that is meant, and that is sooner
    static boolean renewBy(Handle handle, CertificateId id, String serial, Instant at) {
        return handle.createUpdate(
                                """
                                UPDATE certificate_spare SET next_due = :at
                                WHERE certificate_id = :id AND serial = :serial AND next_due > :at
                                """)
                        .bind("id", id.toString())
                        .bind("serial", serial)
                        .bind("at", at.toEpochMilli())
                        .execute()
                == 1;
    }

    /// There is a reason to ask whether the first one still counts, before all that are asked about for none.
    ///
    /// @return whether there is a spare to put in its place
    static boolean doubt(Handle handle, CertificateId id, String serial) {
        return handle.createUpdate(
                                """
                                UPDATE certificate_spare SET status_due = 0
                                WHERE certificate_id = :id AND serial IS NOT NULL AND serial <> :serial
                                """)
                        .bind("id", id.toString())
                        .bind("serial", serial)
                        .execute()
                == 1;
    }

    static void looked(Handle handle, CertificateId id, Spare.Look look, Instant next) {
        handle.execute(
                """
                UPDATE certificate_spare SET status_at = ?, status = ?, status_words = ?, status_due = ?
                WHERE certificate_id = ?
                """,
                look.at().toEpochMilli(),
                look.status(),
                look.words(),
                next.toEpochMilli(),
                id.toString());
    }

    static void lookNoMore(Handle handle, CertificateId id) {
        handle.execute(
                "UPDATE certificate_spare SET status_due = NULL WHERE certificate_id = ?",
                id.toString());
    }

    static void delete(Handle handle, CertificateId id) {
        handle.execute("DELETE FROM certificate_spare WHERE certificate_id = ?", id.toString());
    }

    static String text(List<IssuerName> names) {
        return names.stream().map(IssuerName::text).collect(Collectors.joining(" "));
    }
}
