package dev.nameplate.certificate;

import dev.nameplate.pki.KeyAlgorithm;

/// Which key a certificate is asked for with. What it is then stays: a renewal, a spare, a fall-back and a move to another issuer
/// have a key of the same algorithm.
public sealed interface KeyChoice {
    /// @param algorithm that the requester named, whoever signs
    record Named(KeyAlgorithm algorithm) implements KeyChoice {}

    /// The requester named none: that of the first choice among the issuers, where the operator set one.
    ///
    /// @param otherwise what the door has where nobody says
    record Unnamed(KeyAlgorithm otherwise) implements KeyChoice {}
}
