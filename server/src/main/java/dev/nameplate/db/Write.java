package dev.nameplate.db;

import org.jdbi.v3.core.Handle;

/// A unit of work inside a write transaction.
public interface Write {
    Handle handle();

    /// Runs `action` once the transaction is durable, on the thread that called [Database#write]; never after a rollback.
    void afterCommit(Runnable action);
}
