package dev.nameplate.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What only the SQLite store does: many units in one commit, and leases of its writer.
final class GroupCommitTest {
    private final TestStore store = TestStore.sqlite();
    private final Database database = store.database();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.close();
        store.close();
    }

    @Test
    void unitsThatWaitAreCommittedTogether() throws Exception {
        Database.Statistics before = database.statistics();
        List<Future<?>> writes = queued(20);
        for (Future<?> write : writes) {
            write.get();
        }
        Database.Statistics after = database.statistics();

        // The first unit and the twenty that queued up behind it.
        assertThat(after.units() - before.units()).isEqualTo(21);
        assertThat(after.commits() - before.commits()).isLessThanOrEqualTo(3);
        assertThat(DatabaseTest.keys(database)).hasSize(20);
    }

    @Test
    void oneUnitsFailureLeavesTheOthersOfItsGroup() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Future<?> first = holding(entered, go);
        entered.await();
        List<Future<?>> writes = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            String key = "k" + i;
            boolean fails = i == 4;
            writes.add(
                    threads.submit(() ->
                            database.write(write -> {
                                DatabaseTest.insert(write.handle(), key);
                                if (fails) {
                                    // Fails in SQL as well, not only by the exception.
                                    DatabaseTest.insert(write.handle(), key);
                                }
                                return true;
                            })));
        }
        awaitQueued(9);
        go.countDown();
        first.get();
        int failed = 0;
        for (Future<?> write : writes) {
            try {
                write.get();
            } catch (ExecutionException unique) {
                assertThat(unique).hasStackTraceContaining("UNIQUE");
                failed++;
            }
        }

        assertThat(failed).isEqualTo(1);
        assertThat(DatabaseTest.keys(database)).hasSize(8).doesNotContain("k4");
    }

    @Test
    void aFailedCommitFailsEveryUnitOfItsGroup() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Future<?> first = holding(entered, go);
        entered.await();
        Future<?> good = threads.submit(() -> DatabaseTest.insert(database, "good"));
        awaitQueued(1);
        Future<?> bad =
                threads.submit(() ->
                        database.write(
                                // What SQLite itself does when the disk is full: the whole
                                // transaction is gone.
                                write -> write.handle().execute("ROLLBACK")));
        awaitQueued(2);
        go.countDown();

        for (Future<?> write : List.of(first, good, bad)) {
            assertThatThrownBy(write::get)
                    .hasCauseInstanceOf(CommitFailedException.class)
                    .hasMessageContaining("could not commit");
        }
        assertThat(DatabaseTest.keys(database)).isEmpty();
        DatabaseTest.insert(database, "later");
        assertThat(DatabaseTest.keys(database)).containsExactly("later");
    }

    @Test
    void aLeaseJoinsTheWriterAndIsDurableAtItsCommit() throws Exception {
        try (Connection lease = database.schedulerDataSource().getConnection()) {
            assertThat(lease.getAutoCommit()).isFalse();
            insert(lease, "leased");
            Future<?> other = threads.submit(() -> DatabaseTest.insert(database, "other"));
            awaitQueued(1);
            assertThat(DatabaseTest.keys(database)).isEmpty();
            lease.commit();
            other.get();
            assertThat(DatabaseTest.keys(database)).containsExactlyInAnyOrder("leased", "other");
        }
    }

    @Test
    void aLeaseGoesAheadOfWritesThatWait() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Future<?> first = holding(entered, go);
        entered.await();
        List<String> order = new CopyOnWriteArrayList<>();
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String key = "k" + i;
            waiting.add(
                    threads.submit(() ->
                            database.write(write -> {
                                DatabaseTest.insert(write.handle(), key);
                                return order.add(key);
                            })));
        }
        awaitQueued(3);
        waiting.add(
                threads.submit(() -> {
                    try (Connection lease = database.schedulerDataSource().getConnection()) {
                        insert(lease, "leased");
                        order.add("leased");
                        lease.commit();
                    }
                    return order;
                }));
        awaitQueued(4);
        go.countDown();
        first.get();
        for (Future<?> each : waiting) {
            each.get();
        }

        assertThat(order).hasSize(4).startsWith("leased");
        assertThat(DatabaseTest.keys(database)).hasSize(4);
    }

    @Test
    void aFullQueueStillTakesALease() {
        var queue = new UnitQueue(1, Duration.ZERO);
        var write = new LeaseUnit();
        var lease = new LeaseUnit();
        queue.put(write);

        assertThatThrownBy(() -> queue.put(new LeaseUnit())).isInstanceOf(StoreBusyException.class);
        queue.putFirst(lease);

        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.poll()).containsSame(lease);
        assertThat(queue.poll()).containsSame(write);
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void aLeaseRolledBackOrClosedEarlyLeavesNothing() throws Exception {
        try (Connection lease = database.schedulerDataSource().getConnection()) {
            insert(lease, "a");
            lease.rollback();
            insert(lease, "b");
        }
        assertThat(DatabaseTest.keys(database)).isEmpty();
        DatabaseTest.insert(database, "c");
        assertThat(DatabaseTest.keys(database)).containsExactly("c");
    }

    @Test
    void aQueryThroughALeaseDoesNotWaitForTheWriter() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Future<?> first = holding(entered, go);
        entered.await();
        try (Connection lease = database.schedulerDataSource().getConnection();
                PreparedStatement query = lease.prepareStatement("select count(*) from tag");
                ResultSet row = query.executeQuery()) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isZero();
        }
        go.countDown();
        first.get();
    }

    @Test
    void leasesAndWritesOfManyThreadsLoseNothing() throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int thread = t;
            running.add(
                    threads.submit(() -> {
                        for (int i = 0; i < 25; i++) {
                            String key = thread + "-" + i;
                            if (thread % 2 == 0) {
                                DatabaseTest.insert(database, key);
                            } else {
                                try (Connection lease =
                                        database.schedulerDataSource().getConnection()) {
                                    insert(lease, key);
                                    lease.commit();
                                }
                            }
                        }
                        return true;
                    }));
        }
        for (Future<?> thread : running) {
            thread.get();
        }
        assertThat(DatabaseTest.keys(database)).hasSize(200);
    }

    @Test
    void aLeaseInsideAUnitIsRefused() {
        assertThatThrownBy(() ->
                        database.write(_ -> {
                            try (Connection lease =
                                    database.schedulerDataSource().getConnection()) {
                                insert(lease, "a");
                                return true;
                            } catch (SQLException failed) {
                                throw new IllegalStateException(failed);
                            }
                        }))
                .hasMessageContaining("cannot start inside");
    }

    /// A write that holds the writer until told to go on.
    private Future<?> holding(CountDownLatch entered, CountDownLatch go) {
        return threads.submit(() ->
                database.write(_ -> {
                    entered.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                    return true;
                }));
    }

    private List<Future<?>> queued(int count) throws InterruptedException {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        List<Future<?>> writes = new ArrayList<>();
        writes.add(holding(entered, go));
        entered.await();
        for (int i = 0; i < count; i++) {
            String key = "k" + i;
            writes.add(threads.submit(() -> DatabaseTest.insert(database, key)));
        }
        awaitQueued(count);
        go.countDown();
        return writes;
    }

    private void awaitQueued(int count) {
        while (database.statistics().waiting() < count) {
            Thread.onSpinWait();
        }
    }

    private static void insert(Connection connection, String key) throws SQLException {
        try (PreparedStatement sql =
                connection.prepareStatement(
                        "INSERT INTO tag (resource, key, value) VALUES (?, 'k', '0')")) {
            sql.setString(1, key);
            sql.executeUpdate();
        }
    }
}
