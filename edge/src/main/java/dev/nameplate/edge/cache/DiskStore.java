package dev.nameplate.edge.cache;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Keeps answers in files, so that they outlive the process and need not fit into memory: a [DiskIndex] knows which there are,
/// a [DiskReader] and a [DiskWriter] do what takes time, on the threads of [DiskWork], and a [DiskPosition] carries
/// invalidations across restarts. Nothing is synced: whatever a crash left is taken for what its checksums prove it to be
/// ([KeptFile]).
final class DiskStore implements CacheStore {
    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);

    private final DiskFiles files;
    private final long maxObject;
    private final Purges purges;
    private final DiskWork work = new DiskWork();
    private final DiskIndex index;
    private final DiskReader reader;
    private final DiskWriter writer;
    private final DiskPosition position;
    private final PurgeSearch search;

    private DiskStore(
            DiskFiles files, long maxBytes, long maxObject, Purges purges, InstantSource clock) {
        this.files = files;
        this.maxObject = maxObject;
        this.purges = purges;
        this.index = new DiskIndex(files, maxBytes, this::later);
        this.reader = new DiskReader(files, index, purges, work.reads());
        this.writer = new DiskWriter(files, index, reader, purges, clock);
        this.position = new DiskPosition(files, index, reader, purges, this::later, writer::failed);
        this.search = new PurgeSearch(purges, this::later, this::search);
    }

    /// Opens what was kept, without reading it. Call [#begin] when missed purges were told.
    static DiskStore open(
            Path folder, long maxBytes, long maxObject, Purges purges, InstantSource clock) {
        return new DiskStore(DiskFiles.in(folder), maxBytes, maxObject, purges, clock);
    }

    /// Looks through the folder, in the background.
    void begin() {
        begin(search);
    }

    /// @param then begun when every file is known
    void begin(PurgeSearch then) {
        later(() -> {
            try {
                index.list();
                then.begin();
            } catch (IOException e) {
                LOG.warn("cached content in {} cannot be listed", files, e);
            }
            files.deleteOld();
        });
    }

    /// Whether [#begin] is done.
    boolean listed() {
        return index.listed();
    }

    // ---- finding

    @Override
    public Optional<StoredResponse> get(CacheKey key, RequestHeaders forwarded) {
        return Optional.empty(); // everything here takes time
    }

    @Override
    public boolean load(
            CacheKey key, RequestHeaders forwarded, Consumer<Optional<StoredResponse>> then) {
        return find(
                key,
                () -> then.accept(reader.read(key, forwarded).map(DiskReader.Found::response)));
    }

    /// @param meanwhile asked before the disk, when the disk's turn comes
    /// @param promote gets what the disk had, before `then`
    boolean load(
            CacheKey key,
            RequestHeaders forwarded,
            Supplier<Optional<StoredResponse>> meanwhile,
            Consumer<DiskReader.Found> promote,
            Consumer<Optional<StoredResponse>> then) {
        return find(
                key,
                () -> {
                    Optional<StoredResponse> sooner = meanwhile.get();
                    if (sooner.isPresent()) {
                        then.accept(sooner);
                        return;
                    }
                    Optional<DiskReader.Found> found = reader.read(key, forwarded);
                    found.ifPresent(promote);
                    then.accept(found.map(DiskReader.Found::response));
                });
    }

    /// @return false when nothing can be there; then nothing is done
    private boolean find(CacheKey key, Runnable read) {
        if (index.isAbsent(DiskName.of(key))) {
            return false;
        }
        try {
            work.reads().execute(read);
            return true;
        } catch (RejectedExecutionException _) {
            return false; // closing
        }
    }

    // ---- keeping

    @Override
    public void put(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            StoredResponse response,
            long generation) {
        long bytes = response.bytes();
        if (response.length() > maxObject
                || !writer.worthKeeping(response.freshness())
                || writer.paused()
                || !writer.queue(bytes)) {
            response.release();
            return;
        }
        DiskWriter.Place place = writer.place(key, vary, forwarded, generation);
        boolean accepted =
                tryLater(() -> {
                    try {
                        writer.write(place, response);
                    } finally {
                        response.release();
                        writer.dequeue(bytes);
                    }
                });
        if (!accepted) {
            response.release();
            writer.dequeue(bytes);
        }
    }

    @Override
    public Optional<BodySink> sink(long length) {
        return length <= maxObject && !writer.paused()
                ? Optional.of(new FileSink(writer, work.writes(), maxObject))
                : Optional.empty();
    }

    // ---- letting go

    @Override
    public void forget(CacheKey key) {
        index.forget(DiskName.of(key));
    }

    @Override
    public long generation() {
        return purges.latest();
    }

    @Override
    public void invalidate(String distributionId, List<String> paths) {
        search.purge(distributionId, paths);
    }

    /// Deletes what was purged up to a number.
    void search(long latest) {
        position.search(latest);
    }

    /// Runs searches, unless the store is closing: the next start searches again.
    Executor searches() {
        return this::later;
    }

    /// Nothing that is kept can be trusted.
    void forgetAll() {
        try {
            files.forgetAll();
            position.forget();
            index.forgetAll();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot forget what is kept in " + files, e);
        }
    }

    /// See [DiskPosition#told()].
    OptionalLong position() {
        return position.told();
    }

    /// Every invalidation up to this place was told.
    void told(long place) {
        position.told(place);
    }

    // ---- housekeeping

    @Override
    public Map<String, Usage> usage() {
        return Map.of("disk", index.usage());
    }

    private void later(Runnable step) {
        tryLater(step);
    }

    /// @return false when the store is closing
    private boolean tryLater(Runnable step) {
        try {
            work.writes().execute(step);
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    /// Writes what waits, within a moment.
    @Override
    public void close() {
        work.close();
    }
}
