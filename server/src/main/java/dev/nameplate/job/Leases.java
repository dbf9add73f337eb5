package dev.nameplate.job;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Execution;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

/// What keeps a run this node's own while it lasts: heartbeats in the row of db-scheduler's table that says it is *picked*, and
/// the taking over of rows whose heartbeats stopped.
///
/// db-scheduler can do both, and was not good enough where a machine has too much to do: it writes the heartbeats one by one,
/// each waiting for a commit of its own and all with the time at which the first was begun, and takes its own node's late ones
/// for dead. Then the same shard runs twice, then three times, and the machine has even more to do. Here one commit renews all;
/// what runs here is never dead here; and a run that is not sure of its lease renews it before its next step, or ends.
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    /// Heartbeats that may be missed.
    private static final int MISSED = 4;

    private static final String THIS_PICK =
            " WHERE task_name = ? AND task_instance = ? AND version = ?";

    private static final Duration LONGEST_WRITE = Duration.ofMillis(500);

    private final DataSource store;
    private final JdbcCustomization customization;
    private final InstantSource clock;
    private final String node;
    private final Duration heartbeat;
    private final Set<Lease> held = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Optional<Thread> thread = Optional.empty();

    /// Found dead at the last look, by this thread alone.
    private Set<Pick> suspects = Set.of();

    /// A row as it was picked once: being let go of, or picked by another, changes its version.
    private record Pick(String task, String shard, long version) {}

    /// One run's right to its shard.
    static final class Lease {
        private final Pick pick;
        private volatile Instant renewedAt;
        private volatile boolean lost;

        private Lease(Pick pick, Instant renewedAt) {
            this.pick = pick;
            this.renewedAt = renewedAt;
        }

        /// Whether the store was seen to say that the row is another's, or nobody's.
        boolean lost() {
            return lost;
        }
    }

    Leases(
            DataSource store,
            JdbcCustomization customization,
            InstantSource clock,
            String node,
            Duration heartbeat) {
        this.store = store;
        this.customization = customization;
        this.clock = clock;
        this.node = node;
        this.heartbeat = heartbeat;
    }

    /// A killed process cannot let go of what it was running; it can only be one of the same name, which this is.
    ///
    /// @return how many runs it had not finished
    int release() {
        return inStore(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE scheduled_tasks SET picked = ?, picked_by = NULL,"
                                    + " last_heartbeat = NULL, version = version + 1"
                                    + " WHERE picked_by = ? AND picked = ?")) {
                update.setBoolean(1, false);
                update.setString(2, node);
                update.setBoolean(3, true);
                return update.executeUpdate();
            }
        });
    }

    /// @param due told when something was taken over, which then is due
    void start(Runnable due) {
        thread =
                Optional.of(
                        // Not virtual: where there is too much to do, those wait for a carrier.
                        Thread.ofPlatform().daemon().name("job-heart").start(() -> beat(due)));
    }

    void stop() {
        stopped.countDown();
    }

    /// Waits for the write it may be in the middle of, since the store is closed next.
    void awaitStopped() throws InterruptedException {
        if (thread.isPresent()) {
            thread.get().join(LONGEST_WRITE);
        }
    }

    /// From now on it is renewed, until [#letGo].
    Lease hold(Execution picked) {
        var lease =
                new Lease(
                        new Pick(picked.getTaskName(), picked.getId(), picked.version),
                        Optional.ofNullable(picked.lastHeartbeat).orElse(Instant.MIN));
        held.add(lease);
        return lease;
    }

    void letGo(Lease lease) {
        held.remove(lease);
    }

    /// Whether the run may take another step. Costs nothing while heartbeats are in time; where they are late, one is written
    /// and waited for.
    boolean keeps(Lease lease) {
        Instant doubtful = clock.instant().minus(heartbeat.multipliedBy(MISSED / 2));
        if (!lease.lost && lease.renewedAt.isBefore(doubtful)) {
            renew(List.of(lease));
        }
        return !lease.lost;
    }

    private void beat(Runnable due) {
        try {
            while (!stopped.await(heartbeat.toNanos(), TimeUnit.NANOSECONDS)) {
                attempt(
                        "renewed",
                        () -> {
                            renew(List.copyOf(held));
                            return false;
                        });
                if (attempt("looked through", this::takeOver)) {
                    due.run();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean attempt(String what, BooleanSupplier step) {
        try {
            return step.getAsBoolean();
        } catch (RuntimeException failed) {
            if (stopped.getCount() > 0) {
                LOG.warn("the runs' leases could not be {}; trying again", what, failed);
            }
            return false;
        }
    }

    /// In one commit, however many they are.
    private void renew(Collection<Lease> leases) {
        if (leases.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<Lease> others = new ArrayList<>();
        inStore(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE scheduled_tasks SET last_heartbeat = ?" + THIS_PICK)) {
                for (Lease lease : leases) {
                    customization.setInstant(update, 1, now);
                    name(update, 2, lease.pick);
                    if (update.executeUpdate() == 0) {
                        others.add(lease);
                    }
                }
            }
            return leases.size();
        });
        for (Lease lease : leases) {
            if (others.contains(lease)) {
                lease.lost = true;
            } else {
                lease.renewedAt = now;
            }
        }
    }

    /// Frees what was dead at this look and the last. Between them the heartbeats of a node that lives arrive, if only the store
    /// or this node had held still: all the same for what they had done meanwhile.
    ///
    /// @return whether there was anything
    private boolean takeOver() {
        Instant limit = clock.instant().minus(heartbeat.multipliedBy(MISSED));
        Set<Pick> dead = dead(limit);
        List<Pick> again = dead.stream().filter(suspects::contains).toList();
        suspects = dead;
        return !again.isEmpty() && free(again, limit) > 0;
    }

    /// What this node runs is not among them, however late its heartbeats are; what it picked and does not run is.
    private Set<Pick> dead(Instant limit) {
        Set<Pick> dead = new LinkedHashSet<>();
        inStore(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT task_name, task_instance, version FROM scheduled_tasks"
                                    + " WHERE picked = ? AND last_heartbeat <= ?"
                                    // So that two nodes lock them in the same order.
                                    + " ORDER BY task_name, task_instance")) {
                select.setBoolean(1, true);
                customization.setInstant(select, 2, limit);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        dead.add(new Pick(row.getString(1), row.getString(2), row.getLong(3)));
                    }
                }
            }
            return dead.size();
        });
        held.forEach(lease -> dead.remove(lease.pick));
        return dead;
    }

    private int free(List<Pick> dead, Instant limit) {
        Instant now = clock.instant();
        int freed =
                inStore(connection -> {
                    int rows = 0;
                    try (PreparedStatement update =
                            connection.prepareStatement(
                                    "UPDATE scheduled_tasks SET picked = ?, picked_by = NULL,"
                                            + " last_heartbeat = NULL, execution_time = ?,"
                                            + " version = version + 1"
                                            + THIS_PICK
                                            + " AND last_heartbeat <= ?")) {
                        for (Pick pick : dead) {
                            update.setBoolean(1, false);
                            customization.setInstant(update, 2, now);
                            name(update, 3, pick);
                            customization.setInstant(update, 6, limit);
                            rows += update.executeUpdate();
                        }
                    }
                    return rows;
                });
        if (freed > 0) {
            LOG.info("took over {} runs whose heartbeats had stopped", freed);
        }
        return freed;
    }

    private static void name(PreparedStatement statement, int first, Pick pick)
            throws SQLException {
        statement.setString(first, pick.task());
        statement.setString(first + 1, pick.shard());
        statement.setLong(first + 2, pick.version());
    }

    private interface Step {
        int on(Connection connection) throws SQLException;
    }

    /// In one transaction of the connections that go ahead of the queue of writes.
    private int inStore(Step step) {
        try (Connection connection = store.getConnection()) {
            connection.setAutoCommit(false);
            int rows;
            try {
                rows = step.on(connection);
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            }
            connection.commit();
            return rows;
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "the store did not do what the runs' leases ask: " + failed.getMessage(),
                    failed);
        }
    }
}
