package dev.nameplate.api.lightsail;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Opaque to clients: the place in a list, ordered by creation time and id, where the next page goes on.
final class PageToken {
    /// Lightsail has no page size input and publishes none; this one keeps an answer well under a second.
    static final int PAGE = 50;

    private static final Pattern SHAPE = Pattern.compile("([a-z]+) (\\d{1,15}) ([0-9a-f-]{36})");

    private PageToken() {}

    record Position(long at, String id) {
        /// Before everything, for lists that start with the oldest.
        static final Position OLDEST = new Position(-1, "");

        /// Beyond everything, for lists that start with the newest.
        static final Position NEWEST = new Position(Long.MAX_VALUE, "");
    }

    /// @param list the name of the list, so that a token of one list is refused by another
    static String encode(String list, Position last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        (list + " " + last.at() + " " + last.id())
                                .getBytes(StandardCharsets.US_ASCII));
    }

    /// @param start where a list without a token begins
    static Position decode(String list, @Nullable String token, Position start) {
        if (token == null || token.isEmpty()) {
            return start;
        }
        String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException _) {
            throw unusable();
        }
        var match = SHAPE.matcher(text);
        if (!match.matches() || !match.group(1).equals(list)) {
            throw unusable();
        }
        return new Position(Long.parseLong(match.group(2)), match.group(3));
    }

    /// @param nextToken none on the last page
    record Page<T>(List<T> items, @Nullable String nextToken) {}

    /// @param found up to one more than [#PAGE], which tells that there is a next page
    static <T> Page<T> page(String list, List<T> found, Function<T, Position> position) {
        if (found.size() <= PAGE) {
            return new Page<>(found, null);
        }
        List<T> shown = found.subList(0, PAGE);
        return new Page<>(shown, encode(list, position.apply(shown.getLast())));
    }

    private static RuntimeException unusable() {
        return Refusal.invalid(
                "The page token is not valid. Use the nextPageToken of an earlier answer to the same"
                        + " operation, unchanged, or leave it out to start over.");
    }
}
