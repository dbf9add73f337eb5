package dev.nameplate.distribution;

import java.time.Instant;

/// A name for one version of a distribution's configuration. Retention keeps that version.
///
/// @param note what somebody wrote about it; empty for none
public record Snapshot(
        DistributionId distribution,
        SnapshotName name,
        long version,
        Instant madeAt,
        String note) {}
