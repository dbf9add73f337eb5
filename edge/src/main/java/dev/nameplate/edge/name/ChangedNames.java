package dev.nameplate.edge.name;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Names whose answers are out of date; `*.x` stands for every name below x.
public final class ChangedNames {
    private final Set<String> exact = new HashSet<>();
    private final List<String> suffixes = new ArrayList<>();

    public ChangedNames(Set<String> names) {
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("*.")) {
                suffixes.add(lower.substring(1));
            } else {
                exact.add(lower);
            }
        }
    }

    public Set<String> exact() {
        return exact;
    }

    /// Whether finding every affected name takes a look at each.
    public boolean hasWildcards() {
        return !suffixes.isEmpty();
    }

    public boolean contains(String name) {
        if (exact.contains(name)) {
            return true;
        }
        for (String suffix : suffixes) {
            if (name.endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }
}
