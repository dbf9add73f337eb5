package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.Caching;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

import java.util.List;

/// Makes the cache keys of one behaviour.
public final class KeyPolicy {
    private final Parts parts;
    private final List<AsciiString> headers;
    private final boolean cookies;
    private final boolean possible;

    public KeyPolicy(Caching caching) {
        this(caching, Parts.anyOf(caching.key()));
    }

    /// @param key of `caching`
    public KeyPolicy(Caching caching, Parts key) {
        parts = key;
        headers = parts.listedHeaders().stream().map(AsciiString::cached).toList();
        cookies = parts.includesCookies();
        // A key of every header would never be met again.
        possible = caching.enabled() && !parts.opensToAnyHeader();
    }

    /// Whether answers can be kept at all.
    public boolean possible() {
        return possible;
    }

    /// @param variant what else tells this request apart: the method where answers to several are kept
    public CacheKey key(
            String distributionId,
            String variant,
            String path,
            String query,
            RequestHeaders request) {
        String chosen = query.isEmpty() ? "" : parts.query(query);
        String target = chosen.isEmpty() ? path : path + '?' + chosen;
        if (headers.isEmpty() && !cookies) {
            return new CacheKey(distributionId, target, variant);
        }
        StringBuilder rest = new StringBuilder(variant);
        for (AsciiString header : headers) {
            rest.append('\n').append(request.value(header).orElse(""));
        }
        if (cookies) {
            rest.append('\n')
                    .append(request.value(HttpHeaderNames.COOKIE).map(parts::cookies).orElse(""));
        }
        return new CacheKey(distributionId, target, rest.toString());
    }
}
