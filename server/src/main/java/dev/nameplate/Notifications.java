package dev.nameplate;

import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.notification.Channels;
import dev.nameplate.notification.DeliveryWork;
import dev.nameplate.notification.EventRetention;
import dev.nameplate.notification.Outbox;
import dev.nameplate.notification.Subscriptions;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The wiring of notifications: what records events, who is told, and the work that tells them.
record Notifications(
        Store store, Wakeup engine, Channels channels, Outbox outbox, Subscriptions subscriptions) {
    /// Twice as long as a receiver may take to come back and have them replayed.
    private static final Duration KEPT = Duration.ofDays(30);

    static Notifications over(Store store, Wakeup engine) {
        Channels channels = new Channels(Map.of());
        Outbox outbox = new Outbox(engine, channels);
        return new Notifications(
                store,
                engine,
                channels,
                outbox,
                new Subscriptions(
                        store.database(),
                        store.vault(),
                        outbox,
                        store.clock(),
                        store.random(),
                        engine));
    }

    /// @param parts gets what has to be stopped
    List<DueWork> works(Parts parts) {
        return List.of(
                parts.started(
                        "notifications",
                        DeliveryWork.start(
                                store.database(),
                                store.vault(),
                                channels,
                                store.random(),
                                store.clock(),
                                engine)),
                new EventRetention(store.database(), KEPT));
    }
}
