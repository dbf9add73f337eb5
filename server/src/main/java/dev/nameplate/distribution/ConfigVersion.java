package dev.nameplate.distribution;

import java.time.Instant;

/// An accepted configuration of a distribution.
///
/// @param number 1, 2, 3…
/// @param door through which it came, such as `cloudfront`; empty for those older than this column
/// @param note what somebody wrote about it; empty for none
/// @param document as its door wrote it: JSON
public record ConfigVersion(
        DistributionId id,
        long number,
        String etag,
        Instant acceptedAt,
        String door,
        String note,
        String document) {}
