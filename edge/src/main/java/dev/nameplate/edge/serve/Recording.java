package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.cache.Uncompressed;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// An answer being kept while it passes by, readable from its beginning by whoever comes later.
///
/// Written on one event loop; the slices it hands out share its memory and may be read on others. What is written stays
/// where it is, so a slice remains right when the recording ends or is dropped.
final class Recording {
    /// Where an answer without `Content-Length` starts; each further segment is twice as long, up to [#LARGEST].
    private static final int FIRST_GUESS = 8 * 1024;

    private static final int LARGEST = 1 << 20;

    /// A body is one buffer in the end.
    private static final long LONGEST = Integer.MAX_VALUE - 8;

    /// What all recordings under way may take together.
    static final class Room {
        private final AtomicLong left;

        Room(long bytes) {
            left = new AtomicLong(bytes);
        }

        private boolean take(long bytes) {
            if (left.addAndGet(-bytes) >= 0) {
                return true;
            }
            left.addAndGet(bytes);
            return false;
        }

        private void giveBack(long bytes) {
            left.addAndGet(bytes);
        }
    }

    private final Room room;
    private final int status;
    private final HttpHeaders headers;
    private final CacheDecision.Terms terms;
    private final Optional<Uncompressed> uncompressed;
    private final long maxBytes;
    private final List<ByteBuf> segments = new ArrayList<>(1);
    private long taken;
    private long size;

    private Recording(
            Room room,
            int status,
            HttpHeaders headers,
            CacheDecision.Terms terms,
            Optional<Uncompressed> uncompressed,
            long maxBytes) {
        this.room = room;
        this.status = status;
        this.headers = headers;
        this.terms = terms;
        this.uncompressed = uncompressed;
        this.maxBytes = maxBytes;
    }

    /// Empty when the answer announces more than may be kept, or there is no room.
    static Optional<Recording> begin(
            Room room,
            int status,
            HttpHeaders filtered,
            CacheDecision.Terms terms,
            Optional<Uncompressed> uncompressed,
            long maxBytes) {
        long announced =
                filtered.contains(HttpHeaderNames.CONTENT_LENGTH)
                        ? Long.parseLong(filtered.get(HttpHeaderNames.CONTENT_LENGTH))
                        : -1;
        if (announced > Math.min(maxBytes, LONGEST)) {
            return Optional.empty();
        }
        HttpHeaders headers = filtered.copy();
        headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.AGE);
        terms.without().forEach(headers::remove);
        Recording recording =
                new Recording(
                        room, status, headers, terms, uncompressed, Math.min(maxBytes, LONGEST));
        return recording.grow(announced < 0 ? FIRST_GUESS : (int) announced)
                ? Optional.of(recording)
                : Optional.empty();
    }

    private boolean grow(int capacity) {
        if (!room.take(capacity)) {
            return false;
        }
        taken += capacity;
        // Unpooled, so that a body takes the memory it needs and not the next size of a pool. Never
        // made larger, so that it never moves.
        segments.add(UnpooledByteBufAllocator.DEFAULT.directBuffer(capacity, capacity));
        return true;
    }

    CacheDecision.Terms terms() {
        return terms;
    }

    Optional<Uncompressed> uncompressed() {
        return uncompressed;
    }

    int status() {
        return status;
    }

    HttpHeaders headers() {
        return headers;
    }

    /// Takes a copy of a piece and hands out what it wrote, in slices to be released.
    ///
    /// @return false when the answer has outgrown what may be kept; nothing was written then
    boolean add(ByteBuf data, Consumer<ByteBuf> written) {
        int left = data.readableBytes();
        if (size + left > maxBytes) {
            return false;
        }
        int from = data.readerIndex();
        ByteBuf segment = segments.getLast();
        int missing = left - segment.writableBytes();
        if (missing > 0) {
            int next = Math.max(missing, Math.min(LARGEST, 2 * segment.capacity()));
            if (!grow((int) Math.min(next, maxBytes - size))) {
                return false;
            }
        }
        size += left;
        while (left > 0) {
            int part = Math.min(left, segment.writableBytes());
            if (part > 0) {
                int start = segment.writerIndex();
                segment.writeBytes(data, from, part);
                written.accept(segment.retainedSlice(start, part));
                from += part;
                left -= part;
            }
            segment = segments.getLast();
        }
        return true;
    }

    /// Hands out all that was written, in slices to be released.
    void replay(Consumer<ByteBuf> written) {
        for (ByteBuf segment : segments) {
            if (segment.isReadable()) {
                written.accept(segment.retainedSlice());
            }
        }
    }

    /// The whole answer. Ends the recording.
    StoredResponse end(long arrivedAtMillis) {
        ByteBuf first = segments.getFirst();
        ByteBuf body = first;
        if (segments.size() > 1 || first.isWritable()) {
            body = UnpooledByteBufAllocator.DEFAULT.directBuffer((int) size, (int) size);
            for (ByteBuf segment : segments) {
                body.writeBytes(segment, segment.readerIndex(), segment.readableBytes());
                segment.release();
            }
        }
        room.giveBack(taken);
        return new StoredResponse(
                status, headers, body, arrivedAtMillis, terms.freshness(), uncompressed);
    }

    void drop() {
        segments.forEach(ByteBuf::release);
        room.giveBack(taken);
    }
}
