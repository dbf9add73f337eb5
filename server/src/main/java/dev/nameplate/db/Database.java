package dev.nameplate.db;

import org.jdbi.v3.core.Handle;

import java.nio.file.Path;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import javax.sql.DataSource;

/// One store: SQLite in the data folder, or a PostgreSQL that several nodes share.
///
/// A write is acknowledged by returning: when [#write] returns, the commit is durable (fsync). Units of work may be run
/// again after a serialization conflict, so they touch nothing but the handle they are given; effects outside the
/// database go to [Write#afterCommit]. On SQLite `work` runs on the writer's thread, not on the caller's.
///
/// Nesting: a read inside a read or a write joins it, on its handle and its snapshot. A write inside either is refused: on
/// SQLite it would wait for itself, on PostgreSQL it would escape the outer transaction.
public interface Database extends AutoCloseable {

    /// Opens the store in `file`, made and migrated as needed. Its folder must exist.
    static Database sqlite(Path file) {
        return SqliteDatabase.open(file);
    }

    /// Opens a PostgreSQL database, migrated as needed.
    ///
    /// @param jitter spreads the retries of transactions that lost against each other
    static Database postgresql(
            String jdbcUrl, String user, String password, RandomGenerator jitter) {
        return PostgresDatabase.open(jdbcUrl, user, password, jitter);
    }

    /// Runs `work` on a consistent snapshot. Never blocks on writers.
    <T> T read(Function<Handle, T> work);

    /// Runs `work` in one serialisable transaction and returns after its commit is durable. An exception thrown by
    /// `work` rolls back this unit alone and is thrown to the caller as it is.
    ///
    /// @throws StoreBusyException if the store has no room for this write; nothing of it is stored
    /// @throws CommitFailedException if the commit itself failed
    <T> T write(Function<Write, T> work);

    /// The connections db-scheduler uses; on SQLite its statements go through the same single writer. They come with
    /// autocommit off there: durable when `commit` returns.
    DataSource schedulerDataSource();

    Dialect dialect();

    Statistics statistics();

    /// Finishes the writes already accepted, then lets go of every connection.
    @Override
    void close();

    /// Which SQL engine lies below, for the few statements that differ.
    enum Dialect {
        SQLITE,
        POSTGRESQL
    }

    /// What the store has done since it was opened.
    ///
    /// @param units writes run
    /// @param commits transactions they took; on SQLite many units share one
    /// @param waiting writes in the queue now
    record Statistics(long units, long commits, int waiting) {}
}
