package dev.nameplate.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import javax.sql.DataSource;

/// PostgreSQL: writes are SERIALIZABLE and repeated when they lose against each other, reads are REPEATABLE READ snapshots.
///
/// Three pools, because a connection keeps its isolation level and switching it costs a round trip each time; apart, also,
/// so that slow readers cannot keep writers waiting, nor either the scheduler's heartbeats.
final class PostgresDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

    /// Per node; three small nodes stay below PostgreSQL's default of 100 connections.
    private static final int WRITERS = 10;

    private static final int READERS = 10;
    private static final int SCHEDULER = 4;

    /// With back-off doubling from [#FIRST_PAUSE] this gives a contended write about five seconds.
    private static final int ATTEMPTS = 12;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /// Any number that no other advisory lock in this database has.
    private static final long COMMIT_ORDER_LOCK = 0x6e70_636f_6d6d_6974L;

    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";

    private final Sessions sessions =
            new Sessions(PostgresDatabase::queueUp, DefaultStatementBuilder.FACTORY);
    private final HikariDataSource writers;
    private final HikariDataSource readers;
    private final HikariDataSource scheduler;
    private final RandomGenerator jitter;
    private final AtomicLong units = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();

    private PostgresDatabase(
            HikariDataSource writers,
            HikariDataSource readers,
            HikariDataSource scheduler,
            RandomGenerator jitter) {
        this.writers = writers;
        this.readers = readers;
        this.scheduler = scheduler;
        this.jitter = jitter;
    }

    static PostgresDatabase open(
            String jdbcUrl, String user, String password, RandomGenerator jitter) {
        HikariDataSource scheduler =
                new HikariDataSource(pool("scheduler", SCHEDULER, jdbcUrl, user, password));
        try {
            refuseUnsafeSettings(scheduler);
            Migrations.run(scheduler, Dialect.POSTGRESQL);
            HikariConfig write = pool("write", WRITERS, jdbcUrl, user, password);
            write.setAutoCommit(false);
            write.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
            HikariConfig read = pool("read", READERS, jdbcUrl, user, password);
            read.setAutoCommit(false);
            read.setReadOnly(true);
            read.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
            return new PostgresDatabase(
                    new HikariDataSource(write), new HikariDataSource(read), scheduler, jitter);
        } catch (SQLException | RuntimeException failed) {
            scheduler.close();
            throw new IllegalStateException(
                    "cannot open the store " + jdbcUrl + ": " + failed.getMessage(), failed);
        }
    }

    private static HikariConfig pool(
            String name, int size, String jdbcUrl, String user, String password) {
        var config = new HikariConfig();
        config.setPoolName("store-" + name);
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        return config;
    }

    /// With either setting off, PostgreSQL acknowledges commits that a power cut undoes.
    private static void refuseUnsafeSettings(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement();
                ResultSet row =
                        sql.executeQuery(
                                "SELECT current_setting('fsync'), current_setting('synchronous_commit')")) {
            row.next();
            if (row.getString(1).equals("off") || row.getString(2).equals("off")) {
                throw new IllegalStateException(
                        "fsync is "
                                + row.getString(1)
                                + " and synchronous_commit is "
                                + row.getString(2)
                                + "; turn both on, or acknowledged writes are lost when the power goes");
            }
        }
    }

    @Override
    public <T> T read(Function<Handle, T> work) {
        Optional<Handle> outer = sessions.current();
        if (outer.isPresent()) {
            return work.apply(outer.get());
        }
        try (Connection connection = connect(readers)) {
            try {
                return sessions.read(connection, work);
            } finally {
                connection.rollback();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "cannot read from the store: " + failed.getMessage(), failed);
        }
    }

    @Override
    public <T> T write(Function<Write, T> work) {
        sessions.refuseNestedWrite();
        units.incrementAndGet();
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work).acknowledge();
            } catch (LostRace lost) {
                if (attempt == ATTEMPTS) {
                    throw new StoreBusyException(
                            "a write lost against concurrent ones "
                                    + ATTEMPTS
                                    + " times; nothing was stored; try again later",
                            lost);
                }
                pause(attempt);
            }
        }
    }

    private <T> UnitOfWork.Done<T> once(Function<Write, T> work) throws LostRace {
        try (Connection connection = connect(writers)) {
            UnitOfWork.Done<T> done;
            try {
                done = sessions.write(connection, work);
            } catch (RuntimeException | Error failed) {
                connection.rollback();
                if (isLostRace(failed)) {
                    throw new LostRace(failed);
                }
                throw failed;
            }
            try {
                connection.commit();
            } catch (SQLException failed) {
                if (isLostRace(failed)) {
                    throw new LostRace(failed);
                }
                throw new CommitFailedException(
                        "the store could not commit: " + failed.getMessage(), failed);
            }
            commits.incrementAndGet();
            return done;
        } catch (SQLException failed) {
            throw new StoreBusyException(
                    "the store's connection failed before the commit; nothing was stored: "
                            + failed.getMessage(),
                    failed);
        }
    }

    /// The lock is let go after the commit has become visible. As it is the last thing a transaction takes, it cannot be
    /// part of a deadlock.
    private static void queueUp(Handle handle) {
        handle.execute("SELECT pg_advisory_xact_lock(?)", COMMIT_ORDER_LOCK);
    }

    private static Connection connect(HikariDataSource pool) {
        try {
            return pool.getConnection();
        } catch (SQLException failed) {
            throw new StoreBusyException(
                    "no connection to the store: " + failed.getMessage(), failed);
        }
    }

    private static boolean isLostRace(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && (SERIALIZATION_FAILURE.equals(sql.getSQLState())
                            || DEADLOCK_DETECTED.equals(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    /// Waits out the transactions this one lost against. It is the database's contention that is waited for, not a moment
    /// in time, so no clock is involved; the jitter keeps two losers from meeting again.
    private void pause(int attempt) {
        long longest =
                Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << Math.min(attempt, 20));
        LockSupport.parkNanos(jitter.nextLong(longest / 2, longest));
    }

    @Override
    public DataSource schedulerDataSource() {
        return scheduler;
    }

    @Override
    public Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Override
    public Statistics statistics() {
        return new Statistics(
                units.get(),
                commits.get(),
                writers.getHikariPoolMXBean().getThreadsAwaitingConnection());
    }

    @Override
    public void close() {
        for (HikariDataSource pool : new HikariDataSource[] {writers, readers, scheduler}) {
            LOG.debug("closing {}", pool.getPoolName());
            pool.close();
        }
    }

    /// The transaction was rolled back only because of what others did at the same time.
    private static final class LostRace extends Exception {
        private static final long serialVersionUID = 1;

        LostRace(Throwable cause) {
            super(cause);
        }
    }
}
