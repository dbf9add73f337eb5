package dev.nameplate.api.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads paths and queries as they come off the wire.
final class Query {
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f]");

    private Query() {}

    static Optional<String> value(String rawQuery, String name) {
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key).equals(name)) {
                return Optional.of(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    /// Of all parameters, also the repeated.
    static List<String> names(String rawQuery) {
        return Stream.of(rawQuery.split("&", -1))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> decoded(pair.split("=", -1)[0]))
                .toList();
    }

    /// @throws Problem for control characters: no value has any, and not every store takes all of them
    static String decoded(String text) {
        String decoded = percentDecoded(text);
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw Problem.badRequest(
                    "the query has a control character, such as %00; leave it out");
        }
        return decoded;
    }

    private static String percentDecoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text; // A stray percent sign stands for itself.
        }
    }

    /// In a path a plus sign is itself. Control characters become U+FFFD, as no address of ours has either and not every store
    /// takes all of them: what is asked for is then found nowhere.
    static String[] segments(String rawPath) {
        String path =
                rawPath.length() > 1 && rawPath.endsWith("/")
                        ? rawPath.substring(0, rawPath.length() - 1)
                        : rawPath;
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            segments[i] =
                    CONTROL.matcher(percentDecoded(segments[i].replace("+", "%2B")))
                            .replaceAll("\uFFFD");
        }
        return segments;
    }
}
