package dev.nameplate.api.lightsail;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import software.amazon.awssdk.services.lightsail.model.ResourceType;

import java.time.Instant;
import java.util.UUID;

/// A resource by its Lightsail name.
///
/// @param id the tail of its ARN
/// @param target the owning feature's key: certificate id, distribution id or zone name
record NamedResource(
        AccountId account,
        Region region,
        String name,
        ResourceType type,
        UUID id,
        String target,
        Instant createdAt) {

    LightsailArn arn() {
        return LightsailArn.of(this);
    }

    /// Its place in a list ordered by age.
    PageToken.Position position() {
        return new PageToken.Position(createdAt.toEpochMilli(), id.toString());
    }

    /// The key under which its tags are kept, shared with the other doors that show the same resource.
    String tagKey() {
        return switch (type) {
            case CERTIFICATE -> "certificate/" + target;
            case DISTRIBUTION -> "distribution/" + target;
            case DOMAIN -> "domain/" + target;
            default -> throw new IllegalStateException("no " + type + " is kept here");
        };
    }
}
