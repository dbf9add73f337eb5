package dev.nameplate.db;

import org.jdbi.v3.core.Handle;

import java.util.function.Function;

import javax.sql.DataSource;

/// One store: SQLite in the data folder, or a PostgreSQL that several nodes share.
///
/// A write is acknowledged by returning: when [#write] returns, the commit is durable (fsync). Units of work may be run
/// again after a serialization conflict, so they touch nothing but the handle they are given; effects outside the
/// database go to [Write#afterCommit].
public interface Database extends AutoCloseable {

    /// Runs `work` on a consistent snapshot. Never blocks on writers.
    <T> T read(Function<Handle, T> work);

    /// Runs `work` in one serialisable transaction and returns after its commit is durable. An exception thrown by
    /// `work` rolls back this unit alone and is thrown to the caller as it is.
    <T> T write(Function<Write, T> work);

    /// The connections db-scheduler uses; on SQLite its statements go through the same single writer.
    DataSource schedulerDataSource();

    Dialect dialect();

    @Override
    void close();

    /// Which SQL engine lies below, for the few statements that differ.
    enum Dialect {
        SQLITE,
        POSTGRESQL
    }
}
