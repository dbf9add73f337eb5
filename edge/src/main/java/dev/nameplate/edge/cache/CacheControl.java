package dev.nameplate.edge.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/// The directives of a response that a shared cache obeys (RFC 9111 §5.2.2).
///
/// @param targeted they were meant for caches like this one alone, so that `Cache-Control` and `Expires` do not count
/// @param noCache without field names
/// @param isPrivate without field names
/// @param mustRevalidate or proxy-revalidate
/// @param namedFields the field names, in lower case, of no-cache and private
public record CacheControl(
        boolean targeted,
        boolean noStore,
        boolean noCache,
        boolean isPrivate,
        boolean isPublic,
        boolean mustRevalidate,
        boolean mustUnderstand,
        OptionalLong maxAge,
        OptionalLong sharedMaxAge,
        OptionalLong staleWhileRevalidate,
        OptionalLong staleIfError,
        Set<String> namedFields) {

    /// What an origin calls this cache in the parameters of `Surrogate-Control`; told to it in [#CAPABILITY].
    private static final String SURROGATE = "nameplate";

    /// Tells origins by which name to target this cache in `Surrogate-Control`.
    public static final AsciiString CAPABILITY_FIELD = AsciiString.cached("surrogate-capability");

    public static final AsciiString CAPABILITY =
            AsciiString.cached(SURROGATE + "=\"Surrogate/1.0\"");

    /// Fields that come before `Cache-Control`, the first one first: RFC 9213, and its forerunner (W3C Edge Architecture).
    private static final List<AsciiString> TARGETED =
            List.of(
                    AsciiString.cached("cdn-cache-control"),
                    AsciiString.cached("surrogate-control"));

    /// Seconds above this mean forever; RFC 9111 §1.2.2.
    private static final long LONGEST = Integer.MAX_VALUE;

    static CacheControl of(HttpHeaders response) {
        for (AsciiString name : TARGETED) {
            if (response.contains(name)) {
                Reader reader = new Reader();
                reader.read(response.valueStringIterator(name));
                if (reader.known) {
                    return reader.result(true);
                }
            }
        }
        Reader reader = new Reader();
        reader.read(response.valueStringIterator(HttpHeaderNames.CACHE_CONTROL));
        return reader.result(false);
    }

    private static final class Reader {
        private boolean known;
        private boolean noStore;
        private boolean noCache;
        private boolean isPrivate;
        private boolean isPublic;
        private boolean mustRevalidate;
        private boolean mustUnderstand;
        private OptionalLong maxAge = OptionalLong.empty();
        private OptionalLong sharedMaxAge = OptionalLong.empty();
        private OptionalLong staleWhileRevalidate = OptionalLong.empty();
        private OptionalLong staleIfError = OptionalLong.empty();
        private final Set<String> namedFields = new HashSet<>();

        void read(Iterator<String> values) {
            while (values.hasNext()) {
                String value = values.next();
                int from = 0;
                while (from < value.length()) {
                    int to = endOfDirective(value, from);
                    directive(value.substring(from, to).strip());
                    from = to + 1;
                }
            }
        }

        private void directive(String text) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals).strip();
            String argument = equals < 0 ? "" : text.substring(equals + 1).strip();
            String whole = equals < 0 ? name : argument;
            int parameter = whole.startsWith("\"") ? -1 : whole.indexOf(';');
            if (parameter >= 0) {
                if (!whole.substring(parameter + 1).strip().equals(SURROGATE)) {
                    return; // meant for another surrogate
                }
                whole = whole.substring(0, parameter).strip();
                name = equals < 0 ? whole : name;
                argument = equals < 0 ? "" : whole;
            }
            boolean before = known;
            known = true;
            switch (name.toLowerCase(Locale.ROOT)) {
                case "no-store" -> noStore = true;
                case "no-cache" -> noCache |= !named(argument);
                case "private" -> isPrivate |= !named(argument);
                case "public" -> isPublic = true;
                case "must-revalidate", "proxy-revalidate" -> mustRevalidate = true;
                case "must-understand" -> mustUnderstand = true;
                case "max-age" -> maxAge = shorter(maxAge, argument);
                case "s-maxage" -> sharedMaxAge = shorter(sharedMaxAge, argument);
                case "stale-while-revalidate" ->
                        staleWhileRevalidate = shorter(staleWhileRevalidate, argument);
                case "stale-if-error" -> staleIfError = shorter(staleIfError, argument);
                default -> known = before;
            }
        }

        /// Takes up field names; false when there are none and the directive is about the whole answer.
        private boolean named(String argument) {
            String list = argument.replace("\"", "");
            for (String field : list.split(",")) {
                if (!field.isBlank()) {
                    namedFields.add(field.strip().toLowerCase(Locale.ROOT));
                }
            }
            return !list.isBlank();
        }

        CacheControl result(boolean targeted) {
            return new CacheControl(
                    targeted,
                    noStore,
                    noCache,
                    isPrivate,
                    isPublic,
                    mustRevalidate,
                    mustUnderstand,
                    maxAge,
                    sharedMaxAge,
                    staleWhileRevalidate,
                    staleIfError,
                    Set.copyOf(namedFields));
        }
    }

    /// Of contradicting values the shorter is taken (RFC 9111 §4.2.1).
    private static OptionalLong shorter(OptionalLong known, String argument) {
        long read = seconds(argument);
        return OptionalLong.of(Math.min(known.orElse(LONGEST), read));
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
    private static long seconds(String argument) {
        String digits =
                argument.length() > 1 && argument.startsWith("\"") && argument.endsWith("\"")
                        ? argument.substring(1, argument.length() - 1)
                        : argument;
        long seconds = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            seconds = Math.min(LONGEST, seconds * 10 + (c - '0'));
        }
        return seconds;
    }
}
