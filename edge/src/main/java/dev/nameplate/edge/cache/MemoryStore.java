package dev.nameplate.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps answers in memory, bounded by their bytes.
///
/// An answer that varies is found in two steps: under its key stands the list of header names, and under the key with
/// those headers' values the answer.
public final class MemoryStore implements CacheStore {
    private static final int ENTRY_BYTES = 200;

    private sealed interface Entry {
        record Answer(StoredResponse response) implements Entry {}

        record VariesOn(List<AsciiString> names) implements Entry {}
    }

    private final AtomicLong generation = new AtomicLong();
    private final Cache<CacheKey, Entry> entries;

    public MemoryStore(long maxBytes) {
        entries =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .<CacheKey, Entry>weigher((key, entry) -> weight(key, entry))
                        .executor(Runnable::run)
                        .<CacheKey, Entry>removalListener((_, entry, _) -> release(entry))
                        .build();
    }

    @Override
    public Optional<StoredResponse> get(CacheKey key, RequestHeaders forwarded) {
        Entry entry = entries.getIfPresent(key);
        if (entry instanceof Entry.VariesOn(var names)) {
            entry = entries.getIfPresent(variant(key, names, forwarded));
        }
        return entry instanceof Entry.Answer(var response) && response.tryRetain()
                ? Optional.of(response)
                : Optional.empty();
    }

    @Override
    public void put(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            StoredResponse response,
            long startedAt) {
        if (startedAt != generation.get()) {
            response.release();
            return;
        }
        CacheKey place = key;
        if (!vary.isEmpty()) {
            List<AsciiString> names = vary.stream().map(AsciiString::cached).toList();
            entries.put(key, new Entry.VariesOn(names));
            place = variant(key, names, forwarded);
        }
        entries.put(place, new Entry.Answer(response));
    }

    @Override
    public long generation() {
        return generation.get();
    }

    @Override
    public void purge(String distributionId) {
        generation.incrementAndGet();
        entries.asMap().keySet().removeIf(key -> key.distributionId().equals(distributionId));
    }

    @Override
    public void close() {
        generation.incrementAndGet();
        entries.invalidateAll();
        entries.cleanUp();
    }

    private static CacheKey variant(
            CacheKey key, List<AsciiString> names, RequestHeaders forwarded) {
        StringBuilder rest = new StringBuilder(key.rest()).append("\nvary");
        for (AsciiString name : names) {
            rest.append('\n').append(name).append('=').append(forwarded.value(name).orElse(""));
        }
        return new CacheKey(key.distributionId(), key.target(), rest.toString());
    }

    private static int weight(CacheKey key, Entry entry) {
        int rest = ENTRY_BYTES + key.target().length() + key.rest().length();
        return switch (entry) {
            case Entry.Answer(var response) -> response.bytes() + rest;
            case Entry.VariesOn _ -> rest;
        };
    }

    private static void release(@Nullable Entry entry) {
        if (entry instanceof Entry.Answer(var response)) {
            response.release();
        }
    }
}
