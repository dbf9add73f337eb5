package dev.nameplate.tenant;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.names.AccountId;

import java.time.Instant;

/// Where tenants are reached: a name of ours that their domains point to.
///
/// @param isDefault whether tenants that name no group are in it
/// @param ipv6 recorded; the edge listens where it listens
public record ConnectionGroup(
        String id,
        AccountId account,
        String name,
        String routingEndpoint,
        boolean isDefault,
        boolean ipv6,
        boolean enabled,
        String etag,
        Distribution.Status status,
        long version,
        Instant createdAt,
        Instant modifiedAt) {
    /// The key under which tags name the group.
    public String resourceKey() {
        return "connection-group/" + id;
    }
}
