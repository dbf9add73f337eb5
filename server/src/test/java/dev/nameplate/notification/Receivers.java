package dev.nameplate.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.nameplate.db.Database;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/// The feature over one store, with a channel that does what the test says.
public final class Receivers implements Channel {
    public static final AccountId ACCOUNT = new AccountId("123456789012");

    public final SettableClock clock = new SettableClock();
    public final ManualJobs jobs = new ManualJobs(clock);
    public final List<Sent> sent = new CopyOnWriteArrayList<>();
    public final Database database;
    public final Outbox outbox;
    public final Subscriptions subscriptions;
    public final DeliveryWork work;
    final Vault vault = TestVault.open();
    public volatile Behaviour behaviour =
            (_, _, _) -> new Outcome.Delivered(Optional.of(204), "taken");

    public interface Behaviour {
        Outcome send(Subscription to, List<Event> events, List<Secret> secrets);
    }

    @Override
    public Optional<String> problem(String address) {
        return Optional.empty();
    }

    public record Sent(String subscription, List<Event> events, List<Secret> secrets) {}

    public Receivers(Database database, Executor threads) {
        this.database = database;
        Channels channels = new Channels(Map.of(Subscription.Kind.WEBHOOK, this));
        SecureRandom random = new SecureRandom();
        Wakeup wakeup = this::wake;
        outbox = new Outbox(wakeup, channels);
        subscriptions = new Subscriptions(database, vault, outbox, clock, random, wakeup);
        work =
                new DeliveryWork(
                        database,
                        vault,
                        channels,
                        new RetrySchedule(RetrySchedule.STANDARD, new Random(1)),
                        clock,
                        wakeup,
                        threads);
        jobs.add(work);
    }

    /// Attempts on threads of their own wake, too.
    private void wake(String work) {
        synchronized (jobs) {
            jobs.wake(work);
        }
    }

    @Override
    public Outcome send(Subscription to, List<Event> events, List<Secret> secrets) {
        sent.add(new Sent(to.id(), events, secrets));
        return behaviour.send(to, events, secrets);
    }

    Subscription webhook(EventType... types) {
        return webhook(ACCOUNT, types).subscription();
    }

    public Subscriptions.Created webhook(AccountId account, EventType... types) {
        return subscriptions.create(
                account, Subscription.Kind.WEBHOOK, "https://hooks.example.com/", Set.of(types));
    }

    /// What was sent of one type, in the order of its sending.
    public List<Event> told(EventType type) {
        return sent.stream()
                .flatMap(each -> each.events().stream())
                .filter(each -> each.type() == type)
                .toList();
    }

    /// Has everything sent that happened until `now`.
    public void deliver(Instant now) {
        clock.set(now);
        jobs.wake(DeliveryWork.NAME);
        jobs.tick();
    }

    static Event event(String occurrence, EventType type, Instant at) {
        return event(ACCOUNT, occurrence, type, at);
    }

    static Event event(AccountId account, String occurrence, EventType type, Instant at) {
        return Event.of(
                account,
                type,
                "jobs/x/entries/0",
                occurrence,
                at,
                JsonNodeFactory.instance.objectNode().put("name", "shop.example.com"));
    }

    void happens(Event... events) {
        database.write(write -> {
            outbox.record(write, List.of(events));
            return events.length;
        });
    }

    List<Delivery> deliveries(Subscription of) {
        return subscriptions.deliveries(ACCOUNT, of.id(), Optional.empty(), Optional.empty(), 100);
    }
}
