package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.issuer.acme.Progress.Authorized;
import dev.nameplate.issuer.acme.Progress.Placed;
import dev.nameplate.issuer.acme.Progress.State;
import dev.nameplate.issuer.acme.Progress.Trouble;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.vault.SealedColumn;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The SQL of orders.
final class OrderRows {
    static final int SHARDS = 4;

    static final SealedColumn KEY =
            new SealedColumn(
                    "acme_order",
                    List.of("certificate_id", "slot"),
                    "sealed_key",
                    "acme-order-key/{certificate_id}/{slot}");

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ONE = " WHERE certificate_id = :certificate AND slot = :slot ";
    private static final String OPEN = " AND state NOT IN ('VALID', 'FAILED') ";

    private OrderRows() {}

    static int shard(OrderId id) {
        return Math.floorMod(id.certificate().value().hashCode(), SHARDS);
    }

    static String context(OrderId id) {
        return KEY.contextOf(id.certificate(), id.slot());
    }

    /// @return false if there is an order for it already
    static boolean insert(Handle handle, OrderRow row, byte[] sealedKey, Instant now) {
        Update insert =
                handle.createUpdate(
                        """
                        INSERT INTO acme_order (certificate_id, slot, issuer, shard, account, names, sealed_key, csr, replaces, state, version,
                            due_at, authorizations, asked, looks, failures, created_at, updated_at)
                        VALUES (:certificate, :slot, :issuer, :shard, :account, :names, :key, :csr, :replaces, :state, :version,
                            :due, '[]', 0, 0, 0, :now, :now)
                        ON CONFLICT (certificate_id, slot) DO NOTHING
                        """);
        return of(insert, row.id())
                        .bind("issuer", row.issuer().text())
                        .bind("shard", shard(row.id()))
                        .bind("account", row.account().toString())
                        .bind("names", names(row.names()))
                        .bind("key", sealedKey)
                        .bind("csr", row.csr())
                        .bind("replaces", row.progress().replaces().orElse(null))
                        .bind("state", row.progress().state().name())
                        .bind("version", row.version())
                        .bind("due", row.progress().due().toEpochMilli())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    private static Update of(Update update, OrderId id) {
        return update.bind("certificate", id.certificate().toString())
                .bind("slot", id.slot().name());
    }

    /// Stores how far it is now.
    ///
    /// @return false if somebody else changed or removed the row since it was read
    static boolean save(Handle handle, OrderRow row, Instant now) {
        Progress progress = row.progress();
        Update update =
                handle.createUpdate(
                        """
                        UPDATE acme_order SET version = version + 1, state = :state, due_at = :due, replaces = :replaces,
                            acme_account = :acme, order_url = :order, finalize_url = :finalize, certificate = :issued,
                            authorizations = :authorizations, asked = :asked, looks = :looks, failures = :failures,
                            trouble_since = :trouble, problem = :problem, chain = :chain, updated_at = :now
                        """
                                + ONE
                                + "AND version = :version AND csr = :csr");
        return of(update, row.id())
                        .bind("csr", row.csr())
                        .bind("version", row.version())
                        .bind("state", progress.state().name())
                        .bind("due", progress.due().toEpochMilli())
                        .bind("replaces", progress.replaces().orElse(null))
                        .bind("acme", progress.placed().map(Placed::account).orElse(null))
                        .bind("order", progress.placed().map(Placed::order).orElse(null))
                        .bind("finalize", progress.placed().map(Placed::finalizeUrl).orElse(null))
                        .bind("issued", progress.placed().flatMap(Placed::certificate).orElse(null))
                        .bind(
                                "authorizations",
                                authorizations(
                                        progress.placed()
                                                .map(Placed::authorizations)
                                                .orElse(List.of())))
                        .bind("asked", progress.asked())
                        .bind("looks", progress.looks())
                        .bind("failures", progress.trouble().failures())
                        .bind(
                                "trouble",
                                progress.trouble().since().map(Instant::toEpochMilli).orElse(null))
                        .bind("problem", progress.problem().map(AcmeProblem::json).orElse(null))
                        .bind("chain", progress.chain().orElse(null))
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    /// Leaves an order alone until then, whatever its state.
    static int park(Handle handle, OrderId id, Instant until) {
        return of(handle.createUpdate("UPDATE acme_order SET due_at = :until" + ONE + OPEN), id)
                .bind("until", until.toEpochMilli())
                .execute();
    }

    /// Those that wait because of a problem of the account's.
    ///
    /// @param problem its type
    static void hurry(Handle handle, IssuerName issuer, String problem, Instant now) {
        handle.createUpdate(
                        "UPDATE acme_order SET due_at = :now WHERE issuer = :issuer AND due_at > :now"
                                + OPEN
                                + "AND (problem LIKE :problem OR problem LIKE :account)")
                .bind("issuer", issuer.text())
                .bind("now", now.toEpochMilli())
                .bind("problem", AcmeProblem.beginning(problem) + "%")
                .bind("account", AcmeProblem.beginning(AcmeProblem.ACCOUNT_NOT_READY) + "%")
                .execute();
    }

    static long open(Handle handle, IssuerName issuer) {
        return handle.createQuery("SELECT COUNT(*) FROM acme_order WHERE issuer = :issuer" + OPEN)
                .bind("issuer", issuer.text())
                .mapTo(Long.class)
                .one();
    }

    /// When the certificate was asked for.
    static Optional<Instant> begun(Handle handle, OrderId id) {
        return handle.createQuery("SELECT created_at FROM acme_order" + ONE)
                .bind("certificate", id.certificate().toString())
                .bind("slot", id.slot().name())
                .map((row, _) -> instant(row, "created_at"))
                .findOne()
                .flatMap(at -> at);
    }

    static boolean delete(Handle handle, IssuerName issuer, OrderId id) {
        return of(handle.createUpdate("DELETE FROM acme_order" + ONE + "AND issuer = :issuer"), id)
                        .bind("issuer", issuer.text())
                        .execute()
                == 1;
    }

    static Optional<OrderRow> find(Handle handle, OrderId id) {
        return handle.createQuery("SELECT * FROM acme_order" + ONE)
                .bind("certificate", id.certificate().toString())
                .bind("slot", id.slot().name())
                .map((row, _) -> row(row))
                .findOne();
    }

    static List<OrderRow> find(Handle handle, IssuerName issuer, Collection<OrderId> ids) {
        List<OrderRow> found = new ArrayList<>();
        List<OrderId> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += 200) {
            List<OrderId> some = all.subList(from, Math.min(all.size(), from + 200));
            Set<OrderId> wanted = Set.copyOf(some);
            handle.createQuery(
                            "SELECT * FROM acme_order WHERE issuer = :issuer AND certificate_id IN (<ids>)")
                    .bind("issuer", issuer.text())
                    .bindList("ids", some.stream().map(id -> id.certificate().toString()).toList())
                    .map((row, _) -> row(row))
                    .forEach(row -> {
                        if (wanted.contains(row.id())) {
                            found.add(row);
                        }
                    });
        }
        return found;
    }

    static List<OrderRow> due(Handle handle, int shard, IssuerName issuer, Instant now, int limit) {
        return handle.createQuery(
                        "SELECT * FROM acme_order WHERE shard = :shard AND issuer = :issuer AND due_at <= :now"
                                + OPEN
                                + "ORDER BY due_at, certificate_id, slot LIMIT :limit")
                .bind("shard", shard)
                .bind("issuer", issuer.text())
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, _) -> row(row))
                .list();
    }

    static Optional<Instant> firstDue(Handle handle, int shard, IssuerName issuer) {
        return handle.createQuery(
                        "SELECT MIN(due_at) AS due FROM acme_order WHERE shard = :shard AND issuer = :issuer"
                                + OPEN)
                .bind("shard", shard)
                .bind("issuer", issuer.text())
                .map((row, _) -> instant(row, "due"))
                .one();
    }

    static boolean known(Handle handle, String orderUrl) {
        return handle.createQuery("SELECT 1 FROM acme_order WHERE order_url = :url")
                .bind("url", orderUrl)
                .mapTo(Integer.class)
                .findFirst()
                .isPresent();
    }

    /// Also orders of another issuer: what is left of an order may outlive its settings.
    static Optional<byte[]> sealedKey(Handle handle, OrderId id) {
        return handle.createQuery("SELECT sealed_key FROM acme_order" + ONE)
                .bind("certificate", id.certificate().toString())
                .bind("slot", id.slot().name())
                .mapTo(byte[].class)
                .findOne();
    }

    private static OrderRow row(ResultSet row) throws SQLException {
        OrderId id =
                new OrderId(
                        new CertificateId(UUID.fromString(row.getString("certificate_id"))),
                        OrderId.Slot.valueOf(row.getString("slot")));
        return new OrderRow(
                id,
                new IssuerName(row.getString("issuer")),
                new AccountId(row.getString("account")),
                names(row.getString("names")),
                row.getString("csr"),
                row.getInt("version"),
                progress(row));
    }

    private static Progress progress(ResultSet row) throws SQLException {
        return new Progress(
                State.valueOf(row.getString("state")),
                Instant.ofEpochMilli(row.getLong("due_at")),
                Optional.ofNullable(row.getString("replaces")),
                placed(row),
                row.getInt("asked"),
                row.getInt("looks"),
                new Trouble(row.getInt("failures"), instant(row, "trouble_since")),
                Optional.ofNullable(row.getString("problem")).map(AcmeProblem::parse),
                Optional.ofNullable(row.getString("chain")));
    }

    private static Optional<Placed> placed(ResultSet row) throws SQLException {
        Optional<String> order = Optional.ofNullable(row.getString("order_url"));
        if (order.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Placed(
                        row.getString("acme_account"),
                        order.get(),
                        row.getString("finalize_url"),
                        Optional.ofNullable(row.getString("certificate")),
                        authorizations(row.getString("authorizations"))));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }

    private static String names(List<Issuer.Name> names) {
        ArrayNode all = JSON.createArrayNode();
        names.forEach(each ->
                all.addObject()
                        .put("name", each.name().ascii())
                        .put("target", each.target())
                        .put("way", each.way().name()));
        return all.toString();
    }

    private static List<Issuer.Name> names(String json) {
        List<Issuer.Name> names = new ArrayList<>();
        for (JsonNode each : tree(json)) {
            names.add(
                    new Issuer.Name(
                            new DomainName(each.path("name").asText()),
                            each.path("target").asText(),
                            Issuer.Way.valueOf(each.path("way").asText())));
        }
        return names;
    }

    private static String authorizations(List<Authorized> authorizations) {
        ArrayNode all = JSON.createArrayNode();
        authorizations.forEach(each ->
                all.addObject()
                        .put("url", each.url())
                        .put("name", each.name())
                        .put("wildcard", each.wildcard())
                        .put("type", each.type())
                        .put("challenge", each.challenge()));
        return all.toString();
    }

    private static List<Authorized> authorizations(String json) {
        List<Authorized> all = new ArrayList<>();
        for (JsonNode each : tree(json)) {
            all.add(
                    new Authorized(
                            each.path("url").asText(),
                            each.path("name").asText(),
                            each.path("wildcard").asBoolean(),
                            each.path("type").asText(),
                            each.path("challenge").asText()));
        }
        return all;
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }
}
