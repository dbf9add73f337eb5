package dev.nameplate.api.lightsail;

import dev.nameplate.api.lightsail.DistributionDocument.CacheSettings;
import dev.nameplate.api.lightsail.DistributionDocument.PathBehavior;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
        return ServedConfig.of(
                        aliases,
                        certificate,
                        document.minimumTls(),
                        List.of(origin(document.origin())),
                        behaviors)
                .toBuilder()
                .enabled(!document.disabled())
                .build();
    }

    /// Lightsail's paths are relative to the root: `dir/*` is `/dir/*`, while `*.html` matches at any depth.
    static String pattern(String path) {
        return path.startsWith("/") || path.startsWith("*") ? path : "/" + path;
    }

    private static Origin origin(DistributionDocument.Origin origin) {
        OriginAddress address = OriginAddress.parse(origin.name());
        boolean https = origin.protocolPolicy().equals("https-only");
        return Origin.of(
                        ORIGIN,
                        address.host(),
                        https ? Origin.ProtocolPolicy.HTTPS_ONLY : Origin.ProtocolPolicy.HTTP_ONLY)
                .toBuilder()
                .httpPort(https ? HTTP : address.port().orElse(HTTP))
                .httpsPort(https ? address.port().orElse(HTTPS) : HTTPS)
                .readTimeout(Duration.ofSeconds(origin.responseTimeout()))
                .build();
    }

    private static Behavior behavior(
            String pattern, String behavior, DistributionDocument document) {
        CacheSettings settings = document.cacheSettings();
        boolean allHeaders = settings.headerOption().equals("all");
        // All headers in the key would make every request its own; CloudFront does not cache then
        // either.
        boolean caches = behavior.equals("cache") && !allHeaders;
        return Behavior.of(pattern, ORIGIN).toBuilder()
                .viewerProtocol(ViewerProtocol.REDIRECT_TO_HTTPS)
                .allowedMethods(methods(settings.allowedMethods()))
                .cachedMethods(methods(settings.cachedMethods()))
                .caching(caches ? caching(settings) : Caching.off(RequestParts.NONE))
                .forwarding(caches ? RequestParts.NONE : everything(settings, allHeaders))
                .build();
    }

    private static Caching caching(CacheSettings settings) {
        return new Caching(
                true,
                Duration.ofSeconds(settings.minimumTtl()),
                Duration.ofSeconds(settings.defaultTtl()),
                Duration.ofSeconds(settings.maximumTtl()),
                new RequestParts(
                        only(settings.headers()),
                        settings.cookieOption().equals("all")
                                ? Selection.ALL
                                : only(settings.cookies()),
                        settings.allQueryStrings() ? Selection.ALL : only(settings.queryStrings())),
                Set.of());
    }

    private static RequestParts everything(CacheSettings settings, boolean allHeaders) {
        boolean host = allHeaders || settings.headers().stream().anyMatch("Host"::equalsIgnoreCase);
        return new RequestParts(
                host ? Selection.ALL : Selection.allExcept("Host"), Selection.ALL, Selection.ALL);
    }

    private static Selection only(List<String> names) {
        return names.isEmpty() ? Selection.NONE : new Selection.Only(new HashSet<>(names));
    }

    private static Set<String> methods(String list) {
        return Set.of(list.split(",", -1));
    }
}
