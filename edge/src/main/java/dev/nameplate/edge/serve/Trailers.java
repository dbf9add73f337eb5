package dev.nameplate.edge.serve;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.Locale;
import java.util.Set;

/// Fields after a body. What frames, routes, authenticates or describes a message comes too late there and could be
/// taken for a header by careless software (RFC 9110 §6.5.1).
final class Trailers {
    private static final Set<String> NEVER =
            Set.of(
                    "age",
                    "authorization",
                    "cache-control",
                    "cookie",
                    "date",
                    "expect",
                    "expires",
                    "forwarded",
                    "host",
                    "if-match",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "last-modified",
                    "location",
                    "max-forwards",
                    "pragma",
                    "range",
                    "retry-after",
                    "set-cookie",
                    "vary",
                    "via",
                    "warning",
                    "www-authenticate",
                    "x-cache");

    private static final String[] NEVER_BEGINNING = {
        "access-control-", "cloudfront-", "content-", "sec-", "x-amz-cf-", "x-edge-", "x-forwarded-"
    };

    private Trailers() {}

    static HttpHeaders filter(HttpHeaders sent) {
        HttpHeaders out = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
        sent.forEach(field -> {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (mayFollow(name)) {
                out.add(field.getKey(), field.getValue());
            }
        });
        return out;
    }

    private static boolean mayFollow(String name) {
        for (String beginning : NEVER_BEGINNING) {
            if (name.startsWith(beginning)) {
                return false;
            }
        }
        return !HopByHop.is(name) && !NEVER.contains(name);
    }
}
