package dev.nameplate.notification;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/// Brings events to their subscribers, each at least once; no order is promised.
///
/// An [#advance] claims what is due and starts an attempt for each on a thread of its own, without waiting for any. A claim is an
/// attempt counted and a due time in the future: if this process dies, the attempt is made again then. How many attempts are under
/// way at whom is bounded by [Places], so a slow receiver does not hold up others.
public final class DeliveryWork implements DueWork, AutoCloseable {
    static final String NAME = "notification-delivery";

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryWork.class);

    /// Longer than an attempt may take.
    private static final Duration CLAIM = Channel.LIMIT.multipliedBy(3);

    private static final Instant NEVER = Instant.MAX;

    private final Database database;
    private final Secrets secrets;
    private final Channels channels;
    private final RetrySchedule schedule;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final Executor threads;

    private final Places places = new Places();
    private volatile boolean closed;

    /// With a virtual thread for each attempt.
    public static DeliveryWork start(
            Database database,
            Vault vault,
            Channels channels,
            RetrySchedule schedule,
            InstantSource clock,
            Wakeup wakeup) {
        ThreadFactory threads = Thread.ofVirtual().name("notification-", 0).factory();
        return new DeliveryWork(
                database,
                vault,
                channels,
                schedule,
                clock,
                wakeup,
                attempt -> threads.newThread(attempt).start());
    }

    /// @param threads runs each attempt; one that runs them on the caller's thread has [#advance] wait for them
    DeliveryWork(
            Database database,
            Vault vault,
            Channels channels,
            RetrySchedule schedule,
            InstantSource clock,
            Wakeup wakeup,
            Executor threads) {
        this.database = database;
        this.secrets = new Secrets(vault);
        this.channels = channels;
        this.schedule = schedule;
        this.clock = clock;
        this.wakeup = wakeup;
        this.threads = threads;
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Attempts under way are left to their claims: they are made again after the next start.
    @Override
    public void close() {
        closed = true;
    }

    /// Events that go out together.
    private record Parcel(
            Subscription to, Channel channel, List<Delivery> deliveries, Secrets.Sealed sealed) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Parcel> parcels = database.read(handle -> pick(now, handle));
        if (!parcels.isEmpty()) {
            database.write(write -> {
                for (Parcel each : parcels) {
                    DeliveryRows.begin(
                            write.handle(), each.to().id(), each.deliveries(), now.plus(CLAIM));
                }
                return parcels.size();
            });
            parcels.forEach(each -> places.begun(each.to()));
            parcels.forEach(each -> threads.execute(() -> attempt(each)));
        }
        return database.read(handle -> DeliveryRows.nextDue(handle, now));
    }

    /// What is due at one receiver, read once its turn has come.
    private static final class Line {
        private final Subscription to;
        private final Channel channel;
        private final Instant since;
        private List<Delivery> due = List.of();
        private Secrets.Sealed sealed = new Secrets.Sealed(Optional.empty(), Optional.empty());
        private int next;
        private boolean read;

        Line(DeliveryRows.Waiting waiting, Channel channel) {
            this.to = waiting.to();
            this.since = waiting.since();
            this.channel = channel;
        }

        boolean gathers() {
            return channel.most() > 1;
        }

        boolean hasMore() {
            return !read || next < due.size();
        }

        Parcel take(Handle handle, Instant now) {
            int size = channel.most();
            if (!read) {
                // One more than can go tells whether a later run is needed.
                due = DeliveryRows.due(handle, to.id(), now, Places.PER_RECEIVER * size + 1);
                sealed = Secrets.read(handle, to.id());
                read = true;
            }
            int from = next;
            next = Math.min(due.size(), from + size);
            return new Parcel(to, channel, List.copyOf(due.subList(from, next)), sealed);
        }
    }

    /// Whose account, then whose receiver has least under way comes first; among equals who has waited longest.
    private List<Parcel> pick(Instant now, Handle handle) {
        List<Line> lines = new ArrayList<>();
        for (DeliveryRows.Waiting each : DeliveryRows.waiting(handle, now)) {
            channels.of(each.to().kind()).ifPresent(channel -> lines.add(new Line(each, channel)));
        }
        Places.Free free = places.look();
        Comparator<Line> order =
                Comparator.comparingInt((Line each) -> free.ofAccount(each.to.account()))
                        .thenComparingInt(each -> free.ofReceiver(each.to))
                        .thenComparing(each -> each.since);
        List<Parcel> parcels = new ArrayList<>();
        while (true) {
            Optional<Line> next =
                    lines.stream()
                            .filter(each ->
                                    each.hasMore() && free.hasPlace(each.to, each.gathers()))
                            .min(order);
            if (next.isEmpty()) {
                places.looked(lines.stream().anyMatch(Line::hasMore));
                return parcels;
            }
            Parcel parcel = next.get().take(handle, now);
            // Whoever deletes a subscription takes along what waited for it.
            if (!parcel.deliveries().isEmpty()) {
                free.take(parcel.to());
                parcels.add(parcel);
            }
        }
    }

    /// The rim of an attempt's thread: whatever happens becomes its outcome, or the claim runs out.
    private void attempt(Parcel parcel) {
        boolean reached = false;
        boolean again = true;
        try {
            Outcome outcome = outcome(parcel);
            reached = outcome instanceof Outcome.Delivered;
            again = !reached;
            record(parcel, outcome);
        } catch (RuntimeException e) {
            if (closed) {
                LOG.debug("an attempt ended after the store was closed", e);
                return;
            }
            LOG.warn(
                    "how the attempt to reach subscription {} ended is not stored; it is made again",
                    parcel.to().id(),
                    e);
        } finally {
            again |= places.ended(parcel.to(), reached);
        }
        if (again && !closed) {
            wakeup.wake(NAME);
        }
    }

    private Outcome outcome(Parcel parcel) {
        try {
            return parcel.channel()
                    .send(
                            parcel.to(),
                            parcel.deliveries().stream().map(Delivery::event).toList(),
                            secrets.signing(parcel.to(), parcel.sealed(), clock.instant()));
        } catch (RuntimeException e) {
            LOG.warn("the attempt to reach subscription {} broke off", parcel.to().id(), e);
            return new Outcome.Failed(
                    Optional.empty(), "a fault of this server; its log has the details");
        }
    }

    private void record(Parcel parcel, Outcome outcome) {
        Instant now = clock.instant();
        String to = parcel.to().id();
        Delivery.Attempt attempt = new Delivery.Attempt(now, outcome.status(), outcome.reason());
        // Drawn ahead of the transaction, which may run twice.
        List<Instant> next =
                parcel.deliveries().stream().map(each -> next(outcome, each, now)).toList();
        database.write(write -> {
            for (int i = 0; i < next.size(); i++) {
                Delivery each = parcel.deliveries().get(i);
                Delivery.State state =
                        switch (outcome) {
                            case Outcome.Delivered _ -> Delivery.State.DELIVERED;
                            case Outcome.Failed _ ->
                                    next.get(i).equals(NEVER)
                                            ? Delivery.State.DEAD
                                            : Delivery.State.PENDING;
                            case Outcome.Hopeless _, Outcome.Gone _ -> Delivery.State.DEAD;
                        };
                DeliveryRows.end(
                        write.handle(),
                        to,
                        each.event().id(),
                        each.attempts() + 1,
                        state,
                        next.get(i).equals(NEVER) ? now : next.get(i),
                        attempt);
            }
            if (outcome instanceof Outcome.Gone gone) {
                Subscriptions.disable(write.handle(), to, gone.reason());
            }
            return next.size();
        });
    }

    private Instant next(Outcome outcome, Delivery delivery, Instant now) {
        return outcome instanceof Outcome.Failed failed
                ? schedule.pause(delivery.attempts() + 1, failed.after())
                        .map(now::plus)
                        .orElse(NEVER)
                : NEVER;
    }
}
