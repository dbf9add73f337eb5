package dev.nameplate.db;

import org.jdbi.v3.core.Handle;

/// A unit of work inside a write transaction.
public interface Write {
    Handle handle();

    /// Runs `action` inside the transaction as its last step, alone: until this commit is visible, no other transaction
    /// runs an action given to this method. So what such actions draw from a sequence is in the order of commits.
    void inCommitOrder(Runnable action);

    /// Runs `action` once the transaction is durable, on the thread that called [Database#write]; never after a rollback.
    void afterCommit(Runnable action);
}
