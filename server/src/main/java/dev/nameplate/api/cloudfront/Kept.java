package dev.nameplate.api.cloudfront;

import java.time.Instant;

/// A configuration that distributions name by `id`, at its newest version.
///
/// @param managed whether it is CloudFront's own: the same for every account, and nobody's to change
record Kept<C>(
        String id, boolean managed, String etag, Instant createdAt, Instant modifiedAt, C config) {

    Kept<C> changed(String newEtag, Instant at, C newConfig) {
        return new Kept<>(id, managed, newEtag, createdAt, at, newConfig);
    }
}
