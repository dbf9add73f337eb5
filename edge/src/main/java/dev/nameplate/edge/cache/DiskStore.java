package dev.nameplate.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.AsciiString;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Keeps answers in files, so that they outlive the process and need not fit into memory.
///
/// An index in memory (some 150 bytes an answer) says which files there are, so that a miss does not touch the disk, and
/// chooses by size and recency what goes when the limit is reached. It is made from the names of the files alone, after the
/// start and beside the serving; until that is done every lookup goes to the disk. Nothing is synced: whatever a crash left
/// is taken for what its checksums prove it to be ([KeptFile]). All of it happens on the threads of [DiskWork].
final class DiskStore implements CacheStore {
    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);

    /// The index counts in what a file system gives out.
    static final int UNIT = 4_096;

    /// A shorter life is not worth a file.
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);

    /// Longer bodies are read part by part.
    private static final int WHOLE = 1 << 20;

    /// Answers waiting to be written; more are not kept.
    private static final long WAITING = 64L << 20;

    /// After a failure of the disk nothing is written for a while.
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /// Bytes written between two looks at what the disk has left.
    private static final long BETWEEN_LOOKS = 32L << 20;

    private static final int STRIPES = 64;

    /// Changes of the told position that are not written down, since nothing was purged among them.
    private static final long POSITION_STRIDE = 1_000;

    private static final class Entry {
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

    private final DiskFiles files;
    private final Purges purges;
    private final InstantSource clock;
    private final long maxObject;
    private final PurgeSearch search;
    private final DiskWork work = new DiskWork();
    private final Cache<DiskName, Entry> index;
    private final AtomicLong editions;
    private final AtomicLong order = new AtomicLong();

    /// What was forgotten lately, and when: answers that wait to be written since before that are not, and files from before
    /// the start that are still to be deleted are not read.
    private final Cache<DiskName, Long> forgotten =
            Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

    private final LongAdder evictions = new LongAdder();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong unlooked = new AtomicLong(BETWEEN_LOOKS);
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    private volatile boolean listed;
    private volatile long pausedUntil = Long.MIN_VALUE;
    private volatile long searched;
    private volatile OptionalLong told;
    private volatile long written;

    private DiskStore(
            DiskFiles files, long maxBytes, long maxObject, Purges purges, InstantSource clock) {
        this.files = files;
        this.purges = purges;
        this.clock = clock;
        this.maxObject = maxObject;
        this.editions = new AtomicLong(clock.millis() * 1_000); // no earlier process drew these
        this.search = new PurgeSearch(purges, this::later, this::search);
        this.told = files.position();
        this.written = told.orElse(Long.MIN_VALUE);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
        this.index =
                Caffeine.newBuilder()
                        .maximumWeight(Math.max(1, maxBytes / UNIT))
                        .<DiskName, Entry>weigher((_, entry) -> entry.units())
                        .executor(Runnable::run)
                        .<DiskName, Entry>removalListener((name, _, cause) -> {
                            if (cause == RemovalCause.SIZE && name != null) {
                                evictions.increment();
                                later(() -> deleteUnlessKept(name));
                            }
                        })
                        .build();
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
                files.list((name, size) -> list(name, size));
                listed = true;
                then.begin();
            } catch (IOException e) {
                LOG.warn("cached content in {} cannot be listed", files, e);
            }
            files.deleteOld();
        });
    }

    private void list(DiskName name, long size) {
        if (forgotten.getIfPresent(name) == null) {
            index.asMap().putIfAbsent(name, new Entry(size, 0));
        }
    }

    /// Runs searches, unless the store is closing: the next start searches again.
    Executor searches() {
        return this::later;
    }

    /// Whether [#begin] is done.
    boolean listed() {
        return listed;
    }

    // ---- reading

    @Override
    public Optional<StoredResponse> get(CacheKey key, RequestHeaders forwarded) {
        return Optional.empty(); // everything here takes time
    }

    @Override
    public boolean load(
            CacheKey key, RequestHeaders forwarded, Consumer<Optional<StoredResponse>> then) {
        return find(
                key, forwarded, Optional::empty, found -> then.accept(found.map(Found::response)));
    }

    /// @param inMemory it was not read, but found elsewhere
    /// @param vary as with [CacheStore#put]
    /// @param right the newest purge that left the answer alone
    record Found(StoredResponse response, boolean inMemory, List<String> vary, long right) {}

    /// @param meanwhile asked before the disk, when the disk's turn comes
    boolean find(
            CacheKey key,
            RequestHeaders forwarded,
            Supplier<Optional<StoredResponse>> meanwhile,
            Consumer<Optional<Found>> then) {
        if (isAbsent(DiskName.of(key))) {
            return false;
        }
        try {
            work.reads()
                    .execute(() ->
                            then.accept(
                                    meanwhile
                                            .get()
                                            .map(one -> new Found(one, true, List.of(), 0))
                                            .or(() -> read(key, forwarded))));
            return true;
        } catch (RejectedExecutionException _) {
            return false; // closing
        }
    }

    /// Whether no file of this name counts, though one that was forgotten may still be there.
    private boolean isAbsent(DiskName name) {
        return index.getIfPresent(name) == null && (listed || forgotten.getIfPresent(name) != null);
    }

    private Optional<Found> read(CacheKey key, RequestHeaders forwarded) {
        Optional<Opened> first = open(key);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        List<String> vary = first.get().file.head().vary();
        if (vary.isEmpty()) {
            return found(first.get(), vary);
        }
        close(first.get().channel);
        long edition = first.get().file.head().edition();
        return open(Variants.key(key, asciiNames(vary), edition, forwarded))
                .flatMap(opened -> found(opened, vary));
    }

    private static List<AsciiString> asciiNames(List<String> names) {
        return names.stream().map(AsciiString::cached).toList();
    }

    private record Opened(DiskName name, FileChannel channel, KeptFile file, long right) {}

    /// The file of exactly this key, not purged.
    private Optional<Opened> open(CacheKey key) {
        DiskName name = DiskName.of(key);
        if (isAbsent(name)) {
            return Optional.empty();
        }
        Optional<Entry> entry = Optional.ofNullable(index.getIfPresent(name));
        FileChannel channel;
        try {
            channel = files.open(name);
        } catch (NoSuchFileException _) {
            entry.ifPresent(gone -> index.asMap().remove(name, gone)); // not what was put since
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("cached content cannot be read", e);
            return Optional.empty();
        }
        try {
            KeptFile file = KeptFile.read(channel);
            long right = entry.map(kept -> kept.right).orElse(0L);
            long latest = purges.latest();
            if (!file.head().key().equals(key)) {
                close(channel);
                return Optional.empty();
            }
            if (purges.hit(key, right)) {
                close(channel);
                remove(name);
                return Optional.empty();
            }
            entry.ifPresent(kept -> kept.right = latest);
            return Optional.of(new Opened(name, channel, file, latest));
        } catch (IOException e) {
            LOG.warn("cached content is dropped: {}", e.getMessage());
            close(channel);
            remove(name);
            return Optional.empty();
        }
    }

    private Optional<Found> found(Opened opened, List<String> vary) {
        KeptHead head = opened.file.head();
        if (!head.vary().isEmpty()) {
            close(opened.channel);
            return Optional.empty();
        }
        if (opened.file.length() > WHOLE) {
            FileBody body =
                    new FileBody(
                            opened.channel, opened.file, work.reads(), () -> remove(opened.name));
            return Optional.of(new Found(StoredResponse.of(head, body), false, vary, opened.right));
        }
        try {
            ByteBuf body =
                    opened.file.body(
                            UnpooledByteBufAllocator.DEFAULT, 0, (int) opened.file.length());
            return Optional.of(new Found(StoredResponse.of(head, body), false, vary, opened.right));
        } catch (IOException e) {
            LOG.warn("cached content is dropped: {}", e.getMessage());
            remove(opened.name);
            return Optional.empty();
        } finally {
            close(opened.channel);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("cached content does not close", e);
        }
    }

    // ---- writing

    @Override
    public void put(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            StoredResponse response,
            long generation) {
        long bytes = response.bytes();
        if (!takes(response.freshness(), response.length())) {
            response.release();
            return;
        }
        if (!queue(bytes)) {
            response.release();
            return;
        }
        Place place = place(key, vary, forwarded, generation);
        boolean accepted =
                later(() -> {
                    try {
                        KeptHead head = KeptHead.of(settle(place), response);
                        if (response.file().isPresent()) {
                            change(response.file().get(), head, place);
                        } else {
                            write(head, response.body(), place);
                        }
                    } finally {
                        response.release();
                        dequeue(bytes);
                    }
                });
        if (!accepted) {
            response.release();
        }
    }

    /// Where an answer is to stand, as it was known when it was handed over.
    ///
    /// @param forwarded what the variant depends on, since the request may be over
    /// @param order before or after which forgetting this is
    record Place(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            long generation,
            long order) {}

    Place place(CacheKey key, List<String> vary, RequestHeaders forwarded, long generation) {
        Map<AsciiString, String> values = new HashMap<>();
        for (AsciiString name : asciiNames(vary)) {
            forwarded.value(name).ifPresent(value -> values.put(name, value));
        }
        return new Place(
                key, vary, name -> Optional.ofNullable(values.get(name)), generation, order.get());
    }

    /// The key for an answer at this place. One that varies is preceded by the list of names it varies by.
    CacheKey settle(Place place) {
        if (place.vary.isEmpty()) {
            return place.key;
        }
        long edition =
                open(place.key)
                        .map(opened -> {
                            close(opened.channel);
                            KeptHead head = opened.file.head();
                            return head.vary().equals(place.vary) ? head.edition() : 0L;
                        })
                        .orElse(0L);
        if (edition == 0) {
            edition = editions.incrementAndGet();
            write(
                    KeptHead.varying(place.key, place.vary, edition),
                    UnpooledByteBufAllocator.DEFAULT.buffer(0, 0),
                    place);
        }
        return Variants.key(place.key, asciiNames(place.vary), edition, place.forwarded);
    }

    /// @return false when too much waits to be written
    boolean queue(long bytes) {
        if (waiting.addAndGet(bytes) > WAITING) {
            waiting.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void dequeue(long bytes) {
        waiting.addAndGet(-bytes);
    }

    private boolean takes(Freshness freshness, long length) {
        return length <= maxObject && worthKeeping(freshness) && clock.millis() >= pausedUntil;
    }

    private void write(KeptHead head, ByteBuf body, Place place) {
        try (DiskFiles.Beginning beginning = begin(body.readableBytes())) {
            KeptFile.Checks checks = new KeptFile.Checks();
            for (ByteBuffer part : body.nioBuffers()) {
                checks.add(part.duplicate());
                writeFully(beginning.channel(), part);
            }
            finish(beginning, body.readableBytes(), checks, head, place);
        } catch (IOException e) {
            failed(e);
        }
    }

    DiskFiles.Beginning begin(long bytes) throws IOException {
        looked(bytes);
        return files.begin();
    }

    /// @throws IOException when others need what is left of the disk
    void looked(long bytes) throws IOException {
        if (unlooked.addAndGet(bytes) > BETWEEN_LOOKS) {
            unlooked.set(0);
            if (files.nearlyFull()) {
                unlooked.set(BETWEEN_LOOKS);
                throw new IOException("the disk is nearly full");
            }
        }
    }

    static void writeFully(FileChannel channel, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }

    void finish(
            DiskFiles.Beginning beginning,
            long length,
            KeptFile.Checks checks,
            KeptHead head,
            Place place)
            throws IOException {
        KeptFile.finish(beginning.channel(), length, checks.end(), head);
        DiskName name = DiskName.of(head.key());
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            if (!outdated(place)) {
                long size = beginning.channel().size();
                beginning.becomes(name);
                index.put(name, new Entry(size, place.generation));
            }
        } finally {
            stripe.unlock();
        }
        working();
    }

    /// A revalidated answer whose body stays.
    private void change(FileBody body, KeptHead head, Place place) {
        DiskName name = DiskName.of(head.key());
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            if (!outdated(place) && index.getIfPresent(name) != null) {
                long size = body.change(head);
                index.put(name, new Entry(size, place.generation));
            }
        } catch (IOException e) {
            failed(e);
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public Optional<BodySink> sink(long length) {
        return length <= maxObject && clock.millis() >= pausedUntil
                ? Optional.of(new FileSink(this, work.writes(), maxObject))
                : Optional.empty();
    }

    boolean worthKeeping(Freshness freshness) {
        return Math.max(freshness.lifetimeMillis(), freshness.minimumMillis())
                >= SHORTEST_LIFE.toMillis();
    }

    /// Whether an answer was purged or forgotten after it was asked for.
    private boolean outdated(Place place) {
        Long forgot = forgotten.getIfPresent(DiskName.of(place.key));
        return purges.hit(place.key, place.generation) || (forgot != null && forgot > place.order);
    }

    /// The disk is full or broken: answers pass by until it works again. Said once.
    void failed(IOException e) {
        if (pausedUntil == Long.MIN_VALUE) {
            LOG.warn(
                    "content is not kept on disk until {} can be written again: {}",
                    files,
                    e.getMessage());
        }
        pausedUntil = clock.millis() + PAUSE.toMillis();
    }

    private void working() {
        if (pausedUntil != Long.MIN_VALUE) {
            pausedUntil = Long.MIN_VALUE;
            LOG.info("content is kept on disk again in {}", files);
        }
    }

    // ---- letting go

    private ReentrantLock stripe(DiskName name) {
        return stripes[name.stripe(STRIPES)];
    }

    private void deleteUnlessKept(DiskName name) {
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            if (index.getIfPresent(name) == null) {
                files.delete(name);
            }
        } finally {
            stripe.unlock();
        }
    }

    private void remove(DiskName name) {
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            index.invalidate(name);
            files.delete(name);
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public void forget(CacheKey key) {
        DiskName name = DiskName.of(key);
        forgotten.put(name, order.incrementAndGet());
        index.invalidate(name);
        later(() -> deleteUnlessKept(name));
    }

    @Override
    public long generation() {
        return purges.latest();
    }

    @Override
    public void invalidate(String distributionId, List<String> paths) {
        search.purge(distributionId, paths);
    }

    /// Deletes what was purged up to a number, and then writes down that it was.
    void search(long latest) {
        boolean all = listed;
        Optional<Set<Long>> owners =
                purges.idsAfter(searched)
                        .map(ids -> ids.stream().map(DiskName::owner).collect(Collectors.toSet()));
        for (var each : index.asMap().entrySet()) {
            Entry entry = each.getValue();
            if (entry.right < latest) {
                if (owners.isEmpty() || owners.get().contains(each.getKey().owner())) {
                    check(each.getKey(), entry, latest);
                } else {
                    entry.right = latest;
                }
            }
        }
        if (all) {
            searched = latest;
            writePosition(latest);
        }
    }

    private void check(DiskName name, Entry entry, long latest) {
        try (FileChannel channel = files.open(name)) {
            CacheKey key = KeptFile.read(channel).head().key();
            if (!purges.hit(key, entry.right)) {
                entry.right = latest;
                return;
            }
        } catch (NoSuchFileException _) {
            // gone already
        } catch (IOException e) {
            LOG.warn("cached content is dropped: {}", e.getMessage());
        }
        removeIfSame(name, entry);
    }

    private void removeIfSame(DiskName name, Entry entry) {
        ReentrantLock stripe = stripe(name);
        stripe.lock();
        try {
            if (index.asMap().remove(name, entry)) {
                files.delete(name);
            }
        } finally {
            stripe.unlock();
        }
    }

    // ---- across restarts

    /// The place in the order of invalidations up to which everything kept has been searched; those after it must be told
    /// again. Empty when nothing is kept.
    OptionalLong position() {
        return told;
    }

    /// Every invalidation up to this place was told.
    void told(long position) {
        told = OptionalLong.of(position);
        if (written == Long.MIN_VALUE
                || (listed
                        && searched == purges.latest()
                        && position >= written + POSITION_STRIDE)) {
            boolean first = written == Long.MIN_VALUE;
            later(() -> {
                if (first) {
                    write(position);
                } else {
                    writePosition(searched);
                }
            });
        }
    }

    /// What was told before a moment at which `searchedTo` was the newest purge is done with it.
    private void writePosition(long searchedTo) {
        OptionalLong position = told;
        if (position.isPresent() && purges.latest() == searchedTo) {
            write(position.getAsLong());
        }
    }

    private void write(long position) {
        try {
            if (position > written) {
                files.position(position);
                written = position;
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /// Nothing that is kept can be trusted.
    void forgetAll() {
        try {
            files.forgetAll();
            told = OptionalLong.empty();
            written = Long.MIN_VALUE;
            index.invalidateAll();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot forget what is kept in " + files, e);
        }
    }

    // ---- housekeeping

    @Override
    public Map<String, Usage> usage() {
        return Map.of(
                "disk",
                new Usage(
                        index.policy().eviction().orElseThrow().weightedSize().orElse(0) * UNIT,
                        index.estimatedSize(),
                        evictions.sum()));
    }

    private boolean later(Runnable step) {
        try {
            work.writes().execute(step);
            return true;
        } catch (RejectedExecutionException _) {
            return false; // closing
        }
    }

    /// Writes what waits, within a moment.
    @Override
    public void close() {
        work.close();
    }
}
