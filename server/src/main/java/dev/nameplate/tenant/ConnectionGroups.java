package dev.nameplate.tenant;

import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.Distributions.Position;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Creates, changes and deletes connection groups inside the caller's transaction.
public final class ConnectionGroups {
    private static final String SELECT = "SELECT * FROM connection_group ";

    private final Distributions distributions;
    private final ChangeFeed feed;
    private final InstantSource clock;
    private final TenantIds ids;
    private final Wakeup wakeup;

    public ConnectionGroups(
            Distributions distributions,
            ChangeFeed feed,
            InstantSource clock,
            RandomGenerator random,
            Wakeup wakeup) {
        this.distributions = distributions;
        this.feed = feed;
        this.clock = clock;
        this.ids = new TenantIds(random);
        this.wakeup = wakeup;
    }

    /// Empty if the account has one of the name.
    public Optional<ConnectionGroup> create(
            Write write, AccountId account, String name, boolean ipv6, boolean enabled) {
        return insert(write, account, name, false, ipv6, enabled);
    }

    /// The account's default group, made when first asked for.
    public ConnectionGroup byDefault(Write write, AccountId account) {
        return existingDefault(write.handle(), account)
                .orElseGet(() ->
                        insert(write, account, "CreatedByCloudFront-" + account, true, true, true)
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "a connection group has the name of the default one")));
    }

    private Optional<ConnectionGroup> insert(
            Write write,
            AccountId account,
            String name,
            boolean isDefault,
            boolean ipv6,
            boolean enabled) {
        Instant now = now();
        ConnectionGroup created =
                new ConnectionGroup(
                        ids.group(),
                        account,
                        name,
                        distributions.newDomainName(),
                        isDefault,
                        ipv6,
                        enabled,
                        ids.etag(),
                        Distribution.Status.IN_PROGRESS,
                        1,
                        now,
                        now);
        int inserted =
                write.handle()
                        .createUpdate(
                                """
                                INSERT INTO connection_group (id, account, name, routing_endpoint, is_default, ipv6, enabled,
                                    etag, status, version, created_at, modified_at)
                                VALUES (:id, :account, :name, :endpoint, :default, :ipv6, :enabled, :etag, :status, 1, :now, :now)
                                ON CONFLICT (account, name) DO NOTHING
                                """)
                        .bind("id", created.id())
                        .bind("account", account.value())
                        .bind("name", name)
                        .bind("endpoint", created.routingEndpoint())
                        .bind("default", isDefault ? 1 : 0)
                        .bind("ipv6", ipv6 ? 1 : 0)
                        .bind("enabled", enabled ? 1 : 0)
                        .bind("etag", created.etag())
                        .bind("status", created.status().name())
                        .bind("now", now.toEpochMilli())
                        .execute();
        if (inserted == 0) {
            return Optional.empty();
        }
        announce(write, created);
        return Optional.of(created);
    }

    /// @param existing as read in this transaction
    public ConnectionGroup update(
            Write write, ConnectionGroup existing, boolean ipv6, boolean enabled) {
        ConnectionGroup changed =
                new ConnectionGroup(
                        existing.id(),
                        existing.account(),
                        existing.name(),
                        existing.routingEndpoint(),
                        existing.isDefault(),
                        ipv6,
                        enabled,
                        ids.etag(),
                        Distribution.Status.IN_PROGRESS,
                        existing.version() + 1,
                        existing.createdAt(),
                        now());
        write.handle()
                .createUpdate(
                        """
                        UPDATE connection_group SET ipv6 = :ipv6, enabled = :enabled, etag = :etag, status = :status,
                            version = :version, modified_at = :now
                        WHERE id = :id
                        """)
                .bind("id", changed.id())
                .bind("ipv6", ipv6 ? 1 : 0)
                .bind("enabled", enabled ? 1 : 0)
                .bind("etag", changed.etag())
                .bind("status", changed.status().name())
                .bind("version", changed.version())
                .bind("now", changed.modifiedAt().toEpochMilli())
                .execute();
        announce(write, changed);
        return changed;
    }

    /// The rules of when (disabled, without tenants) are the door's.
    public void delete(Write write, ConnectionGroup existing) {
        write.handle()
                .createUpdate("DELETE FROM connection_group WHERE id = :id")
                .bind("id", existing.id())
                .execute();
        announce(write, existing);
    }

    public Optional<ConnectionGroup> find(Handle handle, AccountId account, String idOrName) {
        boolean isId = TenantIds.GROUP.matcher(idOrName).matches();
        return handle.createQuery(
                        SELECT
                                + (isId ? "WHERE id = :key" : "WHERE name = :key")
                                + " AND account = :account")
                .bind("key", idOrName)
                .bind("account", account.value())
                .map((row, _) -> group(row))
                .findOne();
    }

    public Optional<ConnectionGroup> byEndpoint(Handle handle, String routingEndpoint) {
        return handle.createQuery(SELECT + "WHERE routing_endpoint = :endpoint")
                .bind("endpoint", routingEndpoint)
                .map((row, _) -> group(row))
                .findOne();
    }

    /// Those that follow `after`, oldest first.
    public List<ConnectionGroup> page(
            Handle handle, AccountId account, Optional<Position> after, int limit) {
        Position start = after.orElse(new Position(-1, ""));
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE account = :account
                                  AND (created_at > :time OR (created_at = :time AND id > :id))
                                ORDER BY created_at, id LIMIT :limit
                                """)
                .bind("account", account.value())
                .bind("time", start.createdAtMillis())
                .bind("id", start.id())
                .bind("limit", limit)
                .map((row, _) -> group(row))
                .list();
    }

    /// What no edge may have yet.
    public List<ConnectionGroup> inProgress(Handle handle, int limit) {
        return handle.createQuery(SELECT + "WHERE status = 'IN_PROGRESS' ORDER BY id LIMIT :limit")
                .bind("limit", limit)
                .map((row, _) -> group(row))
                .list();
    }

    /// Says that every edge node has `version`; does nothing if a newer one was accepted meanwhile.
    public void deployed(Write write, ConnectionGroup group) {
        write.handle()
                .createUpdate(
                        "UPDATE connection_group SET status = 'DEPLOYED' WHERE id = :id AND version = :version")
                .bind("id", group.id())
                .bind("version", group.version())
                .execute();
    }

    /// The account's default group, if there is one yet.
    public Optional<ConnectionGroup> existingDefault(Handle handle, AccountId account) {
        return handle.createQuery(SELECT + "WHERE account = :account AND is_default = 1")
                .bind("account", account.value())
                .map((row, _) -> group(row))
                .findOne();
    }

    /// An edge knows the sites of a group by its id.
    private void announce(Write write, ConnectionGroup group) {
        feed.append(write, Change.Kind.DISTRIBUTION, group.id(), List.of(group.routingEndpoint()));
        write.afterCommit(() -> wakeup.wake(Distributions.PUBLISH));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS); // as the store keeps it
    }

    private static ConnectionGroup group(ResultSet row) throws SQLException {
        return new ConnectionGroup(
                row.getString("id"),
                new AccountId(row.getString("account")),
                row.getString("name"),
                row.getString("routing_endpoint"),
                row.getInt("is_default") == 1,
                row.getInt("ipv6") == 1,
                row.getInt("enabled") == 1,
                row.getString("etag"),
                Distribution.Status.valueOf(row.getString("status")),
                row.getLong("version"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("modified_at")));
    }
}
