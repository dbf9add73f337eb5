package dev.nameplate.db;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.util.function.Function;

/// One call of [Database#write], on its way through the writer.
final class WorkUnit<T> extends Unit {
    private final Sessions sessions;
    private final Function<Write, T> work;
    private UnitOfWork.@Nullable Done<T> done;
    private @Nullable Throwable failure;

    WorkUnit(Sessions sessions, Function<Write, T> work) {
        this.sessions = sessions;
        this.work = work;
    }

    @Override
    boolean run(Connection connection) {
        try {
            done = sessions.write(connection, work);
            return true;
        } catch (Throwable thrown) {
            // Carried to the caller, who gets it from await.
            failure = thrown;
            return false;
        }
    }

    UnitOfWork.Done<T> await() {
        awaitSettled();
        if (failure instanceof RuntimeException thrown) {
            throw thrown;
        }
        if (failure instanceof Error thrown) {
            throw thrown;
        }
        if (done == null) {
            throw new IllegalStateException(
                    "the work of this write ended without a result", failure);
        }
        return done;
    }
}
