package dev.nameplate.edge.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Tells the answers apart that stand under one key: by the header fields that `Vary` names (RFC 9111 §4.1).
public final class Variants {
    public static final String EVERYTHING = "*";

    private Variants() {}

    /// The names in `Vary`, lower case, sorted; [#EVERYTHING] among them means that every request is different.
    public static List<String> names(HttpHeaders response) {
        if (!response.contains(HttpHeaderNames.VARY)) {
            return List.of();
        }
        return response.getAll(HttpHeaderNames.VARY).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .sorted()
                .distinct()
                .toList();
    }

    static List<AsciiString> asciiNames(List<String> names) {
        return names.stream().map(AsciiString::cached).toList();
    }

    /// The key of the answer for this request among those that vary by these names.
    ///
    /// @param edition tells apart lists of names that stood under the key one after the other
    public static CacheKey key(
            CacheKey key, List<AsciiString> names, long edition, RequestHeaders forwarded) {
        StringBuilder rest = new StringBuilder(key.rest()).append("\nvary ").append(edition);
        for (AsciiString name : names) {
            rest.append('\n').append(name).append('=');
            forwarded.value(name).ifPresent(value -> rest.append(normalised(name, value)));
        }
        return new CacheKey(key.distributionId(), key.target(), rest.toString());
    }

    /// Brings together what means the same: white space around list members, and the case and order of languages, where
    /// only a weight ranks (RFC 9110 §12.5.4).
    static String normalised(CharSequence name, String value) {
        if (value.indexOf('"') >= 0) {
            return value; // a comma may stand for itself
        }
        boolean languages = HttpHeaderNames.ACCEPT_LANGUAGE.contentEquals(name);
        if (!languages && value.indexOf(',') < 0) {
            return value.strip();
        }
        String folded = languages ? value.toLowerCase(Locale.ROOT) : value;
        var members = Arrays.stream(folded.split(",", -1)).map(String::strip);
        return (languages ? members.sorted() : members).collect(Collectors.joining(","));
    }
}
