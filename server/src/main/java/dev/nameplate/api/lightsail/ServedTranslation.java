package dev.nameplate.api.lightsail;

import dev.nameplate.api.lightsail.DistributionDocument.CacheSettings;
import dev.nameplate.api.lightsail.DistributionDocument.PathBehavior;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.ServedConfig.Behavior;
import dev.nameplate.distribution.ServedConfig.CacheRule;
import dev.nameplate.distribution.ServedConfig.Forward;
import dev.nameplate.distribution.ServedConfig.OriginProtocol;
import dev.nameplate.distribution.ServedConfig.OriginServer;
import dev.nameplate.distribution.ServedConfig.Selection;
import dev.nameplate.distribution.ServedConfig.ViewerProtocol;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From Lightsail's words to what the edge serves. Pure.
///
/// A path that caches forwards what its cache key holds and nothing else. A path that does not cache forwards everything the
/// viewer sent; the `Host` header only where the settings name it, because an origin of ours is a host of its own that may
/// answer to its own name alone.
final class ServedTranslation {
    private static final String ORIGIN = "origin";
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int CONNECT_ATTEMPTS = 3;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);

    private static final Selection NONE = new Selection.None();
    private static final Selection ALL = new Selection.All();

    private ServedTranslation() {}

    static ServedConfig translate(
            DistributionDocument document,
            List<DomainName> aliases,
            Optional<CertificateId> certificate) {
        var behaviors = new ArrayList<Behavior>();
        for (PathBehavior path : document.pathBehaviors()) {
            behaviors.add(behavior(pattern(path.path()), path.behavior(), document));
        }
        behaviors.add(behavior("*", document.defaultBehavior(), document));
        return new ServedConfig(
                true,
                aliases,
                certificate,
                document.minimumTls(),
                "",
                List.of(origin(document.origin())),
                behaviors);
    }

    /// Lightsail's paths are relative to the root: `dir/*` is `/dir/*`, while `*.html` matches at any depth.
    static String pattern(String path) {
        return path.startsWith("/") || path.startsWith("*") ? path : "/" + path;
    }

    private static OriginServer origin(DistributionDocument.Origin origin) {
        OriginAddress address = OriginAddress.parse(origin.name());
        boolean https = origin.protocolPolicy().equals("https-only");
        return new OriginServer(
                ORIGIN,
                address.host(),
                https ? HTTP : address.port().orElse(HTTP),
                https ? address.port().orElse(HTTPS) : HTTPS,
                https ? OriginProtocol.HTTPS_ONLY : OriginProtocol.HTTP_ONLY,
                "",
                Map.of(),
                CONNECT_TIMEOUT,
                CONNECT_ATTEMPTS,
                Duration.ofSeconds(origin.responseTimeout()),
                KEEP_ALIVE);
    }

    private static Behavior behavior(
            String pattern, String behavior, DistributionDocument document) {
        CacheSettings settings = document.cacheSettings();
        boolean allHeaders = settings.headerOption().equals("all");
        // All headers in the key would make every request its own; CloudFront does not cache then
        // either.
        boolean caches = behavior.equals("cache") && !allHeaders;
        return new Behavior(
                pattern,
                ORIGIN,
                ViewerProtocol.REDIRECT_TO_HTTPS,
                methods(settings.allowedMethods()),
                methods(settings.cachedMethods()),
                caches ? Optional.of(rule(settings)) : Optional.empty(),
                caches ? new Forward(NONE, NONE, NONE) : everything(settings, allHeaders));
    }

    private static CacheRule rule(CacheSettings settings) {
        return new CacheRule(
                Duration.ofSeconds(settings.minimumTtl()),
                Duration.ofSeconds(settings.defaultTtl()),
                Duration.ofSeconds(settings.maximumTtl()),
                only(settings.headers()),
                settings.cookieOption().equals("all") ? ALL : only(settings.cookies()),
                settings.allQueryStrings() ? ALL : only(settings.queryStrings()));
    }

    private static Forward everything(CacheSettings settings, boolean allHeaders) {
        boolean host = allHeaders || settings.headers().stream().anyMatch("Host"::equalsIgnoreCase);
        return new Forward(host ? ALL : new Selection.AllExcept(Set.of("Host")), ALL, ALL);
    }

    private static Selection only(List<String> names) {
        return names.isEmpty() ? NONE : new Selection.Only(new HashSet<>(names));
    }

    private static Set<String> methods(String list) {
        return Set.of(list.split(",", -1));
    }
}
