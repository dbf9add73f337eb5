package dev.nameplate.db;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Logger;

import javax.sql.DataSource;

/// Lets a library that wants a `DataSource` write through the group-committing writer.
///
/// A connection leases the writer at its first writing statement and gives it back at `commit`, `rollback` or `close` (which
/// rolls back); a `SELECT` outside of a lease is given a reader and waits for nobody. Autocommit is off and cannot be turned on, so that `commit` is the place where durability is awaited and where
/// its failure is thrown: callers may swallow what `close` throws.
final class LeasingDataSource implements DataSource {
    private final Consumer<LeaseUnit> writer;
    private final Supplier<Connection> borrowReader;
    private final Consumer<Connection> returnReader;

    /// @param writer takes a lease into its queue, or refuses by throwing
    LeasingDataSource(
            Consumer<LeaseUnit> writer,
            Supplier<Connection> borrowReader,
            Consumer<Connection> returnReader) {
        this.writer = writer;
        this.borrowReader = borrowReader;
        this.returnReader = returnReader;
    }

    @Override
    public Connection getConnection() {
        return (Connection)
                Proxy.newProxyInstance(
                        LeasingDataSource.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        new Leased());
    }

    private final class Leased implements InvocationHandler {
        private @Nullable LeaseUnit lease;
        private @Nullable Connection reader;
        private boolean closed;

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
                throws Throwable {
            return switch (method.getName()) {
                case "prepareStatement", "createStatement" -> {
                    if (closed) {
                        throw new SQLException("this connection is closed");
                    }
                    yield invoke(
                            lease == null && isQuery(arguments) ? reader() : leased(),
                            method,
                            arguments);
                }
                case "commit" -> {
                    end(true);
                    yield null;
                }
                case "rollback" -> {
                    end(false);
                    yield null;
                }
                case "close" -> {
                    closed = true;
                    end(false);
                    yield null;
                }
                case "isClosed" -> closed;
                case "getAutoCommit", "isReadOnly" -> false;
                case "setAutoCommit" -> {
                    if (arguments == null || Boolean.TRUE.equals(arguments[0])) {
                        throw new SQLFeatureNotSupportedException(
                                "the writer's connections do not autocommit: call commit");
                    }
                    yield null;
                }
                case "isValid" -> !closed;
                case "toString" -> "lease of the store's writer";
                default ->
                        throw new SQLFeatureNotSupportedException(
                                method.getName() + " on a lease of the store's writer");
            };
        }

        private static boolean isQuery(Object @Nullable [] arguments) {
            return arguments != null
                    && arguments[0] instanceof String sql
                    && sql.stripLeading().regionMatches(true, 0, "select", 0, 6);
        }

        private Connection leased() {
            if (lease == null) {
                var asked = new LeaseUnit();
                writer.accept(asked);
                lease = asked;
            }
            return lease.connection();
        }

        private Connection reader() {
            if (reader == null) {
                reader = borrowReader.get();
            }
            return reader;
        }

        private static @Nullable Object invoke(
                Connection connection, Method method, Object @Nullable [] arguments)
                throws Throwable {
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getTargetException();
            }
        }

        private void end(boolean keep) throws SQLException {
            Connection read = reader;
            reader = null;
            if (read != null) {
                returnReader.accept(read);
            }
            LeaseUnit ended = lease;
            lease = null;
            if (ended == null) {
                return;
            }
            try {
                ended.end(keep);
            } catch (CommitFailedException failed) {
                throw new SQLException(failed.getMessage(), failed);
            }
        }
    }

    @Override
    public Connection getConnection(String username, String password)
            throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the store is a file: it has no users");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("a lease of the store's writer is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
