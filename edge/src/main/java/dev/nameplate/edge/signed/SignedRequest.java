package dev.nameplate.edge.signed;

import java.util.Optional;

/// What of a request a signature is judged by.
///
/// @param authority as the visitor sent it, with its port if it had one
/// @param host the bare name in lower case
/// @param path as it came
/// @param plainPath the path without dot segments: a policy must allow both, or `/public/../private` would pass
/// @param query without question mark
/// @param cookies the `Cookie` header
public record SignedRequest(
        String scheme,
        String authority,
        String host,
        String path,
        String plainPath,
        String query,
        Optional<String> cookies,
        String clientAddress) {}
