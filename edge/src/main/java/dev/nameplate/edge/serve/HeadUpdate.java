package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.cache.Variants;

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

    /// Freshens the kept answer if it is still the same, else forgets it.
    ///
    /// @param terms under which an answer with these headers is kept
    static void apply(
            Means means,
            CacheKey key,
            RequestHeaders view,
            long generation,
            StoredResponse old,
            HttpHeaders headers,
            Optional<CacheDecision.Terms> terms) {
        boolean same =
                IDENTITY.stream()
                        .allMatch(name ->
                                !headers.contains(name)
                                        || old.header(name)
                                                .filter(value ->
                                                        value.contentEquals(headers.get(name)))
                                                .isPresent());
        if (!same || old.status() != 200) {
            means.store().forget(key);
            return;
        }
        terms.ifPresent(kept -> {
            HttpHeaders merged = old.updated(headers);
            means.store()
                    .put(
                            key,
                            Variants.names(merged),
                            view,
                            old.with(merged, means.clock().millis(), kept.freshness()),
                            generation);
        });
    }
}
