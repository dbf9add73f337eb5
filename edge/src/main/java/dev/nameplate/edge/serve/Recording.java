package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.Freshness;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.cache.Variants;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.List;
import java.util.Optional;

/// An answer being kept while it passes by.
final class Recording {
    /// Where an answer without `Content-Length` starts; it grows by doubling.
    private static final int FIRST_GUESS = 8 * 1024;

    private final int status;
    private final HttpHeaders headers;
    private final Freshness freshness;
    private final List<String> vary;
    private final long maxBytes;
    private final ByteBuf body;
    private boolean tooLarge;

    private Recording(
            int status,
            HttpHeaders headers,
            Freshness freshness,
            List<String> vary,
            long maxBytes,
            int capacity) {
        this.status = status;
        this.headers = headers;
        this.freshness = freshness;
        this.vary = vary;
        this.maxBytes = maxBytes;
        // Unpooled, so that a body takes the memory it needs and not the next size of a pool.
        this.body = UnpooledByteBufAllocator.DEFAULT.directBuffer(capacity);
    }

    /// Empty when the answer announces more than may be kept.
    static Optional<Recording> begin(
            int status, HttpHeaders filtered, CacheDecision.Terms terms, long maxBytes) {
        long announced =
                filtered.contains(HttpHeaderNames.CONTENT_LENGTH)
                        ? Long.parseLong(filtered.get(HttpHeaderNames.CONTENT_LENGTH))
                        : -1;
        if (announced > maxBytes) {
            return Optional.empty();
        }
        HttpHeaders headers = filtered.copy();
        headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.AGE);
        terms.without().forEach(headers::remove);
        return Optional.of(
                new Recording(
                        status,
                        headers,
                        terms.freshness(),
                        Variants.names(filtered),
                        maxBytes,
                        announced < 0 ? FIRST_GUESS : (int) announced));
    }

    List<String> vary() {
        return vary;
    }

    void add(ByteBuf data) {
        if (!tooLarge) {
            tooLarge = body.readableBytes() + (long) data.readableBytes() > maxBytes;
            if (!tooLarge) {
                body.writeBytes(data, data.readerIndex(), data.readableBytes());
            }
        }
    }

    /// The whole answer, unless it outgrew the limit. Ends the recording.
    Optional<StoredResponse> end(long nowMillis) {
        if (tooLarge) {
            body.release();
            return Optional.empty();
        }
        if (body.capacity() > body.writerIndex()) {
            body.capacity(body.writerIndex());
        }
        return Optional.of(new StoredResponse(status, headers, body, nowMillis, freshness));
    }

    void drop() {
        body.release();
    }
}
