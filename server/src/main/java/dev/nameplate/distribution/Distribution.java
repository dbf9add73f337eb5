package dev.nameplate.distribution;

import dev.nameplate.names.AccountId;

import java.time.Instant;

/// A distribution at its newest accepted configuration.
///
/// @param domainName its own name under our suffix zone, `d….cdn.<suffix>`
/// @param version number of the configuration: 1, 2, 3… from the first write
/// @param etag opaque; changes with every accepted configuration
/// @param document the door's own full configuration, as that door wrote it
public record Distribution(
        DistributionId id,
        AccountId account,
        Kind kind,
        String callerReference,
        String domainName,
        Status status,
        long version,
        String etag,
        Instant createdAt,
        Instant modifiedAt,
        ServedConfig config,
        String document) {

    /// Through which door it was made: each lists only its own.
    public enum Kind {
        CLOUDFRONT,
        LIGHTSAIL
    }

    public enum Status {
        IN_PROGRESS,
        /// Every edge node has the newest version.
        DEPLOYED
    }
}
