package dev.nameplate.notification;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Reads subscriptions.
final class Rows {
    private static final String ALL = "*";

    private Rows() {}

    static List<Subscription> active(Handle handle, AccountId account) {
        return subscriptions(
                handle.createQuery(
                                """
                                SELECT * FROM notification_subscription
                                WHERE account = :account AND state = 'ACTIVE' ORDER BY created_at, id
                                """)
                        .bind("account", account.value()));
    }

    static List<Subscription> active(Handle handle) {
        return subscriptions(
                handle.createQuery(
                        "SELECT * FROM notification_subscription WHERE state = 'ACTIVE' ORDER BY id"));
    }

    static List<Subscription> of(Handle handle, AccountId account) {
        return subscriptions(
                handle.createQuery(
                                """
                                SELECT * FROM notification_subscription
                                WHERE account = :account ORDER BY created_at, id
                                """)
                        .bind("account", account.value()));
    }

    static Optional<Subscription> find(Handle handle, AccountId account, String id) {
        return subscriptions(
                        handle.createQuery(
                                        """
                                        SELECT * FROM notification_subscription
                                        WHERE id = :id AND account = :account
                                        """)
                                .bind("id", id)
                                .bind("account", account.value()))
                .stream()
                .findFirst();
    }

    /// Of whichever account.
    static Optional<Subscription> find(Handle handle, String id) {
        return subscriptions(
                        handle.createQuery("SELECT * FROM notification_subscription WHERE id = :id")
                                .bind("id", id))
                .stream()
                .findFirst();
    }

    private static List<Subscription> subscriptions(Query query) {
        return query.map((row, _) -> subscription(row)).list();
    }

    static Subscription subscription(ResultSet row) throws SQLException {
        long until = row.getLong("previous_until");
        Optional<Instant> previousUntil =
                row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(until));
        return new Subscription(
                row.getString("id"),
                new AccountId(row.getString("account")),
                Subscription.Kind.valueOf(row.getString("kind")),
                row.getString("address"),
                types(row.getString("events")),
                Subscription.State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("state_reason")),
                previousUntil,
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    /// Words of another release are left out.
    private static Set<EventType> types(String words) {
        if (words.equals(ALL)) {
            return Set.of();
        }
        return Arrays.stream(words.split(" "))
                .map(EventType::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    static String words(Set<EventType> types) {
        return types.isEmpty()
                ? ALL
                : String.join(" ", new TreeSet<>(types.stream().map(EventType::word).toList()));
    }
}
