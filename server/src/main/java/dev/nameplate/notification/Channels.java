package dev.nameplate.notification;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The ways this server can reach receivers; a kind without one cannot be subscribed with.
public record Channels(Map<Subscription.Kind, Channel> byKind) {
    public Channels {
        byKind = Map.copyOf(byKind);
    }

    public Optional<Channel> of(Subscription.Kind kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    Duration gathering(Subscription.Kind kind) {
        return of(kind).map(Channel::gathering).orElse(Duration.ZERO);
    }
}
