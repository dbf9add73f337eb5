package dev.nameplate.certificate;

import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyUses;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Certificates as rows: the SQL that more than one class of the feature needs.
final class CertificateRows {
    /// How many parts the pending certificates are worked on in; fixed for the life of a store.
    static final int SHARDS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(CertificateRows.class);

    private static final String COLUMNS =
            """
            c.id, c.account, c.region, c.origin, c.key_algorithm, c.created_at, c.state, c.deadline, c.decided_at, c.reason,
            c.message, c.not_before, c.not_after, c.serial, c.issuer, c.subject, c.signature_algorithm,
            c.validation, c.exportable, c.exported_at, c.revoked_at, c.revocation_reason,
            c.key_usage, c.extended_key_usage, c.issuers, c.issuer_turn,
            r.status AS renewal_status, r.reason AS renewal_reason, r.names AS renewal_names,
            r.updated_at AS renewal_updated_at
            """;

    private static final String FROM =
            " FROM certificate c LEFT JOIN certificate_renewal r ON r.certificate_id = c.id WHERE ";

    private CertificateRows() {}

    static int shardOf(CertificateId id) {
        return Math.floorMod(id.value().hashCode(), SHARDS);
    }

    /// Inserts a pending certificate and its names, due at once if it has anything to prove.
    static void insert(Handle handle, Certificate certificate, Instant deadline) {
        boolean owesProofs = !certificate.proofs().isEmpty();
        handle.createUpdate(
                        """
                        INSERT INTO certificate
                            (id, account, region, origin, key_algorithm, created_at, state, deadline, shard, next_due,
                             validation, exportable, issuers, issuer_turn)
                        VALUES (:id, :account, :region, :origin, :key, :created, 'PENDING', :deadline, :shard, :due,
                                :validation, :exportable, :issuers, :turn)
                        """)
                .bind("id", certificate.id().toString())
                .bind("account", certificate.account().value())
                .bind("region", certificate.region().name())
                .bind("origin", certificate.origin().name())
                .bind("key", certificate.keyAlgorithm().name())
                .bind("created", certificate.createdAt().toEpochMilli())
                .bind("validation", certificate.validation().name())
                .bind("exportable", certificate.export().allowed() ? 1 : 0)
                .bind("issuers", certificate.issuers().text())
                .bind("turn", certificate.issuers().turn())
                .bind("deadline", deadline.toEpochMilli())
                .bind("shard", shardOf(certificate.id()))
                .bind("due", owesProofs ? certificate.createdAt().toEpochMilli() : null)
                .execute();
        insertNames(handle, certificate);
    }

    private static void insertNames(Handle handle, Certificate certificate) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO certificate_name
                            (certificate_id, position, name, record_name, record_value, status, automatic, next_look,
                             http_from, http_to)
                        VALUES (:id, :position, :name, :recordName, :recordValue, :status, :automatic, :nextLook,
                                :httpFrom, :httpTo)
                        """);
        for (int i = 0; i < certificate.names().size(); i++) {
            Optional<Proof> proof =
                    certificate.proofs().isEmpty()
                            ? Optional.empty()
                            : Optional.of(certificate.proofs().get(i));
            batch.bind("id", certificate.id().toString())
                    .bind("position", i)
                    .bind("name", certificate.names().get(i).ascii())
                    .bind("recordName", proof.map(p -> p.record().name()).orElse(null))
                    .bind("recordValue", proof.map(p -> p.record().value()).orElse(null))
                    .bind("status", proof.map(p -> p.status().name()).orElse(null))
                    .bind("automatic", proof.map(p -> p.automatic().name()).orElse(null))
                    .bind("httpFrom", file(proof, HttpRecord::redirectFrom))
                    .bind("httpTo", file(proof, HttpRecord::redirectTo))
                    .bind(
                            "nextLook",
                            proof.flatMap(Proof::nextLook).map(Instant::toEpochMilli).orElse(null))
                    .add();
        }
        batch.execute();
    }

    private static @Nullable String file(Optional<Proof> proof, Function<HttpRecord, URI> end) {
        return proof.flatMap(Proof::file).map(end).map(URI::toString).orElse(null);
    }

    static void replaceNames(Handle handle, Certificate certificate) {
        handle.execute(
                "DELETE FROM certificate_name WHERE certificate_id = ?",
                certificate.id().toString());
        insertNames(handle, certificate);
    }

    /// Turns certificates in state `from` into issued ones; the others are left alone, because somebody else was faster or they
    /// have other issuers by now.
    ///
    /// @param issuers of each, as they were when it was asked for
    /// @return for each, whether it was changed
    static boolean[] markIssued(
            Handle handle,
            String from,
            List<CertificateId> ids,
            List<IssuerChoice> issuers,
            List<State.Issued> states) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        UPDATE certificate SET state = 'ISSUED', deadline = NULL, next_due = NULL, decided_at = :at,
                            not_before = :notBefore, not_after = :notAfter, serial = :serial, issuer = :issuer,
                            subject = :subject, signature_algorithm = :signature,
                            common_name = :commonName, key_usage = :uses, extended_key_usage = :extended,
                            renew_due = CASE origin WHEN 'IMPORTED' THEN :importDue ELSE :due END
                        WHERE id = :id AND state = :from AND issuers = :issuers
                        """);
        for (int i = 0; i < ids.size(); i++) {
            State.Issued issued = states.get(i);
            batch.bind("id", ids.get(i).toString())
                    .bind("from", from)
                    .bind("issuers", issuers.get(i).text())
                    .bind("at", issued.issuedAt().toEpochMilli())
                    .bind("notBefore", issued.notBefore().toEpochMilli())
                    .bind("notAfter", issued.notAfter().toEpochMilli())
                    .bind("serial", issued.serial())
                    .bind("issuer", issued.issuer())
                    .bind("subject", issued.subject())
                    .bind("signature", issued.signatureAlgorithm())
                    .bind("commonName", X509.commonName(issued.subject()))
                    .bind("uses", issued.uses().bits())
                    .bind("extended", spaced(issued.uses().extended()))
                    .bind(
                            "importDue",
                            RenewalTiming.firstLook(ids.get(i), Origin.IMPORTED, issued)
                                    .toEpochMilli())
                    .bind("due", RenewalTiming.start(ids.get(i), issued).toEpochMilli())
                    .add();
        }
        int[] counts = batch.execute();
        boolean[] changed = new boolean[counts.length];
        for (int i = 0; i < counts.length; i++) {
            changed[i] = counts[i] == 1;
        }
        return changed;
    }

    record Material(CertificateId id, String version, byte[] chain, byte[] sealedKey) {}

    static void putMaterial(Handle handle, List<Material> materials) {
        if (materials.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO certificate_material (certificate_id, version, chain, sealed_key)
                        VALUES (:id, :version, :chain, :key)
                        ON CONFLICT (certificate_id) DO UPDATE SET
                            version = excluded.version, chain = excluded.chain, sealed_key = excluded.sealed_key
                        """);
        for (Material material : materials) {
            batch.bind("id", material.id().toString())
                    .bind("version", material.version())
                    .bind("chain", material.chain())
                    .bind("key", material.sealedKey())
                    .add();
        }
        batch.execute();
    }

    /// By the index of names, from the certificate's first: as many rows are read as certificates have that name.
    static Optional<CertificateId> counterpart(Handle handle, CertificateId id, Instant now) {
        return handle.createQuery(
                        """
                        SELECT o.id FROM certificate c
                        JOIN certificate_name f ON f.certificate_id = c.id AND f.position = 0
                        JOIN certificate_name m ON m.name = f.name AND m.certificate_id <> c.id
                        JOIN certificate o ON o.id = m.certificate_id
                        WHERE c.id = :id AND o.account = c.account AND o.region = c.region AND o.origin = c.origin
                          AND o.state = 'ISSUED' AND o.revoked_at IS NULL
                          AND o.not_before <= :now AND o.not_after > :now
                          AND (o.key_algorithm LIKE 'EC%') <> (c.key_algorithm LIKE 'EC%')
                          AND (SELECT COUNT(*) FROM certificate_name WHERE certificate_id = o.id)
                            = (SELECT COUNT(*) FROM certificate_name WHERE certificate_id = c.id)
                          AND NOT EXISTS (
                              SELECT 1 FROM certificate_name x WHERE x.certificate_id = o.id AND x.name NOT IN (
                                  SELECT y.name FROM certificate_name y WHERE y.certificate_id = c.id))
                        ORDER BY o.not_after DESC, o.id LIMIT 1
                        """)
                .bind("id", id.toString())
                .bind("now", now.toEpochMilli())
                .map((rs, _) -> new CertificateId(UUID.fromString(rs.getString(1))))
                .findOne();
    }

    static List<Material> materials(Handle handle, List<String> ids) {
        return handle.createQuery(
                        "SELECT certificate_id, version, chain, sealed_key FROM certificate_material"
                                + " WHERE certificate_id IN (<ids>)")
                .bindList("ids", ids)
                .map((rs, _) ->
                        new Material(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                rs.getString(2),
                                rs.getBytes(3),
                                rs.getBytes(4)))
                .list();
    }

    static Optional<Material> material(Handle handle, CertificateId id) {
        return handle.createQuery(
                        "SELECT version, chain, sealed_key FROM certificate_material WHERE certificate_id = :id")
                .bind("id", id.toString())
                .map((rs, _) -> new Material(id, rs.getString(1), rs.getBytes(2), rs.getBytes(3)))
                .findOne();
    }

    /// Reads certificates with their names in two statements, whatever their number.
    ///
    /// @param where a condition on `certificate c`
    /// @param order an `ORDER BY` of the same
    static List<Certificate> select(
            Handle handle, String where, String order, Consumer<Query> bindings) {
        return select(
                handle, where, order, bindings, (id, reason) -> LOG.debug("{}: {}", id, reason));
    }

    /// @param unreadable told of each certificate that is left out because its rows do not load
    static List<Certificate> select(
            Handle handle,
            String where,
            String order,
            Consumer<Query> bindings,
            Unreadable unreadable) {
        Map<String, List<Name>> names = new HashMap<>();
        Map<String, String> broken = new LinkedHashMap<>();
        try (Query query =
                handle.createQuery(
                        "SELECT n.certificate_id, n.name, n.record_name, n.record_value, n.status, n.automatic,"
                                + " n.seen_at, n.seen, n.next_look, n.http_from, n.http_to FROM certificate_name n"
                                + " JOIN certificate c ON c.id = n.certificate_id WHERE "
                                + where
                                + " ORDER BY n.certificate_id, n.position")) {
            bindings.accept(query);
            query.map((rs, _) -> Loaded.of(rs, "certificate_id", () -> name(rs)))
                    .forEach(each -> {
                        switch (each) {
                            case Loaded.Whole<Name>(Name name) ->
                                    names.computeIfAbsent(
                                                    name.certificate(), _ -> new ArrayList<>())
                                            .add(name);
                            case Loaded.Broken<Name>(String id, String reason) ->
                                    broken.put(id, reason);
                        }
                    });
        }
        try (Query query = handle.createQuery("SELECT " + COLUMNS + FROM + where + " " + order)) {
            bindings.accept(query);
            List<Certificate> certificates = new ArrayList<>();
            query.map((rs, _) ->
                            Loaded.of(
                                    rs,
                                    "id",
                                    () ->
                                            certificate(
                                                    rs,
                                                    names.getOrDefault(
                                                            rs.getString("id"), List.of()))))
                    .forEach(each -> {
                        switch (each) {
                            case Loaded.Whole<Certificate>(Certificate whole) -> {
                                if (!broken.containsKey(whole.id().toString())) {
                                    certificates.add(whole);
                                }
                            }
                            case Loaded.Broken<Certificate>(String id, String reason) ->
                                    broken.put(id, reason);
                        }
                    });
            broken.forEach(unreadable::report);
            return certificates;
        }
    }

    /// Told of a certificate whose rows do not load.
    @FunctionalInterface
    interface Unreadable {
        void report(String id, String reason);
    }

    /// The names of a certificate whose row may not load, without those that are none.
    static List<String> readableNames(Handle handle, String id) {
        return handle
                .createQuery(
                        "SELECT name FROM certificate_name WHERE certificate_id = :id ORDER BY position")
                .bind("id", id)
                .mapTo(String.class)
                .stream()
                .filter(CertificateRows::isName)
                .toList();
    }

    private static boolean isName(String text) {
        try {
            return new DomainName(text).ascii().equals(text);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// A row as what it stands for, if it does: one that does not harms no other.
    private sealed interface Loaded<T> {
        record Whole<T>(T value) implements Loaded<T> {}

        record Broken<T>(String id, String reason) implements Loaded<T> {}

        interface Reading<T> {
            T read() throws SQLException;
        }

        static <T> Loaded<T> of(ResultSet rs, String id, Reading<T> reading) throws SQLException {
            try {
                return new Whole<>(reading.read());
            } catch (IllegalArgumentException
                    | IllegalStateException
                    | NullPointerException
                    | DateTimeException e) {
                return new Broken<>(rs.getString(id), "its row does not load: " + e.getMessage());
            }
        }
    }

    private record Name(String certificate, DomainName name, Optional<Proof> proof) {}

    private static Name name(ResultSet rs) throws SQLException {
        DomainName name = new DomainName(rs.getString("name"));
        @Nullable String record = rs.getString("record_name");
        if (record == null) {
            return new Name(rs.getString("certificate_id"), name, Optional.empty());
        }
        Optional<Instant> seenAt = time(rs, "seen_at");
        String seen = rs.getString("seen");
        return new Name(
                rs.getString("certificate_id"),
                name,
                Optional.of(
                        new Proof(
                                name,
                                new CnameRecord(record, rs.getString("record_value")),
                                Proof.Status.valueOf(rs.getString("status")),
                                Proof.Automatic.valueOf(rs.getString("automatic")),
                                seenAt.map(at -> new Proof.Look(at, seen)),
                                time(rs, "next_look"),
                                file(rs))));
    }

    private static Optional<HttpRecord> file(ResultSet rs) throws SQLException {
        @Nullable String from = rs.getString("http_from");
        return from == null
                ? Optional.empty()
                : Optional.of(
                        new HttpRecord(URI.create(from), URI.create(rs.getString("http_to"))));
    }

    private static Certificate certificate(ResultSet rs, List<Name> names) throws SQLException {
        return new Certificate(
                new CertificateId(UUID.fromString(rs.getString("id"))),
                new AccountId(rs.getString("account")),
                new Region(rs.getString("region")),
                Origin.valueOf(rs.getString("origin")),
                names.stream().map(Name::name).toList(),
                KeyAlgorithm.valueOf(rs.getString("key_algorithm")),
                Instant.ofEpochMilli(rs.getLong("created_at")),
                state(rs),
                names.stream().flatMap(n -> n.proof().stream()).toList(),
                Validation.valueOf(rs.getString("validation")),
                new Export(rs.getInt("exportable") == 1, time(rs, "exported_at")),
                IssuerChoice.parse(rs.getString("issuers"), rs.getInt("issuer_turn")),
                renewal(rs));
    }

    private static Optional<Renewal> renewal(ResultSet rs) throws SQLException {
        @Nullable String status = rs.getString("renewal_status");
        return status == null
                ? Optional.empty()
                : Optional.of(
                        new Renewal(
                                Renewal.Status.valueOf(status),
                                Optional.ofNullable(rs.getString("renewal_reason")),
                                Instant.ofEpochMilli(rs.getLong("renewal_updated_at")),
                                RenewalRows.names(rs.getString("renewal_names"))));
    }

    private static State state(ResultSet rs) throws SQLException {
        String state = rs.getString("state");
        return switch (state) {
            case "PENDING" -> new State.Pending(Instant.ofEpochMilli(rs.getLong("deadline")));
            case "ISSUED" -> issued(rs);
            case "REVOKED" ->
                    new State.Revoked(
                            issued(rs),
                            Instant.ofEpochMilli(rs.getLong("revoked_at")),
                            RevocationReason.valueOf(rs.getString("revocation_reason")));
            case "FAILED" ->
                    new State.Failed(
                            State.FailureReason.valueOf(rs.getString("reason")),
                            rs.getString("message"));
            case "TIMED_OUT" -> new State.TimedOut(Instant.ofEpochMilli(rs.getLong("decided_at")));
            default ->
                    throw new IllegalStateException(
                            "certificate "
                                    + rs.getString("id")
                                    + " has the unknown state '"
                                    + state
                                    + "': was this store written by a newer version?");
        };
    }

    private static State.Issued issued(ResultSet rs) throws SQLException {
        return new State.Issued(
                Instant.ofEpochMilli(rs.getLong("decided_at")),
                Instant.ofEpochMilli(rs.getLong("not_before")),
                Instant.ofEpochMilli(rs.getLong("not_after")),
                rs.getString("serial"),
                rs.getString("issuer"),
                rs.getString("subject"),
                rs.getString("signature_algorithm"),
                new KeyUses(rs.getInt("key_usage"), unspaced(rs.getString("extended_key_usage"))));
    }

    static String spaced(List<String> words) {
        return words.stream().map(word -> " " + word + " ").collect(Collectors.joining());
    }

    private static List<String> unspaced(String text) {
        return text.isEmpty() ? List.of() : List.of(text.strip().split(" +"));
    }

    private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
        long millis = rs.getLong(column);
        return rs.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
