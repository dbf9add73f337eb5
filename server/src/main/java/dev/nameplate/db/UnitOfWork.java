package dev.nameplate.db;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A write while it runs, and what it leaves to be done before and after its commit.
final class UnitOfWork implements Write {
    private final Handle handle;
    private final Consumer<Handle> queueUp;
    private final List<Runnable> last = new ArrayList<>();
    private final List<Runnable> after = new ArrayList<>();

    /// @param queueUp waits for the transactions that are running their last steps
    UnitOfWork(Handle handle, Consumer<Handle> queueUp) {
        this.handle = handle;
        this.queueUp = queueUp;
    }

    @Override
    public Handle handle() {
        return handle;
    }

    @Override
    public void inCommitOrder(Runnable action) {
        last.add(action);
    }

    @Override
    public void afterCommit(Runnable action) {
        after.add(action);
    }

    /// @param afterCommit to be run once durable
    record Done<T extends @Nullable Object>(T result, List<Runnable> afterCommit) {
        T acknowledge() {
            afterCommit.forEach(Runnable::run);
            return result;
        }
    }

    <T extends @Nullable Object> Done<T> finish(T result) {
        if (!last.isEmpty()) {
            queueUp.accept(handle);
            last.forEach(Runnable::run);
        }
        return new Done<>(result, after);
    }
}
