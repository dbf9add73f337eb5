package dev.nameplate.db;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// The one thread that writes. It takes what has queued up while the last group was being made durable, runs each unit as
/// a savepoint of one transaction, and commits them with a single fsync. Nobody is answered before that.
///
/// It owns its connection: no other thread touches it, except the holder of a [LeaseUnit] while this thread waits for it.
final class GroupCommitter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);

    /// Bounds how long the first unit of a group waits for the others, and the work lost when a commit fails.
    private static final int GROUP = 128;

    private static final int QUEUE = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Connection connection;
    private final KeptStatements sql;
    private final UnitQueue queue = new UnitQueue(QUEUE, PATIENCE);
    private final AtomicLong units = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    // A platform thread: SQLite blocks in native code, where a virtual thread would hold its
    // carrier.
    private final Thread thread;

    GroupCommitter(Connection connection, KeptStatements sql, String name) {
        this.connection = connection;
        this.sql = sql;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    void submit(Unit unit) {
        queue.put(unit);
    }

    void submitFirst(Unit unit) {
        queue.putFirst(unit);
    }

    Database.Statistics statistics() {
        return new Database.Statistics(units.get(), commits.get(), queue.size());
    }

    private void run() {
        for (Optional<Unit> first = queue.take(); first.isPresent(); first = queue.take()) {
            runGroup(first.get());
        }
        try {
            connection.close();
        } catch (SQLException failed) {
            LOG.warn("closing the store's writer failed", failed);
        }
    }

    private void runGroup(Unit first) {
        List<Unit> group = new ArrayList<>();
        group.add(first);
        try {
            sql.execute("BEGIN IMMEDIATE");
            runOne(first);
            for (Optional<Unit> next = queue.poll(); next.isPresent(); next = nextOf(group)) {
                group.add(next.get());
                runOne(next.get());
            }
            sql.execute("COMMIT");
        } catch (SQLException | RuntimeException | Error failed) {
            abandon(group, failed);
            return;
        }
        units.addAndGet(group.size());
        commits.incrementAndGet();
        group.forEach(Unit::settle);
    }

    private Optional<Unit> nextOf(List<Unit> group) {
        return group.size() < GROUP ? queue.poll() : Optional.empty();
    }

    private void runOne(Unit unit) throws SQLException {
        sql.execute("SAVEPOINT unit");
        if (!unit.run(connection)) {
            // Fails if SQLite has rolled back the whole transaction by itself (disk full, I/O
            // error): then the group is lost.
            sql.execute("ROLLBACK TO unit");
        }
        sql.execute("RELEASE unit");
    }

    private void abandon(List<Unit> group, Throwable cause) {
        LOG.error("a group of {} writes could not be committed", group.size(), cause);
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException alreadyRolledBack) {
            LOG.debug("no transaction was left to roll back", alreadyRolledBack);
        }
        var failure =
                new CommitFailedException(
                        "the store could not commit ("
                                + cause.getMessage()
                                + "): check the disk below the data folder",
                        cause);
        group.forEach(unit -> unit.fail(failure));
    }

    /// Runs what is queued, then stops.
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
