package dev.nameplate.edge.cache;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// Memory in front of a disk: everything kept is written to the disk, what is asked for is in memory, and what memory has
/// given up comes back from the disk when it is asked for again. Bodies too large for memory are only on the disk.
public final class TieredStore implements CacheStore {
    private final Purges purges = new Purges();
    private final MemoryStore memory;
    private final DiskStore disk;
    private final PurgeSearch search;

    /// Call [#begin] afterwards.
    ///
    /// @param searches runs searches of the memory
    public TieredStore(
            long memoryBytes,
            Path folder,
            long diskBytes,
            long maxObject,
            Executor searches,
            InstantSource clock) {
        memory = new MemoryStore(memoryBytes, purges, searches);
        disk = DiskStore.open(folder, diskBytes, maxObject, purges, clock);
        search = new PurgeSearch(purges, disk.searches(), memory::search, disk::search);
    }

    /// The invalidations missed since [#position] have been told, if there were any.
    public void begin() {
        disk.begin(search);
    }

    /// See [DiskPosition#told()].
    public OptionalLong position() {
        return disk.position();
    }

    /// Every invalidation up to this place was told.
    public void told(long position) {
        disk.told(position);
    }

    /// Forgets what an earlier process kept, before [#begin].
    public void forgetAll() {
        disk.forgetAll();
    }

    @Override
    public Optional<StoredResponse> get(CacheKey key, RequestHeaders forwarded) {
        return memory.get(key, forwarded);
    }

    @Override
    public boolean load(
            CacheKey key, RequestHeaders forwarded, Consumer<Optional<StoredResponse>> then) {
        return disk.load(
                key,
                forwarded,
                () -> memory.get(key, forwarded), // of a crowd that waits here the first brings it
                kept -> promote(key, forwarded, kept),
                then);
    }

    private void promote(CacheKey key, RequestHeaders forwarded, DiskReader.Found kept) {
        kept.response().retain();
        memory.put(key, kept.vary(), forwarded, kept.response(), kept.right());
    }

    @Override
    public void put(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            StoredResponse response,
            long generation) {
        response.retain();
        disk.put(key, vary, forwarded, response, generation);
        memory.put(key, vary, forwarded, response, generation);
    }

    @Override
    public Optional<BodySink> sink(long length) {
        return disk.sink(length);
    }

    @Override
    public void forget(CacheKey key) {
        memory.forget(key);
        disk.forget(key);
    }

    @Override
    public long generation() {
        return purges.latest();
    }

    @Override
    public void invalidate(String distributionId, List<String> paths) {
        search.purge(distributionId, paths);
    }

    @Override
    public Map<String, Usage> usage() {
        Map<String, Usage> all = new HashMap<>(memory.usage());
        all.putAll(disk.usage());
        return all;
    }

    @Override
    public void close() {
        memory.close();
        disk.close();
    }
}
