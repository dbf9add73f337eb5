package dev.nameplate.saas;

import dev.nameplate.names.DomainName;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `dist_aggregate`: an entry without a wildcard, all of whose names are covered by an entry that has one, uses that entry's
/// certificate. A wildcard stands for one label, and the entries' order does not matter.
public final class SharedWildcards {
    private SharedWildcards() {}

    /// For each entry the one whose certificate it uses, or empty if it gets its own. An entry with a wildcard always gets its
    /// own, so nothing is shared at second hand.
    public static List<Optional<Integer>> of(List<List<DomainName>> entries) {
        List<Integer> wildcards = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).stream().anyMatch(DomainName::isWildcard)) {
                wildcards.add(i);
            }
        }
        return entries.stream()
                .map(names ->
                        wildcards.stream()
                                .filter(_ -> names.stream().noneMatch(DomainName::isWildcard))
                                .filter(wildcard -> coversAll(entries.get(wildcard), names))
                                .findFirst())
                .toList();
    }

    private static boolean coversAll(List<DomainName> certified, List<DomainName> names) {
        return names.stream()
                .allMatch(name -> certified.stream().anyMatch(each -> each.covers(name)));
    }
}
