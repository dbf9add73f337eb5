package dev.nameplate.pki;

import java.security.KeyPair;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// RSA keys made ahead of need, since one takes a core a tenth of a second and more. In memory only: a key is handed out once by
/// construction, whatever is killed when, none rests anywhere before it belongs to somebody, and a restart costs no more than
/// making them again.
///
/// One thread of low priority makes them, and none while a caller has to make its own.
public final class RsaPool implements AutoCloseable {
    /// One key of each larger kind for so many of RSA-2048: they are rarely asked for, and take many times as long.
    private static final int LARGER_SHARE = 16;

    private final KeyPairs keyPairs;
    private final Map<KeyAlgorithm, Integer> sizes = new EnumMap<>(KeyAlgorithm.class);
    private final Map<KeyAlgorithm, Queue<KeyPair>> ready = new EnumMap<>(KeyAlgorithm.class);
    private final Thread filler;
    private final LongAdder taken = new LongAdder();
    private final LongAdder missed = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int callersMaking;
    private boolean closed;

    private RsaPool(KeyPairs keyPairs, int size) {
        this.keyPairs = keyPairs;
        sizes.put(KeyAlgorithm.RSA_2048, size);
        sizes.put(KeyAlgorithm.RSA_3072, size / LARGER_SHARE);
        sizes.put(KeyAlgorithm.RSA_4096, size / LARGER_SHARE);
        sizes.keySet().forEach(algorithm -> ready.put(algorithm, new ConcurrentLinkedQueue<>()));
        this.filler = Thread.ofPlatform().daemon().name("rsa-pool").unstarted(this::fill);
    }

    /// @param size how many RSA-2048 keys to keep
    public static RsaPool start(KeyPairs keyPairs, int size) {
        RsaPool pool = empty(keyPairs, size);
        pool.fillFromNowOn();
        return pool;
    }

    /// Every caller makes its own, until [#fillFromNowOn].
    public static RsaPool empty(KeyPairs keyPairs, int size) {
        return new RsaPool(keyPairs, size);
    }

    /// To be called once.
    public void fillFromNowOn() {
        filler.start();
    }

    /// The kinds it keeps.
    public Iterable<KeyAlgorithm> kinds() {
        return sizes.keySet();
    }

    /// How many keys of a kind are ready.
    public int level(KeyAlgorithm algorithm) {
        return queue(algorithm).size();
    }

    private Queue<KeyPair> queue(KeyAlgorithm algorithm) {
        return Objects.requireNonNull(ready.get(algorithm), "only RSA is made in advance");
    }

    /// Keys handed out.
    public long taken() {
        return taken.sum();
    }

    /// Keys that a caller had to make itself, because none was ready.
    public long missed() {
        return missed.sum();
    }

    /// A key that nobody else has, or ever gets; made by `maker` if none is ready.
    KeyPair takeOr(KeyAlgorithm algorithm, Supplier<KeyPair> maker) {
        Optional<KeyPair> key = Optional.ofNullable(queue(algorithm).poll());
        if (key.isPresent()) {
            taken.increment();
            underLock(changed::signalAll);
            return key.get();
        }
        missed.increment();
        underLock(() -> callersMaking++);
        try {
            return maker.get();
        } finally {
            underLock(() -> {
                callersMaking--;
                changed.signalAll();
            });
        }
    }

    private void underLock(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void fill() {
        Niceness.lowestForThisThread();
        for (Optional<KeyAlgorithm> next = nextWanted(); next.isPresent(); next = nextWanted()) {
            KeyPair made = keyPairs.generate(next.get());
            queue(next.get()).add(made);
        }
    }

    /// Waits until a key is wanted and no caller is making one; empty once the pool is closed.
    private Optional<KeyAlgorithm> nextWanted() {
        lock.lock();
        try {
            while (true) {
                Optional<KeyAlgorithm> emptiest =
                        sizes.entrySet().stream()
                                .filter(each -> level(each.getKey()) < each.getValue())
                                .min(
                                        Comparator.comparingDouble(each ->
                                                (double) level(each.getKey()) / each.getValue()))
                                .map(Map.Entry::getKey);
                if (closed) {
                    return Optional.empty();
                }
                if (emptiest.isPresent() && callersMaking == 0) {
                    return emptiest;
                }
                changed.await();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Returns at once; a key that is being made is thrown away.
    @Override
    public void close() {
        underLock(() -> {
            closed = true;
            changed.signalAll();
        });
        ready.values().forEach(Queue::clear);
    }
}
