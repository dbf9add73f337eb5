package dev.nameplate.edge.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What is done to the headers of every answer, kept ones included, on the way to the visitor: CloudFront's response headers
/// policy. Steps in this order: `remove`, `cors`, `set`, `serverTiming`.
///
/// @param remove header names, any case
/// @param set fixed headers: the security headers and the custom ones
/// @param serverTimingPercent of the answers get a `Server-Timing` header; 0 for none
public record ResponseHeaders(
        List<String> remove, Optional<Cors> cors, List<Fixed> set, double serverTimingPercent) {
    public ResponseHeaders {
        remove = List.copyOf(remove);
        set = List.copyOf(set);
        if (serverTimingPercent < 0 || serverTimingPercent > 100) {
            throw new IllegalArgumentException(
                    "a percentage lies between 0 and 100, not at " + serverTimingPercent);
        }
    }

    /// @param override whether it replaces the origin's header of the same name, or only stands in for a missing one
    public record Fixed(String name, String value, boolean override) {}

    /// Cross-origin sharing (the Fetch standard).
    ///
    /// @param allowOrigins origins, in which a `*` may stand for a left part of the host; `*` alone for any
    /// @param allowHeaders `*` alone for any
    /// @param allowMethods `ALL` alone for any
    /// @param override whether these replace what the origin sent; else an origin that sent any CORS header is left alone
    public record Cors(
            List<String> allowOrigins,
            List<String> allowHeaders,
            List<String> allowMethods,
            boolean allowCredentials,
            List<String> exposeHeaders,
            Optional<Duration> maxAge,
            boolean override) {
        public Cors {
            allowOrigins = List.copyOf(allowOrigins);
            allowHeaders = List.copyOf(allowHeaders);
            allowMethods = List.copyOf(allowMethods);
            exposeHeaders = List.copyOf(exposeHeaders);
        }
    }
}
