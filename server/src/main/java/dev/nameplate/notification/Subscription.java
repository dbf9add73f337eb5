package dev.nameplate.notification;

import dev.nameplate.names.AccountId;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Who is told of what. Its secrets are not in it; see [Secrets].
///
/// @param address an URL, e-mail addresses with commas between, or the ARN of a topic
/// @param events wanted; empty for all there are and will be
/// @param stateReason why it is disabled, where this server did that
/// @param previousUntil until when also the secret before the present one signs
public record Subscription(
        String id,
        AccountId account,
        Kind kind,
        String address,
        Set<EventType> events,
        State state,
        Optional<String> stateReason,
        Optional<Instant> previousUntil,
        Instant createdAt) {
    public Subscription {
        events = Set.copyOf(events);
    }

    public enum Kind {
        WEBHOOK,
        EMAIL,
        SNS
    }

    public enum State {
        ACTIVE,
        /// What happens meanwhile is not kept for it, and what waits is not sent.
        DISABLED
    }

    /// Whether the operator's settings make it, and only they change it.
    public boolean isOfSettings() {
        return id.equals(Subscriptions.OPERATOR);
    }

    public boolean wants(EventType type) {
        return events.isEmpty() || events.contains(type);
    }
}
