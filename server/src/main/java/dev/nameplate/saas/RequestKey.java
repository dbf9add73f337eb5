package dev.nameplate.saas;

/// By what a repeated request is known.
///
/// @param key the sender's own
/// @param digest of the request, which a repetition has in common with the first
public record RequestKey(String key, String digest) {}
