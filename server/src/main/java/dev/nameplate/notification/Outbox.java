package dev.nameplate.notification;

import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.util.List;

/// Where whoever changes something records what happened, in the unit of work of the change itself: both are stored or neither is.
/// Nobody is called here; [DeliveryWork] tells the subscribers afterwards.
public final class Outbox {
    private final Wakeup wakeup;
    private final Channels channels;

    public Outbox(Wakeup wakeup, Channels channels) {
        this.wakeup = wakeup;
        this.channels = channels;
    }

    /// Whether anybody is subscribed to anything of the account's: if not, there is no need to make events.
    public boolean wanted(Handle handle, AccountId account) {
        return !Rows.active(handle, account).isEmpty();
    }

    /// Whose events anybody is subscribed to.
    public List<AccountId> accounts(Handle handle) {
        return Rows.active(handle).stream().map(Subscription::account).distinct().toList();
    }

    public void record(Write write, Event event) {
        record(write, List.of(event));
    }

    /// Keeps an event for each subscription that wants it; what nobody wants is not kept.
    public void record(Write write, List<Event> events) {
        Handle handle = write.handle();
        boolean any = false;
        for (AccountId account : events.stream().map(Event::account).distinct().toList()) {
            List<Subscription> all = Rows.active(handle, account);
            for (Event event : events) {
                List<Subscription> wanting =
                        all.stream()
                                .filter(each -> each.account().equals(event.account()))
                                .filter(each -> event.account().equals(account))
                                .filter(each -> each.wants(event.type()))
                                .toList();
                any |= !wanting.isEmpty() && keep(handle, event, wanting);
            }
        }
        if (any) {
            write.afterCommit(() -> wakeup.wake(DeliveryWork.NAME));
        }
    }

    /// @return false if it was recorded before
    boolean keep(Handle handle, Event event, List<Subscription> wanting) {
        int kept =
                handle.createUpdate(
                                """
                                INSERT INTO notification_event (id, account, type, subject, at, data)
                                VALUES (:id, :account, :type, :subject, :at, :data)
                                ON CONFLICT (id) DO NOTHING
                                """)
                        .bind("id", event.id())
                        .bind("account", event.account().value())
                        .bind("type", event.type().word())
                        .bind("subject", event.subject())
                        .bind("at", event.at().toEpochMilli())
                        .bind("data", event.data().toString())
                        .execute();
        if (kept == 0) {
            return false;
        }
        PreparedBatch rows =
                handle.prepareBatch(
                        """
                        INSERT INTO notification_delivery
                            (subscription_id, event_id, state, attempts, due_at, created_at)
                        VALUES (:subscription, :event, 'PENDING', 0, :due, :at)
                        """);
        for (Subscription each : wanting) {
            rows.bind("subscription", each.id())
                    .bind("event", event.id())
                    .bind("due", event.at().plus(channels.gathering(each.kind())).toEpochMilli())
                    .bind("at", event.at().toEpochMilli())
                    .add();
        }
        rows.execute();
        return true;
    }
}
