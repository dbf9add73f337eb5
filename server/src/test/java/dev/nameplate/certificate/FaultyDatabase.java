package dev.nameplate.certificate;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.testkit.ForwardingDatabase;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;

import java.util.Optional;
import java.util.function.Function;

/// A store of which one step fails, once: the n-th statement or commit after [#arm]. A commit fails twice over, just before
/// it (nothing of it is kept) and just after it (all of it is, and the caller does not know).
final class FaultyDatabase extends ForwardingDatabase {
    private int left = Integer.MAX_VALUE;
    private Optional<String> failed = Optional.empty();

    FaultyDatabase(Database real) {
        super(real);
    }

    static final class Fault extends RuntimeException {
        Fault(String where) {
            super(where);
        }
    }

    /// @param step the first is 1
    synchronized void arm(int step) {
        left = step;
        failed = Optional.empty();
    }

    /// What failed since [#arm]; empty if there were fewer steps.
    synchronized Optional<String> failed() {
        return failed;
    }

    private synchronized void step(String what) {
        if (--left == 0) {
            failed = Optional.of(what);
            throw new Fault(what);
        }
    }

    private final SqlLogger failing =
            new SqlLogger() {
                @Override
                public void logBeforeExecution(StatementContext context) {
                    step(context.getRawSql().strip().replaceAll("\\s+", " "));
                }
            };

    private void watch(Handle handle) {
        handle.getConfig(SqlStatements.class).setSqlLogger(failing);
    }

    @Override
    public <T> T read(Function<Handle, T> work) {
        return real.read(handle -> {
            watch(handle);
            return work.apply(handle);
        });
    }

    @Override
    public <T> T write(Function<Write, T> work) {
        T result =
                real.write(write -> {
                    watch(write.handle());
                    T done = work.apply(write);
                    step("before the commit");
                    return done;
                });
        step("after the commit");
        return result;
    }
}
