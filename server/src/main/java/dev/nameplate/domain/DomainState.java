package dev.nameplate.domain;

/// How a domain stands, in its owner's terms.
public enum DomainState {
    /// Template copied, certificate asked for.
    PREPARING,
    /// The DNS does not show the certificate's proofs yet.
    WAITING_FOR_PROOF,
    /// All is ready; the DNS does not show the take-over's record yet.
    WAITING_FOR_TAKE_OVER,
    /// Certificate and names are being put on the distribution.
    BINDING,
    /// The edge is looked at.
    VERIFYING,
    SERVED,
    FAILED,
    /// Its job was cancelled.
    CANCELLED,
    /// All its names went to another holder.
    LOST,
    /// Off-boarding is under way.
    REMOVING,
    /// Nothing of it is left.
    REMOVED
}
