package dev.nameplate.edge.compress;

import dev.nameplate.edge.config.ContentCoding;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which answers of an origin are compressed, as CloudFront chooses them, and what that does to their headers.
public final class CompressionRule {
    private static final long SHORTEST = 1_000;
    private static final long LONGEST = 10_000_000;

    private static final Set<String> TYPES =
            Set.of(
                    "application/dash+xml",
                    "application/eot",
                    "application/font",
                    "application/font-sfnt",
                    "application/javascript",
                    "application/json",
                    "application/opentype",
                    "application/otf",
                    "application/pkcs7-mime",
                    "application/protobuf",
                    "application/rss+xml",
                    "application/truetype",
                    "application/ttf",
                    "application/vnd.apple.mpegurl",
                    "application/vnd.mapbox-vector-tile",
                    "application/vnd.ms-fontobject",
                    "application/wasm",
                    "application/xhtml+xml",
                    "application/xml",
                    "application/x-font-opentype",
                    "application/x-font-truetype",
                    "application/x-font-ttf",
                    "application/x-httpd-cgi",
                    "application/x-javascript",
                    "application/x-mpegurl",
                    "application/x-opentype",
                    "application/x-otf",
                    "application/x-perl",
                    "application/x-ttf",
                    "font/eot",
                    "font/opentype",
                    "font/otf",
                    "font/ttf",
                    "image/svg+xml",
                    "text/css",
                    "text/csv",
                    "text/html",
                    "text/javascript",
                    "text/js",
                    "text/plain",
                    "text/richtext",
                    "text/tab-separated-values",
                    "text/xml",
                    "text/x-component",
                    "text/x-java-source",
                    "text/x-script");

    /// Checksums of what is not sent (RFC 9530).
    private static final List<String> CHECKSUMS =
            List.of("content-md5", "digest", "content-digest", "repr-digest");

    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("Accept-Encoding");

    private CompressionRule() {}

    /// Whether an answer is one of those that are compressed for visitors who accept it.
    ///
    /// @param headers as the origin sent them
    public static boolean suits(int status, HttpHeaders headers) {
        return (status == 200 || status == 403 || status == 404)
                && hasLength(headers)
                && !headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                && !headers.contains(HttpHeaderNames.CONTENT_RANGE)
                && hasType(headers)
                && !forbids(headers);
    }

    private static boolean hasLength(HttpHeaders headers) {
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (lengths.size() != 1 || !lengths.getFirst().matches("[0-9]{4,8}")) {
            return false;
        }
        long length = Long.parseLong(lengths.getFirst());
        return length >= SHORTEST && length <= LONGEST;
    }

    private static boolean hasType(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null) {
            return false;
        }
        int parameters = type.indexOf(';');
        String bare = parameters < 0 ? type : type.substring(0, parameters);
        return TYPES.contains(bare.strip().toLowerCase(Locale.ROOT));
    }

    /// RFC 9111 §5.2.2.6.
    private static boolean forbids(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.CACHE_CONTROL).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .anyMatch(directive -> directive.strip().equalsIgnoreCase("no-transform"));
    }

    /// Says that another visitor may get this in another coding. To be called for every answer that [#suits], compressed or
    /// not.
    public static void vary(HttpHeaders headers) {
        boolean said =
                headers.getAll(HttpHeaderNames.VARY).stream()
                        .flatMap(value -> Arrays.stream(value.split(",")))
                        .map(String::strip)
                        .anyMatch(name ->
                                name.equals("*") || ACCEPT_ENCODING.contentEqualsIgnoreCase(name));
        if (!said) {
            headers.add(HttpHeaderNames.VARY, ACCEPT_ENCODING);
        }
    }

    /// Makes the headers those of the compressed answer. Its bytes are not those that a strong validator vouched for.
    public static void mark(HttpHeaders headers, ContentCoding coding) {
        headers.set(
                HttpHeaderNames.CONTENT_ENCODING,
                switch (coding) {
                    case GZIP -> AcceptEncoding.GZIP;
                    case BROTLI -> AcceptEncoding.BROTLI;
                });
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        CHECKSUMS.forEach(headers::remove);
        String etag = headers.get(HttpHeaderNames.ETAG);
        if (etag != null && !etag.startsWith("W/")) {
            headers.set(HttpHeaderNames.ETAG, "W/" + etag);
        }
    }
}
