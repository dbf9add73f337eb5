package dev.nameplate.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The SQL of deliveries.
final class DeliveryRows {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String DELIVERIES =
            """
            SELECT e.*, d.state, d.attempts, d.due_at, d.created_at, d.last_at, d.last_status, d.last_reason
            FROM notification_delivery d JOIN notification_event e ON e.id = d.event_id
            """;

    private DeliveryRows() {}

    /// @param since when the first of what is due became so
    record Waiting(Subscription to, Instant since) {}

    /// Active subscriptions with something due.
    static List<Waiting> waiting(Handle handle, Instant now) {
        return handle.createQuery(
                        """
                        SELECT * FROM (
                            SELECT s.*, (SELECT MIN(d.due_at) FROM notification_delivery d
                                         WHERE d.subscription_id = s.id AND d.state = 'PENDING') AS first_due
                            FROM notification_subscription s WHERE s.state = 'ACTIVE') w
                        WHERE first_due <= :now ORDER BY id
                        """)
                .bind("now", now.toEpochMilli())
                .map((row, _) ->
                        new Waiting(
                                Rows.subscription(row),
                                Instant.ofEpochMilli(row.getLong("first_due"))))
                .list();
    }

    static List<Delivery> due(Handle handle, String subscription, Instant now, int limit) {
        return handle.createQuery(
                        DELIVERIES
                                + """
                                WHERE d.subscription_id = :subscription AND d.state = 'PENDING' AND d.due_at <= :now
                                ORDER BY d.due_at, d.event_id LIMIT :limit
                                """)
                .bind("subscription", subscription)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, _) -> delivery(row))
                .list();
    }

    static Optional<Instant> nextDue(Handle handle, Instant after) {
        return handle.createQuery(
                        """
                        SELECT MIN((SELECT MIN(d.due_at) FROM notification_delivery d
                                    WHERE d.subscription_id = s.id AND d.state = 'PENDING' AND d.due_at > :after)) AS due
                        FROM notification_subscription s WHERE s.state = 'ACTIVE'
                        """)
                .bind("after", after.toEpochMilli())
                .map((row, _) -> instant(row, "due"))
                .one();
    }

    /// An attempt is counted before it is made: one that never ends is one, too.
    static void begin(Handle handle, String subscription, List<Delivery> all, Instant until) {
        PreparedBatch rows =
                handle.prepareBatch(
                        """
                        UPDATE notification_delivery SET due_at = :until, attempts = attempts + 1
                        WHERE subscription_id = :subscription AND event_id = :event AND state = 'PENDING'
                        """);
        for (Delivery each : all) {
            rows.bind("until", until.toEpochMilli())
                    .bind("subscription", subscription)
                    .bind("event", each.event().id())
                    .add();
        }
        rows.execute();
    }

    /// @param attempts counted when this attempt began: if they are others now, somebody had it replayed, and that one counts
    static void end(
            Handle handle,
            String subscription,
            String event,
            int attempts,
            Delivery.State state,
            Instant due,
            Delivery.Attempt attempt) {
        handle.createUpdate(
                        """
                        UPDATE notification_delivery SET state = :state, due_at = :due,
                            last_at = :at, last_status = :status, last_reason = :reason
                        WHERE subscription_id = :subscription AND event_id = :event
                          AND state = 'PENDING' AND attempts = :attempts
                        """)
                .bind("subscription", subscription)
                .bind("event", event)
                .bind("attempts", attempts)
                .bind("state", state.name())
                .bind("due", due.toEpochMilli())
                .bind("at", attempt.at().toEpochMilli())
                .bind("status", attempt.status().orElse(null))
                .bind("reason", attempt.reason())
                .execute();
    }

    /// Newest first.
    static List<Delivery> page(
            Handle handle,
            String subscription,
            Optional<Delivery.State> state,
            Optional<Subscriptions.Place> after,
            int limit) {
        return handle.createQuery(
                        DELIVERIES
                                + """
                                WHERE d.subscription_id = :subscription
                                  AND (:state = '' OR d.state = :state)
                                  AND (d.created_at < :time OR (d.created_at = :time AND d.event_id > :id))
                                ORDER BY d.created_at DESC, d.event_id LIMIT :limit
                                """)
                .bind("subscription", subscription)
                .bind("state", state.map(Delivery.State::name).orElse(""))
                .bind("time", after.map(place -> place.at().toEpochMilli()).orElse(Long.MAX_VALUE))
                .bind("id", after.map(Subscriptions.Place::event).orElse(""))
                .bind("limit", limit)
                .map((row, _) -> delivery(row))
                .list();
    }

    static Optional<Delivery> find(Handle handle, String subscription, String event) {
        return handle.createQuery(
                        DELIVERIES
                                + "WHERE d.subscription_id = :subscription AND d.event_id = :event")
                .bind("subscription", subscription)
                .bind("event", event)
                .map((row, _) -> delivery(row))
                .findOne();
    }

    static void replay(Handle handle, String subscription, String event, Instant now) {
        handle.createUpdate(
                        """
                        UPDATE notification_delivery SET state = 'PENDING', attempts = 0, due_at = :now
                        WHERE subscription_id = :subscription AND event_id = :event
                        """)
                .bind("subscription", subscription)
                .bind("event", event)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /// Of what was given up before `now`, at most `limit`.
    ///
    /// @param since only what happened then or later
    static int replayDead(
            Handle handle, String subscription, Instant since, Instant now, int limit) {
        return handle.createUpdate(
                        """
                        UPDATE notification_delivery SET state = 'PENDING', attempts = 0, due_at = :now
                        WHERE subscription_id = :subscription AND event_id IN (
                            SELECT event_id FROM notification_delivery
                            WHERE subscription_id = :subscription AND state = 'DEAD'
                              AND created_at >= :since AND last_at < :now
                            ORDER BY created_at, event_id LIMIT :limit)
                        """)
                .bind("subscription", subscription)
                .bind("since", since.toEpochMilli())
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .execute();
    }

    /// Deletes old events with their deliveries, whatever became of them; what waits for a receiver that is disabled is old by its
    /// due time.
    static int forget(Handle handle, Instant before, int limit) {
        List<String> old =
                handle.createQuery(
                                """
                                SELECT e.id FROM notification_event e WHERE e.at < :before
                                  AND NOT EXISTS (SELECT 1 FROM notification_delivery d
                                                  WHERE d.event_id = e.id AND d.due_at >= :before)
                                ORDER BY e.at LIMIT :limit
                                """)
                        .bind("before", before.toEpochMilli())
                        .bind("limit", limit)
                        .mapTo(String.class)
                        .list();
        if (!old.isEmpty()) {
            handle.createUpdate("DELETE FROM notification_delivery WHERE event_id IN (<ids>)")
                    .bindList("ids", old)
                    .execute();
            handle.createUpdate("DELETE FROM notification_event WHERE id IN (<ids>)")
                    .bindList("ids", old)
                    .execute();
        }
        return old.size();
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        Delivery.State state = Delivery.State.valueOf(row.getString("state"));
        int status = row.getInt("last_status");
        Optional<Integer> answered = row.wasNull() ? Optional.empty() : Optional.of(status);
        Optional<String> reason = Optional.ofNullable(row.getString("last_reason"));
        return new Delivery(
                event(row),
                state,
                row.getInt("attempts"),
                state == Delivery.State.PENDING ? instant(row, "due_at") : Optional.empty(),
                instant(row, "last_at")
                        .map(at -> new Delivery.Attempt(at, answered, reason.orElse(""))));
    }

    private static Event event(ResultSet row) throws SQLException {
        String word = row.getString("type");
        return new Event(
                row.getString("id"),
                new AccountId(row.getString("account")),
                EventType.of(word)
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "the store has an event of the type "
                                                + word
                                                + ", which this release does not know")),
                row.getString("subject"),
                Instant.ofEpochMilli(row.getLong("at")),
                data(row.getString("data")));
    }

    private static ObjectNode data(String text) {
        try {
            return JSON.readValue(text, ObjectNode.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("what is stored of an event is not JSON", e);
        }
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
