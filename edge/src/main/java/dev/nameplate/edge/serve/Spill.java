package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.BodySink;
import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.CacheStore;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.Uncompressed;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// An answer too large for a [Recording], kept in the store's sink while it passes by. Nobody reads it before it is whole.
final class Spill {
    private final int status;
    private final HttpHeaders headers;
    private final CacheDecision.Terms terms;
    private final List<String> vary;
    private final Optional<Uncompressed> uncompressed;
    private @Nullable BodySink sink;

    private Spill(
            int status,
            HttpHeaders headers,
            CacheDecision.Terms terms,
            List<String> vary,
            Optional<Uncompressed> uncompressed,
            BodySink sink) {
        this.status = status;
        this.headers = headers;
        this.terms = terms;
        this.vary = vary;
        this.uncompressed = uncompressed;
        this.sink = sink;
    }

    /// Of an answer that announces more than a recording takes; empty when the store takes none such.
    static Optional<Spill> announced(
            CacheStore store,
            int status,
            HttpHeaders filtered,
            CacheDecision.Terms terms,
            List<String> vary,
            long maxRecording) {
        String announced = filtered.get(HttpHeaderNames.CONTENT_LENGTH);
        if (announced == null || Long.parseLong(announced) <= maxRecording) {
            return Optional.empty();
        }
        HttpHeaders headers = filtered.copy();
        headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.AGE);
        terms.without().forEach(headers::remove);
        return store.sink(Long.parseLong(announced))
                .map(sink -> new Spill(status, headers, terms, vary, Optional.empty(), sink));
    }

    /// Takes over what a recording has so far, which is to be dropped then.
    static Optional<Spill> of(CacheStore store, List<String> vary, Recording outgrown) {
        return store.sink(-1)
                .map(sink -> {
                    Spill spill =
                            new Spill(
                                    outgrown.status(),
                                    outgrown.headers(),
                                    outgrown.terms(),
                                    vary,
                                    outgrown.uncompressed(),
                                    sink);
                    outgrown.replay(written -> {
                        spill.add(written);
                        written.release();
                    });
                    return spill;
                });
    }

    /// The caller keeps its reference.
    void add(ByteBuf data) {
        if (sink != null && !sink.add(data)) {
            drop();
        }
    }

    /// The answer is whole.
    void keep(CacheKey key, RequestHeaders view, long arrivedAtMillis, long generation) {
        if (sink != null) {
            sink.keep(
                    key,
                    vary,
                    view,
                    status,
                    headers,
                    arrivedAtMillis,
                    terms.freshness(),
                    uncompressed,
                    generation);
            sink = null;
        }
    }

    void drop() {
        if (sink != null) {
            sink.drop();
            sink = null;
        }
    }
}
