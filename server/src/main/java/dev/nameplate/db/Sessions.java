package dev.nameplate.db;

import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementBuilderFactory;
import org.jdbi.v3.core.transaction.TransactionHandler;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

import java.sql.Connection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Runs callers' work on a connection whose transaction the store opens and ends, and knows what the current thread is
/// already inside of.
final class Sessions {
    private final ScopedValue<Connection> connection = ScopedValue.newInstance();
    private final ScopedValue<Handle> current = ScopedValue.newInstance();
    private final Jdbi jdbi;
    private final Consumer<Handle> queueUp;

    /// @param queueUp see [UnitOfWork]
    /// @param statements who prepares statements on which connection
    Sessions(Consumer<Handle> queueUp, StatementBuilderFactory statements) {
        this.queueUp = queueUp;
        jdbi =
                Jdbi.create(
                        new ConnectionFactory() {
                            @Override
                            public Connection openConnection() {
                                return connection.get();
                            }

                            @Override
                            public void closeConnection(Connection borrowed) {
                                // The store's, not the handle's.
                            }
                        });
        jdbi.setTransactionHandler(new StoresTransaction());
        jdbi.setStatementBuilderFactory(statements);
        jdbi.configure(Handles.class, handles -> handles.setForceEndTransactions(false));
    }

    /// The handle of the read or write the current thread is inside of.
    Optional<Handle> current() {
        return current.isBound() ? Optional.of(current.get()) : Optional.empty();
    }

    void refuseNestedWrite() {
        if (current.isBound()) {
            throw new IllegalStateException(
                    "a write cannot start inside another read or write: use the outer write's handle, or afterCommit");
        }
    }

    <T> T read(Connection on, Function<Handle, T> work) {
        return ScopedValue.where(connection, on)
                .call(() -> {
                    try (Handle handle = jdbi.open()) {
                        return ScopedValue.where(current, handle).call(() -> work.apply(handle));
                    }
                });
    }

    <T> UnitOfWork.Done<T> write(Connection on, Function<Write, T> work) {
        return read(
                on,
                handle -> {
                    var unit = new UnitOfWork(handle, queueUp);
                    return unit.finish(work.apply(unit));
                });
    }

    /// Lets a feature's `handle.inTransaction` join the store's transaction, and nothing else.
    private static final class StoresTransaction implements TransactionHandler {
        @Override
        public boolean isInTransaction(Handle handle) {
            return true;
        }

        @Override
        public void begin(Handle handle) {
            throw refusal();
        }

        @Override
        public void commit(Handle handle) {
            throw refusal();
        }

        @Override
        public void rollback(Handle handle) {
            throw refusal();
        }

        @Override
        public void savepoint(Handle handle, String name) {
            throw refusal();
        }

        @Override
        public void rollbackToSavepoint(Handle handle, String name) {
            throw refusal();
        }

        @Override
        public void releaseSavepoint(Handle handle, String name) {
            throw refusal();
        }

        @Override
        public <R, X extends Exception> R inTransaction(Handle handle, HandleCallback<R, X> work)
                throws X {
            return work.withHandle(handle);
        }

        @Override
        public <R, X extends Exception> R inTransaction(
                Handle handle, TransactionIsolationLevel level, HandleCallback<R, X> work) {
            throw refusal();
        }

        private static IllegalStateException refusal() {
            return new IllegalStateException(
                    "the store begins and ends transactions: return from the unit of work to commit, throw to roll back");
        }
    }
}
