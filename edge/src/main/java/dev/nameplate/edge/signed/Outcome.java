package dev.nameplate.edge.signed;

/// What became of the check.
public sealed interface Outcome {
    /// @param query what is left of the query for cache and origin
    record Granted(String query) implements Outcome {}

    record Refused(Refusal refusal) implements Outcome {}
}
