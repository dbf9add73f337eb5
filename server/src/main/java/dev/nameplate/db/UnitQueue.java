package dev.nameplate.db;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Units waiting for the writer: bounded, so that a slow disk slows the callers down instead of filling the heap, and
/// closable without losing what was accepted.
final class UnitQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final Queue<Unit> units = new ArrayDeque<>();
    private final Queue<Unit> first = new ArrayDeque<>();
    private final int capacity;
    private final Duration patience;
    private boolean closed;

    /// @param patience how long a caller waits for room
    UnitQueue(int capacity, Duration patience) {
        this.capacity = capacity;
        this.patience = patience;
    }

    void put(Unit unit) {
        lock.lock();
        try {
            long nanos = patience.toNanos();
            while (units.size() >= capacity && !closed) {
                if (nanos <= 0) {
                    throw new StoreBusyException(
                            capacity
                                    + " writes have waited for "
                                    + patience.toSeconds()
                                    + " s: the disk does not keep up. Nothing was stored; try again later");
                }
                nanos = notFull.awaitNanos(nanos);
            }
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            units.add(unit);
            notEmpty.signal();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("interrupted while waiting to write; nothing was stored");
        } finally {
            lock.unlock();
        }
    }

    /// Ahead of those that wait, room or not: for the few units that a busy store must not hold up.
    void putFirst(Unit unit) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            first.add(unit);
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    /// The next unit, waited for; empty once closed and drained.
    Optional<Unit> take() {
        lock.lock();
        try {
            while (first.isEmpty() && units.isEmpty() && !closed) {
                notEmpty.awaitUninterruptibly();
            }
            return next();
        } finally {
            lock.unlock();
        }
    }

    /// The next unit if one waits.
    Optional<Unit> poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Unit> next() {
        if (!first.isEmpty()) {
            return Optional.of(first.remove());
        }
        Optional<Unit> unit = Optional.ofNullable(units.poll());
        if (unit.isPresent()) {
            notFull.signal();
        }
        return unit;
    }

    int size() {
        lock.lock();
        try {
            return first.size() + units.size();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
