package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.KeptPart;
import dev.nameplate.edge.cache.RequestHeaders;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

import java.util.List;
import java.util.Optional;

/// Whether the answer of a [Flight] is kept, on which terms, and where.
final class Keeping {
    private final Means means;
    private final Recording.Room room;
    private final Visit visit;
    private final CacheKey key;
    private final RequestHeaders view;
    private final CompressingFetch fetch;
    private final long generation;

    /// @param generation of the store when the origin was asked
    Keeping(
            Means means,
            Recording.Room room,
            Visit visit,
            CacheKey key,
            RequestHeaders view,
            CompressingFetch fetch,
            long generation) {
        this.means = means;
        this.room = room;
        this.visit = visit;
        this.key = key;
        this.view = view;
        this.fetch = fetch;
        this.generation = generation;
    }

    /// Empty when an answer with these headers is not to be kept.
    Optional<CacheDecision.Terms> terms(int status, HttpHeaders headers) {
        boolean sharedAuthorization =
                visit.route().forwarded().includesHeader("authorization")
                        && !visit.route().inKey().includesHeader("authorization")
                        && visit.exchange().value(HttpHeaderNames.AUTHORIZATION).isPresent();
        return CacheDecision.keep(
                status,
                headers,
                new CacheDecision.Circumstances(
                        visit.route().behavior().caching(),
                        visit.errorMinimum(status),
                        means.heuristics(),
                        sharedAuthorization,
                        fetch.sentAtMillis(),
                        means.clock().millis()));
    }

    /// For an answer that memory may hold.
    Optional<Recording> record(int status, HttpHeaders headers) {
        HttpMethod method = visit.exchange().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.OPTIONS)) {
            return Optional.empty();
        }
        // A part is kept as its whole would be.
        int judged = status == 206 && isOnePart(headers) ? 200 : status;
        return terms(judged, headers)
                .flatMap(terms ->
                        Recording.begin(
                                room,
                                status,
                                headers,
                                terms,
                                fetch.uncompressed(),
                                means.maxObjectBytes()));
    }

    private static boolean isOnePart(HttpHeaders headers) {
        String range = headers.get(HttpHeaderNames.CONTENT_RANGE);
        return range != null && KeptPart.of(range, 1).isPresent();
    }

    /// For a larger one, if the store takes it.
    Optional<Spill> spill(int status, HttpHeaders headers, List<String> vary) {
        return visit.exchange().method().equals(HttpMethod.GET)
                ? terms(status, headers)
                        .flatMap(terms ->
                                Spill.announced(
                                        means.store(),
                                        status,
                                        headers,
                                        terms,
                                        vary,
                                        means.maxObjectBytes()))
                : Optional.empty();
    }

    /// Stores a whole recording.
    void put(Recording complete, List<String> vary, long arrivedAtMillis) {
        CacheKey part = KeptPart.place(key);
        if (complete.status() == 200) {
            means.store().forget(part); // so that no part of an older whole outlives it
        }
        means.store()
                .put(
                        complete.status() == 206 ? part : key,
                        vary,
                        view,
                        complete.end(arrivedAtMillis),
                        generation);
    }
}
