package dev.nameplate.api.lightsail;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import software.amazon.awssdk.services.lightsail.model.ResourceType;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// The one namespace that all resource types of an account share within a Region.
final class ResourceNames {
    private static final Pattern SHAPE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,253}[A-Za-z0-9]");

    private static final String COLUMNS =
            "account, region, name, type, id, target, created_at FROM lightsail_resource ";

    /// @param what the words for the resource in the refusal, such as `certificate`
    static void check(String what, String name) {
        if (!SHAPE.matcher(name).matches()) {
            throw Refusal.invalid(
                    "The "
                            + what
                            + " name '"
                            + name
                            + "' is not valid: it must have 2 to 255 letters, digits, dots, hyphens or"
                            + " underscores, and start and end with a letter or digit.");
        }
    }

    void take(Write write, NamedResource resource) {
        int taken =
                write.handle()
                        .createUpdate(
                                """
                                INSERT INTO lightsail_resource
                                    (account, region, name, type, id, target, created_at)
                                VALUES (:account, :region, :name, :type, :id, :target, :created)
                                ON CONFLICT (account, region, name) DO NOTHING
                                """)
                        .bind("account", resource.account().value())
                        .bind("region", resource.region().name())
                        .bind("name", resource.name())
                        .bind("type", resource.type().toString())
                        .bind("id", resource.id().toString())
                        .bind("target", resource.target())
                        .bind("created", resource.createdAt().toEpochMilli())
                        .execute();
        if (taken == 0) {
            throw Refusal.nameExists(resource.name());
        }
    }

    /// Says whether a name is free before anything is made for it.
    void requireFree(Handle handle, Call call, String name) {
        if (find(handle, call, name).isPresent()) {
            throw Refusal.nameExists(name);
        }
    }

    void free(Write write, NamedResource resource) {
        write.handle()
                .createUpdate(
                        "DELETE FROM lightsail_resource"
                                + " WHERE account = :account AND region = :region AND name = :name")
                .bind("account", resource.account().value())
                .bind("region", resource.region().name())
                .bind("name", resource.name())
                .execute();
    }

    Optional<NamedResource> find(Handle handle, Call call, String name) {
        return handle.createQuery(
                        "SELECT "
                                + COLUMNS
                                + "WHERE account = :account AND region = :region AND name = :name")
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("name", name)
                .map(ResourceNames::row)
                .findOne();
    }

    Optional<NamedResource> find(Handle handle, Call call, ResourceType type, String name) {
        return find(handle, call, name).filter(resource -> resource.type() == type);
    }

    NamedResource require(Handle handle, Call call, ResourceType type, String name) {
        return find(handle, call, type, name).orElseThrow(() -> Refusal.notFound(type, name));
    }

    Optional<NamedResource> find(Handle handle, AccountId account, UUID id) {
        return handle.createQuery("SELECT " + COLUMNS + "WHERE account = :account AND id = :id")
                .bind("account", account.value())
                .bind("id", id.toString())
                .map(ResourceNames::row)
                .findOne();
    }

    /// The Lightsail name of what a feature knows by `target`.
    Optional<NamedResource> of(Handle handle, AccountId account, ResourceType type, String target) {
        return handle.createQuery(
                        "SELECT "
                                + COLUMNS
                                + "WHERE account = :account AND type = :type AND target = :target")
                .bind("account", account.value())
                .bind("type", type.toString())
                .bind("target", target)
                .map(ResourceNames::row)
                .findOne();
    }

    /// Where else in the account a resource of this type has this name.
    List<Region> regionsOf(Handle handle, AccountId account, ResourceType type, String name) {
        return handle.createQuery(
                        "SELECT region FROM lightsail_resource WHERE account = :account"
                                + " AND type = :type AND name = :name ORDER BY region")
                .bind("account", account.value())
                .bind("type", type.toString())
                .bind("name", name)
                .map((row, _) -> new Region(row.getString(1)))
                .list();
    }

    /// Oldest first, from behind `after`.
    List<NamedResource> list(
            Handle handle, Call call, ResourceType type, PageToken.Position after, int limit) {
        return handle.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                WHERE account = :account AND region = :region AND type = :type
                                  AND (created_at > :at OR (created_at = :at AND id > :id))
                                ORDER BY created_at, id LIMIT :limit
                                """)
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("type", type.toString())
                .bind("at", after.at())
                .bind("id", after.id())
                .bind("limit", limit)
                .map(ResourceNames::row)
                .list();
    }

    /// Of any type; oldest first, from behind `after`.
    List<NamedResource> list(Handle handle, Call call, PageToken.Position after, int limit) {
        return handle.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                WHERE account = :account AND region = :region
                                  AND (created_at > :at OR (created_at = :at AND id > :id))
                                ORDER BY created_at, id LIMIT :limit
                                """)
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("at", after.at())
                .bind("id", after.id())
                .bind("limit", limit)
                .map(ResourceNames::row)
                .list();
    }

    private static NamedResource row(ResultSet row, StatementContext context) throws SQLException {
        return new NamedResource(
                new AccountId(row.getString("account")),
                new Region(row.getString("region")),
                row.getString("name"),
                ResourceType.fromValue(row.getString("type")),
                UUID.fromString(row.getString("id")),
                row.getString("target"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
