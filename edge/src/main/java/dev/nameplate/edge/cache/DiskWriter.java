package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Writes answers to files. A disk that is slow, full or broken loses answers; it does not hold visitors up, and memory is
/// not filled with what waits.
final class DiskWriter {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWriter.class);

    /// A shorter life is not worth a file.
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);

    /// Bytes of answers waiting to be written; more are not kept.
    private static final long WAITING = 64L << 20;

    /// After a failure of the disk nothing is written for a while.
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /// Bytes written between two looks at what the disk has left.
    private static final long BETWEEN_LOOKS = 32L << 20;

    private final DiskFiles files;
    private final DiskIndex index;
    private final DiskReader reader;
    private final Purges purges;
    private final InstantSource clock;
    private final AtomicLong editions;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong unlooked = new AtomicLong(BETWEEN_LOOKS);
    private volatile long pausedUntil = Long.MIN_VALUE;

    DiskWriter(
            DiskFiles files,
            DiskIndex index,
            DiskReader reader,
            Purges purges,
            InstantSource clock) {
        this.files = files;
        this.index = index;
        this.reader = reader;
        this.purges = purges;
        this.clock = clock;
        this.editions = new AtomicLong(clock.millis() * 1_000); // no earlier process drew these
    }

    // ---- what is to be written

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
        for (AsciiString name : Variants.asciiNames(vary)) {
            forwarded.value(name).ifPresent(value -> values.put(name, value));
        }
        return new Place(
                key,
                vary,
                name -> Optional.ofNullable(values.get(name)),
                generation,
                index.order());
    }

    boolean worthKeeping(Freshness freshness) {
        return Math.max(freshness.lifetimeMillis(), freshness.minimumMillis())
                >= SHORTEST_LIFE.toMillis();
    }

    boolean paused() {
        return clock.millis() < pausedUntil;
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

    // ---- writing it

    void write(Place place, StoredResponse response) {
        KeptHead head = KeptHead.of(settle(place), response);
        if (response.file().isPresent()) {
            change(response.file().get(), head, place);
        } else {
            write(head, response.body(), place);
        }
    }

    /// The key for an answer at this place. One that varies is preceded by the list of names it varies by.
    CacheKey settle(Place place) {
        if (place.vary.isEmpty()) {
            return place.key;
        }
        long edition =
                reader.head(place.key)
                        .filter(head -> head.vary().equals(place.vary))
                        .map(KeptHead::edition)
                        .orElse(0L);
        if (edition == 0) {
            edition = editions.incrementAndGet();
            KeptHead list = KeptHead.varying(place.key, place.vary, edition);
            write(list, Unpooled.EMPTY_BUFFER, place);
        }
        return Variants.key(place.key, Variants.asciiNames(place.vary), edition, place.forwarded);
    }

    private void write(KeptHead head, ByteBuf body, Place place) {
        try (DiskFiles.Beginning beginning = begin(body.readableBytes())) {
            KeptFile.Checks checks = new KeptFile.Checks();
            add(body, beginning, checks);
            finish(beginning, body.readableBytes(), checks, head, place);
        } catch (IOException e) {
            failed(e);
        }
    }

    DiskFiles.Beginning begin(long bytes) throws IOException {
        looked(bytes);
        return files.begin();
    }

    static void add(ByteBuf data, DiskFiles.Beginning beginning, KeptFile.Checks checks)
            throws IOException {
        for (ByteBuffer part : data.nioBuffers()) {
            checks.add(part.duplicate());
            writeFully(beginning.channel(), part);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
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

    void finish(
            DiskFiles.Beginning beginning,
            long length,
            KeptFile.Checks checks,
            KeptHead head,
            Place place)
            throws IOException {
        KeptFile.finish(beginning.channel(), length, checks.end(), head);
        DiskName name = DiskName.of(head.key());
        index.change(
                name,
                () -> {
                    if (outdated(place)) {
                        return Optional.empty();
                    }
                    long size = beginning.channel().size();
                    beginning.becomes(name);
                    return Optional.of(new DiskIndex.Entry(size, place.generation));
                });
        working();
    }

    /// A revalidated answer whose body stays.
    private void change(FileBody body, KeptHead head, Place place) {
        DiskName name = DiskName.of(head.key());
        try {
            index.change(
                    name,
                    () ->
                            outdated(place) || index.find(name).isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(
                                            new DiskIndex.Entry(
                                                    body.change(head), place.generation)));
        } catch (IOException e) {
            failed(e);
        }
    }

    /// Whether an answer was purged or forgotten after it was asked for.
    private boolean outdated(Place place) {
        return purges.hit(place.key, place.generation)
                || index.forgottenAfter(DiskName.of(place.key), place.order);
    }

    // ---- a disk in trouble

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
}
