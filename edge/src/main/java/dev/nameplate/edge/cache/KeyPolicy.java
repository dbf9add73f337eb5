package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.Caching;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.List;

/// Makes the cache keys of one behaviour.
public final class KeyPolicy {
    private static final String ACCEPT_ENCODING = HttpHeaderNames.ACCEPT_ENCODING.toString();

    /// Of `Accept-Encoding`, as requests show it where codings are told apart.
    private static final List<String> ALL_FORMS = List.of("", "gzip", "br", "br,gzip");

    private final Parts parts;
    private final List<AsciiString> headers;
    private final boolean cookies;
    private final boolean possible;
    private final boolean codings;

    public KeyPolicy(Caching caching) {
        this(caching, Parts.anyOf(caching.key()));
    }

    /// @param key of `caching`
    public KeyPolicy(Caching caching, Parts key) {
        parts = key;
        headers = parts.listedHeaders().stream().map(AsciiString::cached).toList();
        cookies = parts.includesCookies();
        // A key of every header would never be met again.
        codings = !caching.codings().isEmpty();
        possible = caching.enabled() && !parts.opensToAnyHeader();
    }

    /// Whether answers can be kept at all.
    public boolean possible() {
        return possible;
    }

    /// The names in an answer's `Vary` that the key does not tell apart already.
    public List<String> vary(HttpHeaders response) {
        List<String> names = Variants.names(response);
        return codings && names.contains(ACCEPT_ENCODING)
                ? names.stream().filter(name -> !name.equals(ACCEPT_ENCODING)).toList()
                : names;
    }

    /// @param variant what else tells this request apart: the method where answers to several are kept
    public CacheKey key(
            String distributionId,
            String variant,
            String path,
            String query,
            RequestHeaders request) {
        String form = codings ? request.value(HttpHeaderNames.ACCEPT_ENCODING).orElse("") : "";
        return inForm(distributionId, variant, form, path, query, request);
    }

    /// The keys of all codings of what [#key] is the key of one.
    public List<CacheKey> keysOfAllCodings(
            String distributionId, String path, String query, RequestHeaders request) {
        return (codings ? ALL_FORMS : List.of(""))
                .stream()
                        .map(form -> inForm(distributionId, "", form, path, query, request))
                        .toList();
    }

    private CacheKey inForm(
            String distributionId,
            String variant,
            String form,
            String path,
            String query,
            RequestHeaders request) {
        String chosen = query.isEmpty() ? "" : parts.query(query);
        String target = chosen.isEmpty() ? path : path + '?' + chosen;
        if (headers.isEmpty() && !cookies) {
            return new CacheKey(
                    distributionId,
                    target,
                    form.isEmpty() ? variant : variant.isEmpty() ? form : variant + '\n' + form);
        }
        StringBuilder rest = new StringBuilder(variant);
        if (codings) {
            rest.append('\n').append(form);
        }
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
