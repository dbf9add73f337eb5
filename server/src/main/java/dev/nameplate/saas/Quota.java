package dev.nameplate.saas;

import java.util.Optional;

/// Whether what a job is going to make fits into what its platform allows.
@FunctionalInterface
public interface Quota {
    /// Where each call that makes something counts for itself.
    Quota NONE = _ -> Optional.empty();

    /// A sentence with the figures, if it does not fit.
    Optional<String> refusal(Wanted wanted);

    /// How many of each kind a job makes.
    record Wanted(int requested, int imported, int distributions) {}
}
