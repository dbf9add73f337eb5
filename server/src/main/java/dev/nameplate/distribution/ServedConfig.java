package dev.nameplate.distribution;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What of a distribution's configuration decides how it is served. The door's own document (every field its clients diff) is
/// kept beside it, untouched.
///
/// @param certificate covers every alias; empty where only the distribution's own name is served
/// @param minimumTls CloudFront's security policy name, such as `TLSv1.2_2021`
/// @param defaultRootObject served for `/`; empty for none
/// @param behaviors tried in order; the last one's pattern is `*`
public record ServedConfig(
        boolean enabled,
        List<DomainName> aliases,
        Optional<CertificateId> certificate,
        String minimumTls,
        String defaultRootObject,
        List<OriginServer> origins,
        List<Behavior> behaviors) {
    public ServedConfig {
        aliases = List.copyOf(aliases);
        origins = List.copyOf(origins);
        behaviors = List.copyOf(behaviors);
    }

    /// Where content comes from.
    ///
    /// @param host a DNS name or an IP address
    /// @param path prefix put before every request path; empty or `/…` without trailing slash
    public record OriginServer(
            String id,
            String host,
            int httpPort,
            int httpsPort,
            OriginProtocol protocol,
            String path,
            Map<String, String> headers,
            Duration connectTimeout,
            int connectAttempts,
            Duration readTimeout,
            Duration keepAlive) {
        public OriginServer {
            headers = Map.copyOf(headers);
        }
    }

    public enum OriginProtocol {
        HTTP_ONLY,
        HTTPS_ONLY,
        MATCH_VIEWER
    }

    /// How the requests of one path pattern are treated.
    ///
    /// @param cache empty: never cached
    /// @param forward what reaches the origin beyond the cache key
    public record Behavior(
            String pathPattern,
            String originId,
            ViewerProtocol viewerProtocol,
            Set<String> allowedMethods,
            Set<String> cachedMethods,
            Optional<CacheRule> cache,
            Forward forward) {
        public Behavior {
            allowedMethods = Set.copyOf(allowedMethods);
            cachedMethods = Set.copyOf(cachedMethods);
        }
    }

    public enum ViewerProtocol {
        ALLOW_ALL,
        HTTPS_ONLY,
        REDIRECT_TO_HTTPS
    }

    /// Bounds of freshness and what tells two cached answers apart. Everything in the key is forwarded too.
    public record CacheRule(
            Duration minTtl,
            Duration defaultTtl,
            Duration maxTtl,
            Selection headers,
            Selection cookies,
            Selection queryStrings) {}

    public record Forward(Selection headers, Selection cookies, Selection queryStrings) {}

    /// A choice of header, cookie or query parameter names.
    public sealed interface Selection {
        record None() implements Selection {}

        record All() implements Selection {}

        record Only(Set<String> names) implements Selection {
            public Only {
                names = Set.copyOf(names);
            }
        }

        record AllExcept(Set<String> names) implements Selection {
            public AllExcept {
                names = Set.copyOf(names);
            }
        }
    }
}
