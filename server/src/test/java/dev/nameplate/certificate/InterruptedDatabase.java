package dev.nameplate.certificate;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.testkit.ForwardingDatabase;

import org.jdbi.v3.core.Handle;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A store whose process dies at a given write: just before its commit, or just after it.
final class InterruptedDatabase extends ForwardingDatabase {
    private final AtomicInteger left;
    private final boolean committed;

    InterruptedDatabase(Database real, int atWrite, boolean committed) {
        super(real);
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
}
