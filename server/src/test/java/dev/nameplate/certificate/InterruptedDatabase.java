package dev.nameplate.certificate;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import javax.sql.DataSource;

/// A store whose process dies at a given write: just before its commit, or just after it.
final class InterruptedDatabase implements Database {
    private final Database real;
    private final AtomicInteger left;
    private final boolean committed;

    InterruptedDatabase(Database real, int atWrite, boolean committed) {
        this.real = real;
        this.left = new AtomicInteger(atWrite);
        this.committed = committed;
    }

    static final class PowerCut extends RuntimeException {}

    @Override
    public <T> T read(Function<Handle, T> work) {
        return real.read(work);
    }

    @Override
    public <T> T write(Function<Write, T> work) {
        boolean cut = left.decrementAndGet() == 0;
        if (cut && !committed) {
            return real.write(write -> {
                var _ = work.apply(write);
                throw new PowerCut();
            });
        }
        T result = real.write(work);
        if (cut) {
            throw new PowerCut();
        }
        return result;
    }

    @Override
    public DataSource schedulerDataSource() {
        return real.schedulerDataSource();
    }

    @Override
    public Statistics statistics() {
        return real.statistics();
    }

    @Override
    public Dialect dialect() {
        return real.dialect();
    }

    @Override
    public void close() {
        // The store is the test's.
    }
}
