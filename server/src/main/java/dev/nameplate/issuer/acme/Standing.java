package dev.nameplate.issuer.acme;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How the orders at an issuer fare.
///
/// @param open those that are not decided
/// @param failure what last went wrong, which need not have been the end of the order
public record Standing(long open, Optional<Outcome> success, Optional<Outcome> failure) {

    /// @param names of the order
    /// @param problem of what went wrong
    public record Outcome(Instant at, List<String> names, Optional<AcmeProblem> problem) {}
}
