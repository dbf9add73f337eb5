package dev.nameplate.edge.config;

import java.util.Set;

/// Which of some named things are meant.
public sealed interface Selection {
    Selection NONE = new None();
    Selection ALL = new All();

    static Selection only(String... names) {
        return new Only(Set.of(names));
    }

    /// All that a visitor sends, and what these names stand for besides.
    static Selection allAnd(String... names) {
        return new AllAnd(Set.of(names));
    }

    static Selection allExcept(String... names) {
        return new AllExcept(Set.of(names));
    }

    record None() implements Selection {}

    record All() implements Selection {}

    record Only(Set<String> names) implements Selection {
        public Only {
            names = Set.copyOf(names);
        }
    }

    record AllAnd(Set<String> names) implements Selection {
        public AllAnd {
            names = Set.copyOf(names);
        }
    }

    record AllExcept(Set<String> names) implements Selection {
        public AllExcept {
            names = Set.copyOf(names);
        }
    }
}
