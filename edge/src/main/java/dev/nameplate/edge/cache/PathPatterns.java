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
        for (String pattern : patterns) {
            if (pattern.endsWith("*")) {
                prefixes.add(pattern.substring(0, pattern.length() - 1));
            } else {
                exact.add(pattern);
            }
        }
    }

    /// @param target path and query as in a [CacheKey]
    boolean match(String target) {
        if (exact.contains(target)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (target.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /// Whether nothing is left out.
    boolean matchEverything() {
        return prefixes.contains("/") || prefixes.contains("");
    }

    int size() {
        return exact.size() + prefixes.size();
    }
}
