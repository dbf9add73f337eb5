package dev.nameplate.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions.Position;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.tenant.Tenants.TenantFilter;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/// Tenants at rest.
final class TenantRows {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SELECT = "SELECT t.* FROM distribution_tenant t ";

    private TenantRows() {}

    /// @return false if the account has one of the name
    static boolean insert(Handle handle, Tenant tenant) {
        Update insert =
                handle.createUpdate(
                        """
                        INSERT INTO distribution_tenant (id, account, template, connection_group, name, enabled, domains, active,
                            parameters, certificate, geo, managed, managed_host, managed_status, etag, status, version,
                            created_at, modified_at)
                        VALUES (:id, :account, :template, :group, :name, :enabled, :domains, :active,
                            :parameters, :certificate, :geo, :managed, :managedHost, :managedStatus, :etag, :status, :version,
                            :created, :modified)
                        ON CONFLICT (account, name) DO NOTHING
                        """);
        return bound(insert, tenant)
                        .bind("account", tenant.account().value())
                        .bind("name", tenant.name())
                        .bind("created", tenant.createdAt().toEpochMilli())
                        .execute()
                == 1;
    }

    static void update(Handle handle, Tenant tenant) {
        bound(
                        handle.createUpdate(
                                """
                                UPDATE distribution_tenant SET template = :template, connection_group = :group,
                                    enabled = :enabled, domains = :domains, active = :active, parameters = :parameters,
                                    certificate = :certificate, geo = :geo, managed = :managed, managed_host = :managedHost,
                                    managed_status = :managedStatus, etag = :etag, status = :status, version = :version,
                                    modified_at = :modified
                                WHERE id = :id
                                """),
                        tenant)
                .execute();
    }

    private static Update bound(Update update, Tenant tenant) {
        Tenant.Settings settings = tenant.settings();
        return update.bind("id", tenant.id())
                .bind("template", settings.template().value())
                .bind("group", settings.groupId())
                .bind("enabled", settings.enabled() ? 1 : 0)
                .bind("domains", lines(settings.domains()))
                .bind("active", lines(tenant.active()))
                .bind("parameters", parameters(settings.parameters()))
                .bind(
                        "certificate",
                        settings.certificate().map(CertificateId::toString).orElse(null))
                .bind("geo", settings.geoRestriction().map(TenantRows::geo).orElse(null))
                .bind(
                        "managed",
                        tenant.managed().map(one -> one.certificate().toString()).orElse(null))
                .bind("managedHost", tenant.managed().map(one -> one.host().name()).orElse(null))
                .bind(
                        "managedStatus",
                        tenant.managed()
                                .map(one -> one.settled() ? "SETTLED" : "PENDING")
                                .orElse(null))
                .bind("etag", tenant.etag())
                .bind("status", tenant.status().name())
                .bind("version", tenant.version())
                .bind("modified", tenant.modifiedAt().toEpochMilli());
    }

    static void delete(Handle handle, String id) {
        handle.createUpdate("DELETE FROM distribution_tenant WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    static void deployed(Handle handle, Tenant tenant) {
        handle.createUpdate(
                        "UPDATE distribution_tenant SET status = 'DEPLOYED' WHERE id = :id AND version = :version")
                .bind("id", tenant.id())
                .bind("version", tenant.version())
                .execute();
    }

    static Optional<Tenant> find(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE t.id = :id")
                .bind("id", id)
                .map((row, _) -> tenant(row))
                .findOne();
    }

    static Optional<Tenant> find(Handle handle, String key, boolean isId, AccountId account) {
        return handle.createQuery(
                        SELECT
                                + (isId ? "WHERE t.id = :key" : "WHERE t.name = :key")
                                + " AND t.account = :account")
                .bind("key", key)
                .bind("account", account.value())
                .map((row, _) -> tenant(row))
                .findOne();
    }

    record Reachable(Tenant tenant, boolean groupEnabled) {}

    /// With whether its connection group lets visitors in.
    static Optional<Reachable> reachable(Handle handle, String id) {
        return handle.createQuery(
                        """
                        SELECT t.*, g.enabled AS group_enabled FROM distribution_tenant t
                        JOIN connection_group g ON g.id = t.connection_group
                        WHERE t.id = :id
                        """)
                .bind("id", id)
                .map((row, _) -> new Reachable(tenant(row), row.getInt("group_enabled") == 1))
                .findOne();
    }

    static List<Tenant> page(
            Handle handle,
            AccountId account,
            TenantFilter filter,
            Optional<Position> after,
            int limit) {
        String condition =
                switch (filter) {
                    case TenantFilter.All _ -> "";
                    case TenantFilter.OfTemplate _ -> "t.template = :key AND ";
                    case TenantFilter.InGroup _ -> "t.connection_group = :key AND ";
                    case TenantFilter.WithCertificate _ -> "t.certificate = :key AND ";
                };
        Position start = after.orElse(new Position(-1, ""));
        Query query =
                handle.createQuery(
                                SELECT
                                        + "WHERE "
                                        + condition
                                        + """
                                        t.account = :account
                                          AND (t.created_at > :time OR (t.created_at = :time AND t.id > :id))
                                        ORDER BY t.created_at, t.id LIMIT :limit
                                        """)
                        .bind("account", account.value())
                        .bind("time", start.createdAtMillis())
                        .bind("id", start.id())
                        .bind("limit", limit);
        switch (filter) {
            case TenantFilter.All _ -> {}
            case TenantFilter.OfTemplate(DistributionId template) ->
                    query.bind("key", template.value());
            case TenantFilter.InGroup(String group) -> query.bind("key", group);
            case TenantFilter.WithCertificate(CertificateId certificate) ->
                    query.bind("key", certificate.toString());
        }
        return query.map((row, _) -> tenant(row)).list();
    }

    static List<Tenant> withCertificate(Handle handle, CertificateId certificate, int limit) {
        return handle.createQuery(
                        SELECT
                                + "WHERE t.certificate = :certificate ORDER BY t.created_at, t.id LIMIT :limit")
                .bind("certificate", certificate.toString())
                .bind("limit", limit)
                .map((row, _) -> tenant(row))
                .list();
    }

    static List<Tenant> inProgress(Handle handle, int limit) {
        return handle.createQuery(
                        SELECT + "WHERE t.status = 'IN_PROGRESS' ORDER BY t.id LIMIT :limit")
                .bind("limit", limit)
                .map((row, _) -> tenant(row))
                .list();
    }

    static List<Tenant> awaiting(Handle handle, String afterId, int limit) {
        return handle.createQuery(
                        SELECT
                                + "WHERE t.managed_status = 'PENDING' AND t.id > :after ORDER BY t.id LIMIT :limit")
                .bind("after", afterId)
                .bind("limit", limit)
                .map((row, _) -> tenant(row))
                .list();
    }

    private static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(
                row.getString("id"),
                new AccountId(row.getString("account")),
                row.getString("name"),
                new Tenant.Settings(
                        new DistributionId(row.getString("template")),
                        row.getString("connection_group"),
                        row.getInt("enabled") == 1,
                        domains(row.getString("domains")),
                        parameters(row.getString("parameters")),
                        Optional.ofNullable(row.getString("certificate"))
                                .map(TenantRows::certificate),
                        Optional.ofNullable(row.getString("geo")).map(TenantRows::geo)),
                new LinkedHashSet<>(domains(row.getString("active"))),
                managed(row),
                row.getString("etag"),
                Distribution.Status.valueOf(row.getString("status")),
                row.getLong("version"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("modified_at")));
    }

    private static Optional<Tenant.Managed> managed(ResultSet row) throws SQLException {
        Optional<String> host = Optional.ofNullable(row.getString("managed_host"));
        boolean settled = "SETTLED".equals(row.getString("managed_status"));
        return Optional.ofNullable(row.getString("managed"))
                .flatMap(id ->
                        host.map(name ->
                                new Tenant.Managed(
                                        certificate(id), Tenant.TokenHost.valueOf(name), settled)));
    }

    private static CertificateId certificate(String id) {
        return new CertificateId(UUID.fromString(id));
    }

    private static String lines(Collection<DomainName> domains) {
        return domains.stream().map(DomainName::ascii).collect(Collectors.joining("\n"));
    }

    private static List<DomainName> domains(String lines) {
        return lines.lines().map(DomainName::new).toList();
    }

    private static String parameters(Map<String, String> values) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(values).forEach(json::put);
        return json.toString();
    }

    private static Map<String, String> parameters(String text) {
        try {
            return MAPPER.readValue(text, new TypeReference<Map<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the store holds damaged tenant parameters", e);
        }
    }

    private static String geo(GeoRestriction restriction) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("kind", restriction.kind().name());
        new TreeSet<>(restriction.countries()).forEach(json.putArray("countries")::add);
        return json.toString();
    }

    private static GeoRestriction geo(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            LinkedHashSet<String> countries = new LinkedHashSet<>();
            json.required("countries").forEach(country -> countries.add(country.asText()));
            return new GeoRestriction(
                    GeoRestriction.Kind.valueOf(json.required("kind").asText()), countries);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the store holds a damaged tenant restriction", e);
        }
    }
}
