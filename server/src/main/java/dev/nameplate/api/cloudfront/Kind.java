package dev.nameplate.api.cloudfront;

/// What distributions name by id. The names rest in the store.
enum Kind {
    CACHE_POLICY,
    ORIGIN_REQUEST_POLICY,
    RESPONSE_HEADERS_POLICY,
    ORIGIN_ACCESS_CONTROL,
    KEY_GROUP,
    CONTINUOUS_DEPLOYMENT_POLICY,
    /// Named by key groups, not by distributions.
    PUBLIC_KEY,
    /// Named by continuous deployment policies.
    STAGING_DISTRIBUTION
}
