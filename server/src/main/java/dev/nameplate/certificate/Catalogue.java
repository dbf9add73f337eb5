package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Certificates found by what they are, a page at a time. The store filters, sorts and cuts; a page takes four statements,
/// whatever its size and however many certificates there are.
public final class Catalogue {
    private final Quarantine quarantine;

    Catalogue(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    public record Order(SortKey key, boolean descending) {
        public static final Order OLDEST_FIRST = new Order(SortKey.CREATED_AT, false);
    }

    /// Where a page ended.
    ///
    /// @param value of the sort key, as text
    public record Position(String value, CertificateId id) {}

    /// @param used whether something serves it
    public record Entry(Certificate certificate, boolean used) {}

    /// @param next empty when nothing follows
    public record Page(List<Entry> entries, Optional<Position> next) {}

    /// Of the certificates of `account` in all its Regions, those that meet `condition` and follow `after`.
    ///
    /// @throws IllegalArgumentException if `after` is no position in this order
    public Page page(
            Handle handle,
            AccountId account,
            Condition condition,
            Order order,
            Optional<Position> after,
            int size,
            Instant now) {
        List<Position> found = positions(handle, account, condition, order, after, size + 1, now);
        boolean more = found.size() > size;
        List<Position> shown = more ? found.subList(0, size) : found;
        return new Page(
                entries(handle, shown.stream().map(Position::id).toList()),
                more ? Optional.of(shown.getLast()) : Optional.empty());
    }

    /// The current leaf of each that has one that loads.
    public Map<CertificateId, X509Certificate> leaves(
            Handle handle, Collection<CertificateId> ids) {
        return Batches.leaves(handle, ids, quarantine);
    }

    private static List<Position> positions(
            Handle handle,
            AccountId account,
            Condition condition,
            Order order,
            Optional<Position> after,
            int limit,
            Instant now) {
        ConditionSql where = new ConditionSql(condition);
        String key = order.key().expression();
        String direction = order.descending() ? " DESC" : "";
        String than = order.descending() ? "<" : ">";
        String sql =
                "SELECT "
                        + key
                        + " AS sort_key, c.id FROM certificate c WHERE c.account = :account AND "
                        + where.text()
                        // The first comparison alone lets an index skip what was shown before.
                        + (after.isPresent()
                                ? " AND %1$s %2$s= :after AND (%1$s %2$s :after OR c.id %2$s :id)"
                                        .formatted(key, than)
                                : "")
                        + " ORDER BY sort_key"
                        + direction
                        + ", c.id"
                        + direction
                        + " LIMIT :limit";
        try (Query query = handle.createQuery(sql)) {
            query.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
            where.bind(query);
            query.bind("now", now.toEpochMilli())
                    .bind("account", account.value())
                    .bind("limit", limit);
            after.ifPresent(position ->
                    query.bind("after", order.key().value(position.value()))
                            .bind("id", position.id().toString()));
            return query.map((rs, _) -> new Position(rs.getString(1), id(rs.getString(2)))).list();
        }
    }

    private List<Entry> entries(Handle handle, List<CertificateId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        Set<String> used = new HashSet<>();
        try (Query query =
                handle.createQuery(
                        "SELECT DISTINCT certificate_id FROM certificate_use WHERE certificate_id IN (<ids>)")) {
            query.bindList("ids", texts(ids)).mapTo(String.class).forEach(used::add);
        }
        Map<CertificateId, Certificate> certificates =
                CertificateRows.select(
                                handle,
                                "c.id IN (<ids>)",
                                "",
                                query -> query.bindList("ids", texts(ids)),
                                quarantine::report)
                        .stream()
                        .collect(Collectors.toMap(Certificate::id, found -> found));
        List<Entry> entries = new ArrayList<>();
        for (CertificateId id : ids) {
            Certificate certificate = certificates.get(id);
            if (certificate != null) {
                entries.add(new Entry(certificate, used.contains(id.toString())));
            }
        }
        return entries;
    }

    private static List<String> texts(Collection<CertificateId> ids) {
        return ids.stream().map(CertificateId::toString).toList();
    }

    private static CertificateId id(String text) {
        return new CertificateId(UUID.fromString(text));
    }
}
