package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.Selection;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A [Selection] made quick to ask.
final class NameFilter {
    private final Set<String> names;
    private final boolean listedOnes;
    private final boolean otherOnes;

    /// @param listedOnes whether the names of the list are meant
    /// @param otherOnes whether every other name is meant
    private NameFilter(Set<String> names, boolean listedOnes, boolean otherOnes) {
        this.names = names;
        this.listedOnes = listedOnes;
        this.otherOnes = otherOnes;
    }

    static NameFilter of(Selection selection, boolean ignoreCase) {
        return switch (selection) {
            case Selection.None _ -> new NameFilter(Set.of(), false, false);
            case Selection.All _ -> new NameFilter(Set.of(), true, true);
            case Selection.Only(var names) ->
                    new NameFilter(folded(names, ignoreCase), true, false);
            case Selection.AllAnd(var names) ->
                    new NameFilter(folded(names, ignoreCase), true, true);
            case Selection.AllExcept(var names) ->
                    new NameFilter(folded(names, ignoreCase), false, true);
        };
    }

    private static Set<String> folded(Set<String> names, boolean ignoreCase) {
        Set<String> folded = new HashSet<>();
        names.forEach(name -> folded.add(ignoreCase ? name.toLowerCase(Locale.ROOT) : name));
        return Set.copyOf(folded);
    }

    boolean includes(String name) {
        return names.contains(name) ? listedOnes : otherOnes;
    }

    boolean includesNothing() {
        return !otherOnes && (!listedOnes || names.isEmpty());
    }

    boolean includesAll() {
        return otherOnes && (listedOnes || names.isEmpty());
    }

    /// Whether names outside any list are meant.
    boolean isOpen() {
        return otherOnes;
    }

    /// The names meant that are in a list.
    List<String> listed() {
        return listedOnes ? names.stream().sorted().toList() : List.of();
    }
}
