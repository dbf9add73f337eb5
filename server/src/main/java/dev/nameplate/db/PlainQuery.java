package dev.nameplate.db;

import org.jdbi.v3.core.Handle;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A query in plain JDBC, on the statements that the handle's connection keeps: for the few reads that run so often that
/// JDBI's binding and mapping would take longer than the store.
public final class PlainQuery {
    private PlainQuery() {}

    /// Reads one row of the result.
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// @param sql with a `?` for each of the parameters, which are texts or bytes
    public static <T> List<T> list(
            Handle handle, String sql, List<?> parameters, Row<? extends T> row) {
        try {
            return handle.getStatementBuilder() instanceof KeptStatements kept
                    ? onKept(kept, handle.getConnection(), sql, parameters, row)
                    : onNew(handle.getConnection(), sql, parameters, row);
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "cannot read from the store: " + failed.getMessage(), failed);
        }
    }

    /// As many question marks as a list has values, for `IN (…)`.
    public static String marks(int count) {
        return "?" + ", ?".repeat(count - 1);
    }

    private static <T> List<T> onKept(
            KeptStatements kept,
            Connection connection,
            String sql,
            List<?> parameters,
            Row<? extends T> row)
            throws SQLException {
        PreparedStatement statement = kept.take(sql);
        try {
            return run(statement, parameters, row);
        } finally {
            kept.close(connection, sql, statement);
        }
    }

    private static <T> List<T> onNew(
            Connection connection, String sql, List<?> parameters, Row<? extends T> row)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return run(statement, parameters, row);
        }
    }

    private static <T> List<T> run(
            PreparedStatement statement, List<?> parameters, Row<? extends T> row)
            throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
        try (ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(row.read(rows));
            }
            return all;
        }
    }
}
