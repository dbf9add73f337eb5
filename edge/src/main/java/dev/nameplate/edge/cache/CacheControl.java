package dev.nameplate.edge.cache;

import java.util.Iterator;
import java.util.Locale;
import java.util.OptionalLong;

/// The directives of a response's `Cache-Control` that a shared cache obeys (RFC 9111 §5.2.2).
record CacheControl(
        boolean noStore,
        boolean noCache,
        boolean isPrivate,
        boolean isPublic,
        boolean mustRevalidate,
        OptionalLong maxAge,
        OptionalLong sharedMaxAge,
        OptionalLong staleIfError) {

    /// Seconds above this mean forever; RFC 9111 §1.2.2.
    private static final long LONGEST = Integer.MAX_VALUE;

    static CacheControl parse(Iterator<String> values) {
        boolean noStore = false;
        boolean noCache = false;
        boolean isPrivate = false;
        boolean isPublic = false;
        boolean mustRevalidate = false;
        OptionalLong maxAge = OptionalLong.empty();
        OptionalLong sharedMaxAge = OptionalLong.empty();
        OptionalLong staleIfError = OptionalLong.empty();
        while (values.hasNext()) {
            String value = values.next();
            int from = 0;
            while (from < value.length()) {
                int to = endOfDirective(value, from);
                String directive = value.substring(from, to).strip();
                from = to + 1;
                int equals = directive.indexOf('=');
                String name = equals < 0 ? directive : directive.substring(0, equals).strip();
                String argument = equals < 0 ? "" : directive.substring(equals + 1).strip();
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "no-store" -> noStore = true;
                    // With field names (no-cache="set-cookie") a cache may keep the rest; keeping
                    // nothing is allowed.
                    case "no-cache" -> noCache = true;
                    case "private" -> isPrivate = true;
                    case "public" -> isPublic = true;
                    case "must-revalidate", "proxy-revalidate" -> mustRevalidate = true;
                    case "max-age" -> maxAge = seconds(argument);
                    case "s-maxage" -> sharedMaxAge = seconds(argument);
                    case "stale-if-error" -> staleIfError = seconds(argument);
                    default -> {}
                }
            }
        }
        return new CacheControl(
                noStore,
                noCache,
                isPrivate,
                isPublic,
                mustRevalidate,
                maxAge,
                sharedMaxAge,
                staleIfError);
    }

    private static int endOfDirective(String value, int from) {
        boolean quoted = false;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return value.length();
    }

    /// What cannot be read counts as stale (RFC 9111 §4.2.1).
    private static OptionalLong seconds(String argument) {
        String digits =
                argument.length() > 1 && argument.startsWith("\"") && argument.endsWith("\"")
                        ? argument.substring(1, argument.length() - 1)
                        : argument;
        long seconds = 0;
        if (digits.isEmpty()) {
            return OptionalLong.of(0);
        }
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalLong.of(0);
            }
            seconds = Math.min(LONGEST, seconds * 10 + (c - '0'));
        }
        return OptionalLong.of(seconds);
    }
}
