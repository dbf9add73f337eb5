package dev.nameplate.invalidation;

import java.time.Instant;
import java.util.List;

/// An order to serve nothing that was cached under these paths before it was accepted.
///
/// @param id CloudFront's form: `I` and thirteen upper-case letters or digits
/// @param target the distribution's or tenant's id
/// @param paths as ordered
public record Invalidation(
        String id,
        String target,
        String callerReference,
        List<String> paths,
        Status status,
        Instant createdAt) {
    public Invalidation {
        paths = List.copyOf(paths);
    }

    public enum Status {
        IN_PROGRESS,
        /// Every edge node obeys.
        COMPLETED
    }
}
