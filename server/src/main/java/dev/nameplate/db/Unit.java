package dev.nameplate.db;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// What the writer runs as one savepoint of a group.
abstract sealed class Unit permits WorkUnit, LeaseUnit {
    private final CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();

    /// Runs on the writer's thread and throws nothing.
    ///
    /// @return whether to keep what it wrote; otherwise it alone is rolled back
    abstract boolean run(Connection connection);

    /// The group this unit was in is durable; a unit that was rolled back learns it only then too, since what it saw and
    /// failed on may have been the uncommitted work of its group.
    final void settle() {
        settled.complete(null);
    }

    /// The group could not be committed, whatever this unit did.
    final void fail(RuntimeException failure) {
        settled.completeExceptionally(failure);
    }

    /// Waits without heeding interrupts: an interrupted caller must still learn whether its write is durable.
    final void awaitSettled() {
        try {
            settled.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw failed;
        }
    }
}
