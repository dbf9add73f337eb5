package dev.nameplate.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// Which answers there are files of, in memory (some 150 bytes an answer), so that a miss does not touch the disk; chooses by
/// size and recency what goes when the limit is reached.
///
/// It is made from the names of the files alone, beside the serving; until all are listed, what is not known may be there.
/// A file counts by its entry: whoever deletes one looks, under the lock of its name, whether a newer answer has taken it over.
final class DiskIndex {
    /// What a file system gives out at once; the limit counts in it.
    static final int UNIT = 4_096;

    private static final int STRIPES = 64;

    static final class Entry {
        final long size;

        /// The newest purge that left it alone.
        volatile long right;

        Entry(long size, long right) {
            this.size = size;
            this.right = right;
        }

        int units() {
            return (int) Math.min(Integer.MAX_VALUE, (size + UNIT - 1) / UNIT + 1);
        }
    }

    /// What is done to a file while nobody else changes it.
    @FunctionalInterface
    interface Change {
        /// @return the entry of the file from now on; empty when nothing was done
        Optional<Entry> make() throws IOException;
    }

    private final DiskFiles files;
    private final Executor later;
    private final Cache<DiskName, Entry> entries;
    private final AtomicLong order = new AtomicLong();

    /// What was forgotten lately, and when: answers that wait to be written since before that are not, and files that are
    /// still to be deleted are not read.
    private final Cache<DiskName, Long> forgotten =
            Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

    private final LongAdder evictions = new LongAdder();
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];
    private volatile boolean listed;

    /// @param later deletes files
    DiskIndex(DiskFiles files, long maxBytes, Executor later) {
        this.files = files;
        this.later = later;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
        this.entries =
                Caffeine.newBuilder()
                        .maximumWeight(Math.max(1, maxBytes / UNIT))
                        .<DiskName, Entry>weigher((_, entry) -> entry.units())
                        .executor(Runnable::run)
                        .<DiskName, Entry>removalListener((name, _, cause) -> {
                            if (cause == RemovalCause.SIZE && name != null) {
                                evictions.increment();
                                later.execute(() -> deleteUnlessKept(name));
                            }
                        })
                        .build();
    }

    /// Learns of every file in the folder.
    void list() throws IOException {
        files.list((name, size) -> {
            Entry found = new Entry(size, 0);
            if (entries.asMap().putIfAbsent(name, found) == null
                    && forgotten.getIfPresent(name) != null) {
                missing(name, found); // whoever forgets notes it first, so one of us two removes it
            }
        });
        listed = true;
    }

    /// Whether every file is known.
    boolean listed() {
        return listed;
    }

    Map<DiskName, Entry> all() {
        return entries.asMap();
    }

    Optional<Entry> find(DiskName name) {
        return Optional.ofNullable(entries.getIfPresent(name));
    }

    /// Whether no file of this name counts, though one that was forgotten may still be there.
    boolean isAbsent(DiskName name) {
        return entries.getIfPresent(name) == null
                && (listed || forgotten.getIfPresent(name) != null);
    }

    /// The place of this moment among the times at which something is forgotten.
    long order() {
        return order.get();
    }

    boolean forgottenAfter(DiskName name, long moment) {
        Long when = forgotten.getIfPresent(name);
        return when != null && when > moment;
    }

    void change(DiskName name, Change change) throws IOException {
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            change.make().ifPresent(entry -> entries.put(name, entry));
        } finally {
            stripe.unlock();
        }
    }

    /// There is no file of this entry after all.
    void missing(DiskName name, Entry entry) {
        entries.asMap().remove(name, entry);
    }

    void forget(DiskName name) {
        forgotten.put(name, order.incrementAndGet());
        entries.invalidate(name);
        later.execute(() -> deleteUnlessKept(name));
    }

    void forgetAll() {
        entries.invalidateAll();
    }

    private void deleteUnlessKept(DiskName name) {
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            if (entries.getIfPresent(name) == null) {
                files.delete(name);
            }
        } finally {
            stripe.unlock();
        }
    }

    void remove(DiskName name) {
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            entries.invalidate(name);
            files.delete(name);
        } finally {
            stripe.unlock();
        }
    }

    /// Unless a newer answer has taken its place.
    void remove(DiskName name, Entry entry) {
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            if (entries.asMap().remove(name, entry)) {
                files.delete(name);
            }
        } finally {
            stripe.unlock();
        }
    }

    private ReentrantLock stripe(DiskName name) {
        return stripes[name.stripe(STRIPES)];
    }

    CacheStore.Usage usage() {
        return new CacheStore.Usage(
                entries.policy().eviction().orElseThrow().weightedSize().orElse(0) * UNIT,
                entries.estimatedSize(),
                evictions.sum());
    }
}
