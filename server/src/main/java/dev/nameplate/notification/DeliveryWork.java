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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/// Brings events to their subscribers, each at least once; no order is promised.
///
/// An [#advance] claims what is due and starts an attempt for each on a thread of its own, without waiting for any. A claim is an
/// attempt counted and a due time in the future: if this process dies, the attempt is made again then. One receiver has few
/// attempts under way at a time, one that fails a single one, so a slow receiver does not hold up others.
public final class DeliveryWork implements DueWork, AutoCloseable {
    static final String NAME = "notification-delivery";

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryWork.class);

    /// Longer than an attempt may take.
    private static final Duration CLAIM = Channel.LIMIT.multipliedBy(3);

    /// Attempts under way at one receiver.
    private static final int PER_RECEIVER = 4;

    /// Attempts under way in this process; threads are virtual, so what this bounds is sockets.
    private static final int IN_ALL = 256;

    private static final Instant NEVER = Instant.MAX;

    private final Database database;
    private final Secrets secrets;
    private final Channels channels;
    private final RetrySchedule schedule;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final Executor threads;

    private final Object lock = new Object();
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Set<String> failing = new HashSet<>();
    private boolean heldBack;
    private volatile boolean closed;

    /// With a virtual thread for each attempt.
    public static DeliveryWork start(
            Database database,
            Vault vault,
            Channels channels,
            RandomGenerator jitter,
            InstantSource clock,
            Wakeup wakeup) {
        ThreadFactory threads = Thread.ofVirtual().name("notification-", 0).factory();
        return new DeliveryWork(
                database,
                vault,
                channels,
                jitter,
                clock,
                wakeup,
                attempt -> threads.newThread(attempt).start());
    }

    /// @param threads runs each attempt; one that runs them on the caller's thread has [#advance] wait for them
    DeliveryWork(
            Database database,
            Vault vault,
            Channels channels,
            RandomGenerator jitter,
            InstantSource clock,
            Wakeup wakeup,
            Executor threads) {
        this.database = database;
        this.secrets = new Secrets(vault);
        this.channels = channels;
        this.schedule = new RetrySchedule(jitter);
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
        List<Parcel> parcels = database.read(handle -> pick(Rows.active(handle), now, handle));
        if (!parcels.isEmpty()) {
            database.write(write -> {
                for (Parcel each : parcels) {
                    DeliveryRows.begin(
                            write.handle(), each.to().id(), each.deliveries(), now.plus(CLAIM));
                }
                return parcels.size();
            });
            parcels.forEach(each -> begun(each.to().id()));
            parcels.forEach(each -> threads.execute(() -> attempt(each)));
        }
        return database.read(handle -> DeliveryRows.nextDue(handle, now));
    }

    private List<Parcel> pick(List<Subscription> subscriptions, Instant now, Handle handle) {
        List<Parcel> parcels = new ArrayList<>();
        synchronized (lock) {
            // An attempt that ends while this looks has another look made.
            heldBack = true;
        }
        Map<String, Integer> free = free(subscriptions);
        int left = IN_ALL - allUnderWay();
        boolean more = false;
        for (Subscription each : subscriptions) {
            Optional<Channel> channel = channels.of(each.kind());
            if (channel.isEmpty()) {
                continue;
            }
            int parcelsFree = Math.min(left, free.getOrDefault(each.id(), 0));
            int size = channel.get().most();
            // One more than can go tells whether a later run is needed.
            List<Delivery> due = DeliveryRows.due(handle, each.id(), now, parcelsFree * size + 1);
            more |= due.size() > parcelsFree * size;
            List<Delivery> going = due.subList(0, Math.min(due.size(), parcelsFree * size));
            if (!going.isEmpty()) {
                Secrets.Sealed sealed = Secrets.read(handle, each.id());
                for (int from = 0; from < going.size(); from += size) {
                    List<Delivery> together =
                            List.copyOf(going.subList(from, Math.min(going.size(), from + size)));
                    parcels.add(new Parcel(each, channel.get(), together, sealed));
                    left--;
                }
            }
        }
        synchronized (lock) {
            heldBack = more;
        }
        return parcels;
    }

    private Map<String, Integer> free(List<Subscription> subscriptions) {
        synchronized (lock) {
            Map<String, Integer> free = new HashMap<>();
            for (Subscription each : subscriptions) {
                boolean gathers = channels.of(each.kind()).filter(by -> by.most() > 1).isPresent();
                int most = gathers || failing.contains(each.id()) ? 1 : PER_RECEIVER;
                free.put(each.id(), Math.max(0, most - underWay.getOrDefault(each.id(), 0)));
            }
            return free;
        }
    }

    private int allUnderWay() {
        synchronized (lock) {
            return underWay.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private void begun(String subscription) {
        synchronized (lock) {
            underWay.merge(subscription, 1, Integer::sum);
        }
    }

    /// @return whether a run has to look for what waited for this attempt's place
    private boolean ended(String subscription, boolean reached) {
        synchronized (lock) {
            underWay.computeIfPresent(
                    subscription, (_, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
            if (reached) {
                failing.remove(subscription);
            } else {
                failing.add(subscription);
            }
            return heldBack;
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
            again |= ended(parcel.to().id(), reached);
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
