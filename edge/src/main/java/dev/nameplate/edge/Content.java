package dev.nameplate.edge;

import dev.nameplate.edge.cache.CacheStore;
import dev.nameplate.edge.cache.CacheStore.Usage;
import dev.nameplate.edge.cache.MemoryStore;
import dev.nameplate.edge.cache.TieredStore;
import dev.nameplate.edge.config.EdgeSettings;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The content an edge keeps. It is opened before the edge, because what was kept on disk by an earlier process must hear of
/// the invalidations it missed before any of it is served.
public final class Content implements AutoCloseable {
    private final ExecutorService searches =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("edge-search-", 0).factory());
    private final CacheStore store;
    private final Optional<TieredStore> tiered;

    private Content(EdgeSettings settings, InstantSource clock) {
        tiered =
                settings.disk()
                        .map(disk ->
                                new TieredStore(
                                        settings.contentCacheBytes(),
                                        disk.folder(),
                                        disk.bytes(),
                                        disk.maxObjectBytes(),
                                        searches,
                                        clock));
        store =
                tiered.isPresent()
                        ? tiered.get()
                        : new MemoryStore(settings.contentCacheBytes(), searches);
    }

    /// @throws java.io.UncheckedIOException when the folder for content on disk cannot be used
    public static Content open(EdgeSettings settings, InstantSource clock) {
        return new Content(settings, clock);
    }

    CacheStore store() {
        return store;
    }

    /// Called by the edge when it starts: what has been missed was told.
    void begin() {
        tiered.ifPresent(TieredStore::begin);
    }

    /// The place in the order of invalidations that everything kept has been compared with: what came after it must be told
    /// before the edge starts. Empty when nothing is kept, or nothing knows of such an order.
    public OptionalLong position() {
        return tiered.map(TieredStore::position).orElse(OptionalLong.empty());
    }

    /// Every invalidation up to this place was told, so an edge that starts again need not be told of it.
    public void told(long position) {
        tiered.ifPresent(disk -> disk.told(position));
    }

    /// Forgets what an earlier process kept: it is not known any more what has been invalidated since. Before the edge starts.
    public void forgetAll() {
        tiered.ifPresent(TieredStore::forgetAll);
    }

    /// Makes sure that the content cached under these paths, in all its variants, is not served again: from the moment this
    /// returns, for answers being fetched at that moment too, and after a restart. Its cost does not depend on how much is
    /// cached.
    ///
    /// @param distributionId also covers ids that stand below it: `E1` covers `E1/tenant`
    /// @param paths as requested, with the query where that is part of the cache key; `*` at the end stands for anything
    public void invalidate(String distributionId, List<String> paths) {
        store.invalidate(distributionId, paths);
    }

    /// What each tier holds, by its name: `memory`, `disk`.
    public Map<String, Usage> usage() {
        return store.usage();
    }

    /// After the edge.
    @Override
    public void close() {
        store.close();
        searches.shutdownNow();
    }
}
