package dev.nameplate.edge.cache;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/// An origin's `Cache-Control`: no time is negative, and reading it again reads the same.
public final class CacheControlTarget {
    private CacheControlTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        headers.set(HttpHeaderNames.CACHE_CONTROL, new String(input, StandardCharsets.ISO_8859_1));
        CacheControl read = CacheControl.of(headers);
        boolean negative =
                Stream.of(
                                read.maxAge(),
                                read.sharedMaxAge(),
                                read.staleWhileRevalidate(),
                                read.staleIfError())
                        .anyMatch(time -> time.isPresent() && time.getAsLong() < 0);
        if (negative || !read.equals(CacheControl.of(headers))) {
            throw new AssertionError("misread: " + read);
        }
    }
}
