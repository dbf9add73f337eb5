package dev.nameplate.db;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Hands the writer's connection to another thread until that thread ends its transaction.
final class LeaseUnit extends Unit {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseUnit.class);

    /// A lease covers a few statements. Beyond this the holder is stuck, and every write with it.
    private static final long PATIENCE_SECONDS = 5;

    private final CompletableFuture<Connection> handedOver = new CompletableFuture<>();
    private final CompletableFuture<Boolean> returned = new CompletableFuture<>();
    private final Thread holder = Thread.currentThread();

    @Override
    boolean run(Connection connection) {
        handedOver.complete(connection);
        while (true) {
            try {
                return returned.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException _) {
                LOG.warn(
                        "{} has held the store's writer for {} s: every write waits for it",
                        holder,
                        PATIENCE_SECONDS);
            } catch (InterruptedException _) {
                // The writer is stopped by closing its queue; the lease still has to come back.
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /// Waits for the writer's connection.
    Connection connection() {
        return handedOver.join();
    }

    /// Gives the connection back, and returns once what was written on it is durable or, not to be kept, undone.
    void end(boolean keep) {
        returned.complete(keep);
        awaitSettled();
    }
}
