package dev.nameplate.edge.rules;

import dev.nameplate.edge.config.ResponseHeaders.Cors;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Cross-origin sharing as a policy wants it (the Fetch standard, §3.3).
final class CorsRules {
    static final String ANY = "*";

    private static final List<AsciiString> ALL_HEADERS =
            List.of(
                    HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN,
                    HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS,
                    HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                    HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
                    HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                    HttpHeaderNames.ACCESS_CONTROL_MAX_AGE);
    private static final List<String> ALL_METHODS =
            List.of("GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    private final Cors cors;
    private final boolean any;
    private final List<Pattern> patterns;
    private final String allowHeaders;
    private final String allowMethods;
    private final String exposeHeaders;

    /// @param whole without scheme a pattern stands for the host whatever the scheme
    private record Pattern(String before, String after, boolean wild, boolean whole) {
        static Pattern of(String text) {
            String lower = text.toLowerCase(Locale.ROOT);
            int star = lower.indexOf('*');
            boolean whole = lower.contains("://");
            return star < 0
                    ? new Pattern(lower, "", false, whole)
                    : new Pattern(lower.substring(0, star), lower.substring(star + 1), true, whole);
        }

        boolean matches(String origin) {
            String judged = whole ? origin : origin.substring(origin.indexOf("://") + 3);
            return wild
                    ? judged.length() > before.length() + after.length()
                            && judged.startsWith(before)
                            && judged.endsWith(after)
                    : judged.equals(before);
        }
    }

    CorsRules(Cors cors) {
        this.cors = cors;
        any = cors.allowOrigins().contains(ANY);
        patterns = cors.allowOrigins().stream().map(Pattern::of).toList();
        allowHeaders = String.join(", ", cors.allowHeaders());
        allowMethods =
                String.join(
                        ", ",
                        cors.allowMethods().contains("ALL") ? ALL_METHODS : cors.allowMethods());
        exposeHeaders = String.join(", ", cors.exposeHeaders());
    }

    /// What `Access-Control-Allow-Origin` says to this origin; empty where it is not shared with.
    Optional<String> allowed(String origin) {
        if (any) {
            return Optional.of(ANY);
        }
        String lower = origin.toLowerCase(Locale.ROOT);
        return lower.contains("://")
                        && patterns.stream().anyMatch(pattern -> pattern.matches(lower))
                ? Optional.of(origin)
                : Optional.empty();
    }

    /// @param origin empty for a request that is not shared with
    void apply(HttpHeaders headers, String origin, boolean preflight) {
        if (!cors.override() && ALL_HEADERS.stream().anyMatch(headers::contains)) {
            return;
        }
        if (cors.override()) {
            ALL_HEADERS.forEach(headers::remove);
        }
        if (!any && !headers.containsValue(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN, true)) {
            headers.add(HttpHeaderNames.VARY, "Origin");
        }
        if (origin.isEmpty()) {
            return;
        }
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if (cors.allowCredentials()) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if (!exposeHeaders.isEmpty()) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposeHeaders);
        }
        if (preflight) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, allowMethods);
            if (!allowHeaders.isEmpty()) {
                headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, allowHeaders);
            }
            cors.maxAge()
                    .ifPresent(age ->
                            headers.set(
                                    HttpHeaderNames.ACCESS_CONTROL_MAX_AGE,
                                    Long.toString(age.toSeconds())));
        }
    }
}
