package dev.nameplate.edge.config;

import java.util.Set;

/// How requests whose path matches a pattern are answered.
///
/// @param pathPattern `*` stands for any run of characters, `/` included, `?` for one; case-sensitive
/// @param allowedMethods any other method is answered 403
/// @param cachedMethods which of GET, HEAD and OPTIONS may be answered from cache
/// @param caching whether, how long and under which key answers are kept
/// @param forwarding what goes to the origin beyond what is in the cache key
public record Behavior(
        String pathPattern,
        String originId,
        ViewerProtocol viewerProtocol,
        Set<String> allowedMethods,
        Set<String> cachedMethods,
        Caching caching,
        RequestParts forwarding) {

    public static final String EVERY_PATH = "*";

    public Behavior {
        allowedMethods = Set.copyOf(allowedMethods);
        cachedMethods = Set.copyOf(cachedMethods);
    }

    /// What happens to a visitor who comes over plain HTTP.
    public enum ViewerProtocol {
        ALLOW_ALL,
        HTTPS_ONLY,
        REDIRECT_TO_HTTPS
    }
}
