package dev.nameplate.edge.cache;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The paths of one invalidation, made quick to ask. A pattern is a path with the query that is part of the key, compared
/// as it was requested; a `*` at its end stands for anything, `?` and further parameters included.
final class PathPatterns {
    private final Set<String> exact = new HashSet<>();
    private final List<String> prefixes = new ArrayList<>();

    PathPatterns(List<String> patterns) {
        for (String each : patterns) {
            String pattern = upperCaseEncoding(each);
            if (pattern.endsWith("*")) {
                prefixes.add(pattern.substring(0, pattern.length() - 1));
            } else {
                exact.add(pattern);
            }
        }
    }

    /// @param target path and query as in a [CacheKey]
    boolean match(String target) {
        String asked = upperCaseEncoding(target);
        if (exact.contains(asked)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (asked.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /// The digits of a percent-encoding mean the same in either case (RFC 3986 §6.2.2.1).
    private static String upperCaseEncoding(String text) {
        int at = text.indexOf('%');
        if (at < 0) {
            return text;
        }
        StringBuilder upper = new StringBuilder(text);
        for (; at >= 0; at = text.indexOf('%', at + 1)) {
            for (int i = at + 1; i <= at + 2 && i < text.length(); i++) {
                char c = text.charAt(i);
                if (c >= 'a' && c <= 'f') {
                    upper.setCharAt(i, (char) (c - 'a' + 'A'));
                }
            }
        }
        return upper.toString();
    }

    int size() {
        return exact.size() + prefixes.size();
    }
}
