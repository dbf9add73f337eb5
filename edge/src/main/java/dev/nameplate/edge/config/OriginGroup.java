package dev.nameplate.edge.config;

import java.util.Set;

/// Two origins of which the second is asked where the first fails: by not answering, or with one of some statuses. GET, HEAD
/// and OPTIONS only; every request starts at the first.
///
/// @param primaryId of an [Origin]
/// @param secondaryId of an [Origin]
/// @param failoverStatuses the first one's answers that count as failure
public record OriginGroup(
        String id, String primaryId, String secondaryId, Set<Integer> failoverStatuses) {
    public OriginGroup {
        failoverStatuses = Set.copyOf(failoverStatuses);
    }
}
