package dev.nameplate.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.nameplate.db.Database;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The door to the feature: who is told of what, and what became of it.
public final class Subscriptions {
    /// Where the secrets of webhooks rest.
    public static final List<SealedColumn> SEALED = List.of(Secrets.PRESENT, Secrets.PREVIOUS);

    /// Each costs a look at every event of its account.
    public static final int MOST = 100;

    private static final int ID_BYTES = 12;
    private static final int REPLAYED_AT_ONCE = 1000;

    /// The id of the subscription that the operator's settings make.
    static final String OPERATOR = "sub_settings";

    private final Database database;
    private final Secrets secrets;
    private final Outbox outbox;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Wakeup wakeup;

    public Subscriptions(
            Database database,
            Vault vault,
            Outbox outbox,
            InstantSource clock,
            SecureRandom random,
            Wakeup wakeup) {
        this.database = database;
        this.secrets = new Secrets(vault);
        this.outbox = outbox;
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
    }

    /// @param secret only a webhook's, and only now: it is never shown again
    public record Created(Subscription subscription, Optional<Secret> secret) {}

    /// @param events wanted; empty for all
    /// @throws NotNow if the account has [#MOST]
    public Created create(
            AccountId account, Subscription.Kind kind, String address, Set<EventType> events) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Subscription made =
                new Subscription(
                        "sub_" + HexFormat.of().formatHex(id),
                        account,
                        kind,
                        address,
                        events,
                        Subscription.State.ACTIVE,
                        Optional.empty(),
                        Optional.empty(),
                        now());
        Optional<Secret> secret =
                kind == Subscription.Kind.WEBHOOK
                        ? Optional.of(Secret.random(random))
                        : Optional.empty();
        Optional<byte[]> sealed = secret.map(each -> secrets.seal(each, made.id()));
        return database.write(write -> {
            if (Rows.of(write.handle(), account).size() >= MOST) {
                throw new NotNow("an account has at most " + MOST + " subscriptions; delete one");
            }
            insert(write.handle(), made, sealed);
            return new Created(made, secret);
        });
    }

    private static void insert(Handle handle, Subscription made, Optional<byte[]> sealed) {
        handle.createUpdate(
                        """
                        INSERT INTO notification_subscription
                            (id, account, kind, address, events, state, sealed_secret, created_at)
                        VALUES (:id, :account, :kind, :address, :events, :state, :secret, :at)
                        """)
                .bind("id", made.id())
                .bind("account", made.account().value())
                .bind("kind", made.kind().name())
                .bind("address", made.address())
                .bind("events", Rows.words(made.events()))
                .bind("state", made.state().name())
                .bind("secret", sealed.orElse(null))
                .bind("at", made.createdAt().toEpochMilli())
                .execute();
    }

    /// Oldest first.
    public List<Subscription> list(AccountId account) {
        return database.read(handle -> Rows.of(handle, account));
    }

    public Optional<Subscription> find(AccountId account, String id) {
        return database.read(handle -> Rows.find(handle, account, id));
    }

    /// What is left empty stays as it is.
    public record Change(
            Optional<String> address,
            Optional<Set<EventType>> events,
            Optional<Subscription.State> state) {}

    /// @throws NoSuchSubscription if the account has none of this id
    /// @throws NotNow if the operator's settings make it
    public Subscription change(AccountId account, String id, Change change) {
        return database.write(write -> {
            Subscription before = changeable(write.handle(), account, id);
            write.handle()
                    .createUpdate(
                            """
                            UPDATE notification_subscription
                            SET address = :address, events = :events, state = :state,
                                state_reason = CASE WHEN :state = 'ACTIVE' THEN NULL ELSE state_reason END
                            WHERE id = :id
                            """)
                    .bind("id", id)
                    .bind("address", change.address().orElse(before.address()))
                    .bind("events", Rows.words(change.events().orElse(before.events())))
                    .bind("state", change.state().orElse(before.state()).name())
                    .execute();
            write.afterCommit(() -> wakeup.wake(DeliveryWork.NAME));
            return existing(write.handle(), account, id);
        });
    }

    static void disable(Handle handle, String id, String reason) {
        handle.createUpdate(
                        """
                        UPDATE notification_subscription SET state = 'DISABLED', state_reason = :reason
                        WHERE id = :id AND state = 'ACTIVE'
                        """)
                .bind("id", id)
                .bind("reason", reason)
                .execute();
    }

    /// Deletes also what waits for it.
    ///
    /// @throws NoSuchSubscription if the account has none of this id
    /// @throws NotNow if the operator's settings make it
    public void delete(AccountId account, String id) {
        database.write(write -> {
            Subscription gone = changeable(write.handle(), account, id);
            return remove(write.handle(), gone.id());
        });
    }

    private static int remove(Handle handle, String id) {
        handle.createUpdate("DELETE FROM notification_delivery WHERE subscription_id = :id")
                .bind("id", id)
                .execute();
        return handle.createUpdate("DELETE FROM notification_subscription WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /// A new secret signs from now on, and for a day the one before beside it.
    ///
    /// @throws NoSuchSubscription if the account has none of this id
    /// @throws NotNow if it is no webhook
    public Created rotate(AccountId account, String id) {
        Secret fresh = Secret.random(random);
        byte[] sealed = secrets.seal(fresh, id);
        Instant now = now();
        return database.write(write -> {
            existing(write.handle(), account, id);
            // Read here, so that of two rotations at once the later one keeps what the earlier one
            // handed out.
            byte[] before =
                    Secrets.read(write.handle(), id)
                            .present()
                            .map(present -> secrets.sealPrevious(present, id))
                            .orElseThrow(() -> new NotNow("only a webhook has a secret"));
            write.handle()
                    .createUpdate(
                            """
                            UPDATE notification_subscription
                            SET sealed_secret = :fresh, sealed_previous = :before, previous_until = :until
                            WHERE id = :id
                            """)
                    .bind("id", id)
                    .bind("fresh", sealed)
                    .bind("before", before)
                    .bind("until", now.plus(Secrets.OVERLAP).toEpochMilli())
                    .execute();
            return new Created(existing(write.handle(), account, id), Optional.of(fresh));
        });
    }

    /// Has it told of a test, whatever it wants.
    ///
    /// @throws NoSuchSubscription if the account has none of this id
    /// @throws NotNow if it is disabled
    public Delivery test(AccountId account, String id) {
        byte[] occurrence = new byte[ID_BYTES];
        random.nextBytes(occurrence);
        Instant now = now();
        Event event =
                Event.of(
                        account,
                        EventType.TEST,
                        "subscriptions/" + id,
                        HexFormat.of().formatHex(occurrence),
                        now,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("message", "This is a test. Nothing happened."));
        return database.write(write -> {
            Subscription to = awake(write.handle(), account, id);
            outbox.keep(write.handle(), event, List.of(to));
            write.afterCommit(() -> wakeup.wake(DeliveryWork.NAME));
            return delivery(write.handle(), id, event.id());
        });
    }

    /// A place in the order of [#deliveries].
    public record Place(Instant at, String event) {}

    /// Newest first, from behind `after`.
    ///
    /// @throws NoSuchSubscription if the account has none of this id
    public List<Delivery> deliveries(
            AccountId account,
            String id,
            Optional<Delivery.State> state,
            Optional<Place> after,
            int limit) {
        return database.read(handle -> {
            existing(handle, account, id);
            return DeliveryRows.page(handle, id, state, after, limit);
        });
    }

    /// Sends an event once more, with all attempts before it again: under the same id, signed anew.
    ///
    /// @throws NoSuchSubscription if the account has none of this id, or that has no such delivery
    /// @throws NotNow if it is disabled, or the event is still on its way
    public Delivery replay(AccountId account, String id, String event) {
        Instant now = now();
        return database.write(write -> {
            Subscription to = awake(write.handle(), account, id);
            Delivery before = delivery(write.handle(), to.id(), event);
            if (before.state() == Delivery.State.PENDING) {
                throw new NotNow(
                        "the event is still on its way, with attempts to come; there is nothing to replay");
            }
            DeliveryRows.replay(write.handle(), id, event, now);
            write.afterCommit(() -> wakeup.wake(DeliveryWork.NAME));
            return delivery(write.handle(), id, event);
        });
    }

    /// Sends all that was given up until now once more, as [#replay] does one.
    ///
    /// @param since only what happened then or later
    /// @return how many
    /// @throws NoSuchSubscription if the account has none of this id
    /// @throws NotNow if it is disabled
    public int replayDead(AccountId account, String id, Instant since) {
        Instant now = now();
        int all = 0;
        int some;
        do {
            some =
                    database.write(write -> {
                        Subscription to = awake(write.handle(), account, id);
                        write.afterCommit(() -> wakeup.wake(DeliveryWork.NAME));
                        return DeliveryRows.replayDead(
                                write.handle(), to.id(), since, now, REPLAYED_AT_ONCE);
                    });
            all += some;
        } while (some == REPLAYED_AT_ONCE);
        return all;
    }

    /// One of [#deliveries].
    ///
    /// @throws NoSuchSubscription if the account has none of this id, or that has no such delivery
    public Delivery delivery(AccountId account, String id, String event) {
        return database.read(handle -> {
            existing(handle, account, id);
            return delivery(handle, id, event);
        });
    }

    /// Keeps the subscription that stands for the operator's settings as these are; without addresses there is none.
    ///
    /// @param addresses with commas between
    /// @param events wanted; empty for all
    public void ofSettings(AccountId account, Optional<String> addresses, Set<EventType> events) {
        Instant now = now();
        database.write(write -> {
            Optional<Subscription> any = Rows.find(write.handle(), OPERATOR);
            Optional<Subscription> before = any.filter(each -> each.account().equals(account));
            boolean same =
                    any.equals(before)
                            && before.map(Subscription::address).equals(addresses)
                            && before.map(Subscription::events).orElse(events).equals(events);
            if (!any.equals(before)) {
                // The account that the settings named before: what waits is about its domains.
                remove(write.handle(), OPERATOR);
            }
            if (!same) {
                addresses.ifPresentOrElse(
                        to -> keep(write.handle(), account, to, events, now),
                        () -> remove(write.handle(), OPERATOR));
            }
            return same;
        });
    }

    private static void keep(
            Handle handle, AccountId account, String address, Set<EventType> events, Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO notification_subscription
                            (id, account, kind, address, events, state, created_at)
                        VALUES (:id, :account, 'EMAIL', :address, :events, 'ACTIVE', :at)
                        ON CONFLICT (id) DO UPDATE SET
                            account = excluded.account, address = excluded.address, events = excluded.events
                        """)
                .bind("id", OPERATOR)
                .bind("account", account.value())
                .bind("address", address)
                .bind("events", Rows.words(events))
                .bind("at", now.toEpochMilli())
                .execute();
    }

    private static Delivery delivery(Handle handle, String id, String event) {
        return DeliveryRows.find(handle, id, event)
                .orElseThrow(() -> new NoSuchSubscription("there is no delivery " + event));
    }

    private static Subscription awake(Handle handle, AccountId account, String id) {
        Subscription found = existing(handle, account, id);
        if (found.state() == Subscription.State.DISABLED) {
            throw new NotNow("the subscription is disabled; enable it first");
        }
        return found;
    }

    private static Subscription changeable(Handle handle, AccountId account, String id) {
        Subscription found = existing(handle, account, id);
        if (found.isOfSettings()) {
            throw new NotNow(
                    "it is made by the settings notifications.smtp.to and events, and changed there");
        }
        return found;
    }

    private static Subscription existing(Handle handle, AccountId account, String id) {
        return Rows.find(handle, account, id).orElseThrow(() -> missing(id));
    }

    private static NoSuchSubscription missing(String id) {
        return new NoSuchSubscription("there is no subscription " + id);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// The state of things does not allow it.
    public static final class NotNow extends RuntimeException {
        NotNow(String message) {
            super(message);
        }
    }

    /// The account has no such subscription, or that no such delivery.
    public static final class NoSuchSubscription extends RuntimeException {
        NoSuchSubscription(String message) {
            super(message);
        }
    }
}
