package dev.nameplate.edge.config;

import java.util.Optional;
import java.util.Set;

/// How requests whose path matches a pattern are answered. Start from [#of] and change what differs through [#toBuilder].
///
/// @param pathPattern `*` stands for any run of characters, `/` included, `?` for one; case-sensitive
/// @param targetId of an [Origin] or an [OriginGroup]
/// @param allowedMethods any other method is answered 403
/// @param cachedMethods which of GET, HEAD and OPTIONS may be answered from cache
/// @param caching whether, how long and under which key answers are kept
/// @param forwarding what goes to the origin beyond what is in the cache key
/// @param compress whether answers of a suitable type are compressed with the codings of [Caching#codings]
/// @param responseHeaders changes to the headers of answers
/// @param trustedKeys whose signature a request needs; empty where anybody may ask
public record Behavior(
        String pathPattern,
        String targetId,
        ViewerProtocol viewerProtocol,
        Set<String> allowedMethods,
        Set<String> cachedMethods,
        Caching caching,
        RequestParts forwarding,
        boolean compress,
        Optional<ResponseHeaders> responseHeaders,
        Optional<TrustedKeys> trustedKeys) {
    public static final String EVERY_PATH = "*";
    private static final Set<String> READS = Set.of("GET", "HEAD");

    public Behavior {
        allowedMethods = Set.copyOf(allowedMethods);
        cachedMethods = Set.copyOf(cachedMethods);
    }

    /// Reads only, over HTTP and HTTPS; nothing cached, nothing forwarded but the path.
    public static Behavior of(String pathPattern, String targetId) {
        return new Behavior(
                pathPattern,
                targetId,
                ViewerProtocol.ALLOW_ALL,
                READS,
                READS,
                Caching.off(RequestParts.NONE),
                RequestParts.NONE,
                false,
                Optional.empty(),
                Optional.empty());
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// What happens to a visitor who comes over plain HTTP.
    public enum ViewerProtocol {
        ALLOW_ALL,
        HTTPS_ONLY,
        REDIRECT_TO_HTTPS
    }

    /// Changes single components.
    public static final class Builder {
        private final String pathPattern;
        private final String targetId;
        private ViewerProtocol viewerProtocol;
        private Set<String> allowedMethods;
        private Set<String> cachedMethods;
        private Caching caching;
        private RequestParts forwarding;
        private boolean compress;
        private Optional<ResponseHeaders> responseHeaders;
        private Optional<TrustedKeys> trustedKeys;

        private Builder(Behavior from) {
            pathPattern = from.pathPattern;
            targetId = from.targetId;
            viewerProtocol = from.viewerProtocol;
            allowedMethods = from.allowedMethods;
            cachedMethods = from.cachedMethods;
            caching = from.caching;
            forwarding = from.forwarding;
            compress = from.compress;
            responseHeaders = from.responseHeaders;
            trustedKeys = from.trustedKeys;
        }

        public Builder viewerProtocol(ViewerProtocol value) {
            viewerProtocol = value;
            return this;
        }

        public Builder allowedMethods(Set<String> value) {
            allowedMethods = value;
            return this;
        }

        public Builder cachedMethods(Set<String> value) {
            cachedMethods = value;
            return this;
        }

        public Builder caching(Caching value) {
            caching = value;
            return this;
        }

        public Builder forwarding(RequestParts value) {
            forwarding = value;
            return this;
        }

        public Builder compress(boolean value) {
            compress = value;
            return this;
        }

        public Builder responseHeaders(Optional<ResponseHeaders> value) {
            responseHeaders = value;
            return this;
        }

        public Builder trustedKeys(Optional<TrustedKeys> value) {
            trustedKeys = value;
            return this;
        }

        public Behavior build() {
            return new Behavior(
                    pathPattern,
                    targetId,
                    viewerProtocol,
                    allowedMethods,
                    cachedMethods,
                    caching,
                    forwarding,
                    compress,
                    responseHeaders,
                    trustedKeys);
        }
    }
}
