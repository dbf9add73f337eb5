package dev.nameplate.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;

import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Keeps answers in memory, bounded by their bytes.
///
/// An answer that varies is found in two steps: under its key stands the list of header names, and under the key with
/// those headers' values the answer.
public final class MemoryStore implements CacheStore {
    private static final int ENTRY_BYTES = 200;

    /// Entries searched between two offers to let others run: some 100 microseconds.
    private static final int STRIDE = 1_000;

    private sealed interface Entry {
        final class Answer implements Entry {
            final StoredResponse response;

            /// The newest purge that left it alone. Written by several threads, each time with a number that is right.
            volatile long right;

            Answer(StoredResponse response, long right) {
                this.response = response;
                this.right = right;
            }
        }

        /// @param edition part of the variants' keys, so that variants of a list that was forgotten are not met again
        record VariesOn(List<AsciiString> names, long edition) implements Entry {}
    }

    private final Purges purges;
    private final PurgeSearch search;
    private final AtomicLong editions = new AtomicLong();
    private final LongAdder evictions = new LongAdder();
    private final Cache<CacheKey, Entry> entries;

    /// @param searches runs the search for what was invalidated, which may take a while
    public MemoryStore(long maxBytes, Executor searches) {
        this(maxBytes, new Purges(), searches);
    }

    MemoryStore(long maxBytes, Purges purges, Executor searches) {
        this.purges = purges;
        this.search = new PurgeSearch(purges, searches, this::search);
        this.entries =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .<CacheKey, Entry>weigher((key, entry) -> weight(key, entry))
                        .executor(Runnable::run)
                        .<CacheKey, Entry>removalListener((_, entry, cause) -> {
                            if (cause == RemovalCause.SIZE) {
                                evictions.increment();
                            }
                            release(entry);
                        })
                        .build();
    }

    @Override
    public Optional<StoredResponse> get(CacheKey key, RequestHeaders forwarded) {
        CacheKey place = key;
        Entry entry = entries.getIfPresent(key);
        if (entry instanceof Entry.VariesOn(var names, long edition)) {
            place = Variants.key(key, names, edition, forwarded);
            entry = entries.getIfPresent(place);
        }
        if (!(entry instanceof Entry.Answer answer)) {
            return Optional.empty();
        }
        if (answer.right != purges.latest() && purged(place, answer)) {
            return Optional.empty();
        }
        return answer.response.tryRetain() ? Optional.of(answer.response) : Optional.empty();
    }

    private boolean purged(CacheKey place, Entry.Answer answer) {
        long latest = purges.latest();
        if (purges.hit(place, answer.right)) {
            entries.asMap().remove(place, answer);
            return true;
        }
        answer.right = latest;
        return false;
    }

    @Override
    public boolean load(
            CacheKey key, RequestHeaders forwarded, Consumer<Optional<StoredResponse>> then) {
        return false;
    }

    @Override
    public Optional<BodySink> sink(long length) {
        return Optional.empty();
    }

    @Override
    public void put(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            StoredResponse response,
            long startedAt) {
        if (purges.hit(key, startedAt)) {
            response.release();
            return;
        }
        CacheKey place = key;
        if (!vary.isEmpty()) {
            List<AsciiString> names = Variants.asciiNames(vary);
            place = Variants.key(key, names, edition(key, names), forwarded);
        }
        entries.put(place, new Entry.Answer(response, startedAt));
    }

    /// The edition under which variants by these names stand; a new one unless they stand by the same names already.
    private long edition(CacheKey key, List<AsciiString> names) {
        if (entries.getIfPresent(key) instanceof Entry.VariesOn(var known, long edition)
                && known.equals(names)) {
            return edition;
        }
        long next = editions.incrementAndGet();
        entries.put(key, new Entry.VariesOn(names, next));
        return next;
    }

    @Override
    public void forget(CacheKey key) {
        entries.invalidate(key);
    }

    @Override
    public long generation() {
        return purges.latest();
    }

    @Override
    public void invalidate(String distributionId, List<String> paths) {
        search.purge(distributionId, paths);
    }

    /// Lets go of what was purged up to a number.
    @SuppressWarnings(
            "ThreadPriorityCheck") // a virtual thread is not preempted: others wait for it
    void search(long latest) {
        int searched = 0;
        for (var each : entries.asMap().entrySet()) {
            if (each.getValue() instanceof Entry.Answer answer && answer.right < latest) {
                purged(each.getKey(), answer);
            }
            if (++searched % STRIDE == 0) {
                Thread.yield();
            }
        }
    }

    @Override
    public Map<String, Usage> usage() {
        return Map.of(
                "memory",
                new Usage(
                        entries.policy().eviction().orElseThrow().weightedSize().orElse(0),
                        entries.estimatedSize(),
                        evictions.sum()));
    }

    @Override
    public void close() {
        entries.invalidateAll();
        entries.cleanUp();
    }

    private static int weight(CacheKey key, Entry entry) {
        int rest = ENTRY_BYTES + key.target().length() + key.rest().length();
        return switch (entry) {
            case Entry.Answer answer -> answer.response.bytes() + rest;
            case Entry.VariesOn _ -> rest;
        };
    }

    private static void release(@Nullable Entry entry) {
        if (entry instanceof Entry.Answer answer) {
            answer.response.release();
        }
    }
}
