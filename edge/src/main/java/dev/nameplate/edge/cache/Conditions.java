package dev.nameplate.edge.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/// Evaluates a visitor's conditions against a stored answer (RFC 9110 §13).
public final class Conditions {
    private Conditions() {}

    /// Whether the visitor already has this answer, so that a 304 is enough.
    public static boolean notModified(RequestHeaders request, StoredResponse stored) {
        return notModified(request, stored::header);
    }

    /// Whether the visitor already has the answer with these headers.
    public static boolean notModified(RequestHeaders request, HttpHeaders headers) {
        return notModified(
                request, name -> Optional.ofNullable(headers.get(name)).map(AsciiString::of));
    }

    private static boolean notModified(
            RequestHeaders request, Function<AsciiString, Optional<AsciiString>> stored) {
        Optional<String> noneMatch = request.value(HttpHeaderNames.IF_NONE_MATCH);
        if (noneMatch.isPresent()) {
            return anyMatch(noneMatch.get(), stored.apply(HttpHeaderNames.ETAG));
        }
        Optional<String> since = request.value(HttpHeaderNames.IF_MODIFIED_SINCE);
        // An answer that does not say when it changed cannot have changed after it was made (RFC
        // 9111 §4.3.2).
        Optional<AsciiString> modified =
                stored.apply(HttpHeaderNames.LAST_MODIFIED)
                        .or(() -> stored.apply(HttpHeaderNames.DATE));
        if (since.isEmpty() || modified.isEmpty()) {
            return false;
        }
        Optional<Instant> sinceDate = HttpDates.parse(since.get());
        Optional<Instant> modifiedDate = HttpDates.parse(modified.get());
        return sinceDate.isPresent()
                && modifiedDate.isPresent()
                && !modifiedDate.get().isAfter(sinceDate.get());
    }

    /// Whether a range may be cut from this answer: `If-Range` is absent, or names exactly this answer.
    public static boolean rangeApplies(RequestHeaders request, StoredResponse stored) {
        Optional<String> ifRange = request.value(HttpHeaderNames.IF_RANGE);
        if (ifRange.isEmpty()) {
            return true;
        }
        AsciiString validator =
                ifRange.get().endsWith("\"") ? HttpHeaderNames.ETAG : HttpHeaderNames.LAST_MODIFIED;
        return !ifRange.get().startsWith("W/")
                && stored.header(validator)
                        .filter(value -> value.contentEquals(ifRange.get()))
                        .isPresent();
    }

    private static boolean anyMatch(String list, Optional<AsciiString> etag) {
        if (list.strip().equals("*")) {
            return true;
        }
        if (etag.isEmpty()) {
            return false;
        }
        String mine = opaque(etag.get().toString());
        for (String tag : list.split(",")) {
            if (opaque(tag.strip()).equals(mine)) {
                return true;
            }
        }
        return false;
    }

    /// Weak comparison ignores the `W/` (RFC 9110 §8.8.3.2).
    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
