package dev.nameplate.edge.cache;

/// What two requests must have in common to share an answer.
///
/// @param target path, with the query parameters that matter
/// @param rest header values and cookies that matter; empty for most sites
public record CacheKey(String distributionId, String target, String rest) {}
