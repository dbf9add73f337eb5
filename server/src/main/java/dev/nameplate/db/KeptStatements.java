package dev.nameplate.db;

import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Keeps the prepared statements of one connection for the next use of the same SQL: SQLite takes longer to compile most of
/// ours than to run them, and its driver keeps none. Used by one thread at a time, as its connection is.
final class KeptStatements implements StatementBuilder {
    /// More than the texts of ours that are in regular use.
    private static final int MOST = 256;

    private final Connection connection;
    private final StatementBuilder plain = new DefaultStatementBuilder();

    private final Map<String, PreparedStatement> fixedTexts = new HashMap<>();

    /// By their SQL, the longest unused first.
    private final LinkedHashMap<String, PreparedStatement> idle = new LinkedHashMap<>();

    /// JDBI names a statement it closes by its own text, not by the SQL that it had prepared.
    private final IdentityHashMap<Statement, String> inUse = new IdentityHashMap<>();

    KeptStatements(Connection connection) {
        this.connection = connection;
    }

    /// Runs a fixed text without parameters or result.
    void execute(String sql) throws SQLException {
        PreparedStatement fixed = fixedTexts.remove(sql);
        if (fixed == null) {
            fixed = connection.prepareStatement(sql);
        }
        // The driver closes a statement that fails.
        fixed.executeUpdate();
        fixedTexts.put(sql, fixed);
    }

    /// A statement without any options, to be closed by [#close].
    PreparedStatement take(String sql) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        PreparedStatement statement = kept != null ? kept : connection.prepareStatement(sql);
        inUse.put(statement, sql);
        return statement;
    }

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context)
            throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        PreparedStatement statement = kept != null ? kept : plain.create(connection, sql, context);
        inUse.put(statement, sql);
        return statement;
    }

    /// A statement is kept without its parameters, which may be secret.
    @Override
    public void close(Connection connection, String text, Statement statement) throws SQLException {
        String sql = inUse.remove(statement);
        if (sql == null || !(statement instanceof PreparedStatement used) || !cleared(used)) {
            plain.close(connection, text, statement);
            return;
        }
        PreparedStatement other = idle.put(sql, used);
        if (other != null) {
            other.close();
        }
        if (idle.size() > MOST) {
            idle.pollFirstEntry().getValue().close();
        }
    }

    private static boolean cleared(PreparedStatement statement) {
        try {
            statement.clearBatch();
            statement.clearParameters();
            return true;
        } catch (SQLException _) {
            return false;
        }
    }

    @Override
    public Statement create(Connection connection, StatementContext context) throws SQLException {
        return plain.create(connection, context);
    }

    @Override
    public CallableStatement createCall(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return plain.createCall(connection, sql, context);
    }
}
