package dev.nameplate.certificate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far the current or last renewal is; the certificate serves meanwhile with the material it has.
///
/// @param reason why it failed or waits, in words
/// @param names how far the proof of each name is, in the order of [Certificate#names]
public record Renewal(
        Status status, Optional<String> reason, Instant updatedAt, List<Proof.Status> names) {
    public Renewal {
        names = List.copyOf(names);
    }

    /// The words of ACM's RenewalStatus.
    public enum Status {
        /// Under way; nobody has to do anything.
        PENDING_AUTO_RENEWAL,
        /// A proof is missing: the owner of the name must act.
        PENDING_VALIDATION,
        /// The new material is served.
        SUCCESS,
        /// The certificate ended before it could be renewed.
        FAILED
    }
}
