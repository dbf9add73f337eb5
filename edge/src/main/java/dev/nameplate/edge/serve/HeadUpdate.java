package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.cache.Uncompressed;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.List;
import java.util.Optional;

/// What the answer to a HEAD tells about the kept answer to a GET (RFC 9111 §4.3.5).
final class HeadUpdate {
    private static final List<AsciiString> IDENTITY =
            List.of(
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.ETAG,
                    HttpHeaderNames.LAST_MODIFIED);

    private HeadUpdate() {}

    /// Where the kept answer stands.
    record Place(CacheKey key, RequestHeaders view, long generation) {}

    /// Freshens the kept answer if it is still the same, else forgets it.
    ///
    /// @param uncompressed what the origin said, where `headers` are those of a compressed answer
    /// @param terms under which an answer with these headers is kept
    static void apply(
            Means means,
            Visit visit,
            Place place,
            StoredResponse old,
            HttpHeaders headers,
            Optional<Uncompressed> uncompressed,
            Optional<CacheDecision.Terms> terms) {
        boolean same =
                IDENTITY.stream()
                        .allMatch(name ->
                                said(name, headers, uncompressed)
                                        .filter(value ->
                                                !old.fromOrigin(name)
                                                        .map(AsciiString::toString)
                                                        .equals(Optional.of(value)))
                                        .isEmpty());
        if (!same || old.status() != 200) {
            means.store().forget(place.key());
            return;
        }
        terms.ifPresent(kept -> {
            HttpHeaders merged = old.updated(headers);
            means.store()
                    .put(
                            place.key(),
                            visit.route().keys().vary(merged),
                            place.view(),
                            old.with(merged, means.clock().millis(), kept.freshness()),
                            place.generation());
        });
    }

    private static Optional<String> said(
            AsciiString name, HttpHeaders headers, Optional<Uncompressed> uncompressed) {
        if (uncompressed.isPresent() && name.equals(HttpHeaderNames.ETAG)) {
            return uncompressed.get().etag();
        }
        if (uncompressed.isPresent() && name.equals(HttpHeaderNames.CONTENT_LENGTH)) {
            return Optional.of(Long.toString(uncompressed.get().length()));
        }
        return Optional.ofNullable(headers.get(name));
    }
}
