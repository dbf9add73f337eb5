package dev.nameplate.enrolment;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Deletes used nonces once nobody could use them again, and orders, authorizations and certificates a while after their end.
public final class EnrolmentRetention implements DueWork {
    /// So that an owner can look up what became of something.
    static final Duration KEPT = Duration.ofDays(30);

    private static final Duration LOOK = Duration.ofMinutes(10);
    private static final int BATCH = 500;

    private final Database database;

    public EnrolmentRetention(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "enrolment-retention";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Instant before = now.minus(KEPT);
        boolean more =
                database.write(write -> {
                    Handle handle = write.handle();
                    int nonces = Nonces.forget(handle, now, BATCH);
                    int certificates = certificates(handle, before);
                    int orders = orders(handle, before);
                    int authorizations = authorizations(handle, before);
                    return Math.max(
                                    Math.max(nonces, certificates),
                                    Math.max(orders, authorizations))
                            == BATCH;
                });
        return Optional.of(more ? now : now.plus(LOOK));
    }

    /// With the orders they were signed for.
    private static int certificates(Handle handle, Instant before) {
        String orders =
                """
                SELECT order_id FROM enrolment_certificate WHERE not_after < ? ORDER BY not_after, id LIMIT ?
                """;
        forgetOrders(handle, orders, before);
        return handle.execute(
                """
                DELETE FROM enrolment_certificate WHERE id IN
                    (SELECT id FROM enrolment_certificate WHERE not_after < ? ORDER BY not_after, id LIMIT ?)
                """,
                before.toEpochMilli(),
                BATCH);
    }

    /// Those that came to nothing; one with a certificate stays as long as that.
    private static int orders(Handle handle, Instant before) {
        return forgetOrders(
                handle,
                """
                SELECT id FROM enrolment_order WHERE expires_at < ? AND status IN ('PENDING', 'INVALID')
                ORDER BY expires_at, id LIMIT ?
                """,
                before);
    }

    private static int forgetOrders(Handle handle, String which, Instant before) {
        handle.execute(
                "DELETE FROM enrolment_order_authorization WHERE order_id IN (" + which + ")",
                before.toEpochMilli(),
                BATCH);
        return handle.execute(
                "DELETE FROM enrolment_order WHERE id IN (" + which + ")",
                before.toEpochMilli(),
                BATCH);
    }

    /// One that an order still shows stays.
    private static int authorizations(Handle handle, Instant before) {
        String old =
                """
                SELECT id FROM enrolment_authorization a WHERE expires_at < ?
                    AND NOT EXISTS (SELECT 1 FROM enrolment_order_authorization o WHERE o.authorization_id = a.id)
                ORDER BY expires_at, id LIMIT ?
                """;
        handle.execute(
                "DELETE FROM enrolment_challenge WHERE authorization_id IN (" + old + ")",
                before.toEpochMilli(),
                BATCH);
        return handle.execute(
                "DELETE FROM enrolment_authorization WHERE id IN (" + old + ")",
                before.toEpochMilli(),
                BATCH);
    }
}
