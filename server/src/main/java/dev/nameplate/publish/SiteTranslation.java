package dev.nameplate.publish;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Site;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From a distribution to the edge's own words. The two sides have types of their own, so that the edge can be read, tested and
/// run without the control plane.
final class SiteTranslation {
    private SiteTranslation() {}

    static Site site(Distribution distribution) {
        ServedConfig config = distribution.config();
        Map<String, Origin> origins = new LinkedHashMap<>();
        config.origins().forEach(origin -> origins.put(origin.id(), origin(origin)));
        return Site.of(
                        distribution.id().value(),
                        distribution.version(),
                        origins,
                        config.behaviors().stream().map(SiteTranslation::behavior).toList())
                .toBuilder()
                .enabled(config.enabled())
                .defaultRootObject(
                        Optional.of(config.defaultRootObject()).filter(object -> !object.isEmpty()))
                .build();
    }

    private static Origin origin(ServedConfig.OriginServer origin) {
        return Origin.of(
                        origin.id(),
                        origin.host(),
                        switch (origin.protocol()) {
                            case HTTP_ONLY -> Origin.ProtocolPolicy.HTTP_ONLY;
                            case HTTPS_ONLY -> Origin.ProtocolPolicy.HTTPS_ONLY;
                            case MATCH_VIEWER -> Origin.ProtocolPolicy.MATCH_VIEWER;
                        })
                .toBuilder()
                .httpPort(origin.httpPort())
                .httpsPort(origin.httpsPort())
                .path(origin.path())
                .customHeaders(origin.headers())
                .connectTimeout(origin.connectTimeout())
                .connectionAttempts(origin.connectAttempts())
                .readTimeout(origin.readTimeout())
                .keepAlive(origin.keepAlive())
                .build();
    }

    private static Behavior behavior(ServedConfig.Behavior behavior) {
        ServedConfig.Forward forward = behavior.forward();
        return Behavior.of(behavior.pathPattern(), behavior.originId()).toBuilder()
                .viewerProtocol(
                        switch (behavior.viewerProtocol()) {
                            case ALLOW_ALL -> Behavior.ViewerProtocol.ALLOW_ALL;
                            case HTTPS_ONLY -> Behavior.ViewerProtocol.HTTPS_ONLY;
                            case REDIRECT_TO_HTTPS -> Behavior.ViewerProtocol.REDIRECT_TO_HTTPS;
                        })
                .allowedMethods(behavior.allowedMethods())
                .cachedMethods(behavior.cachedMethods())
                .caching(
                        behavior.cache()
                                .map(SiteTranslation::caching)
                                .orElse(Caching.off(RequestParts.NONE)))
                .forwarding(parts(forward.headers(), forward.cookies(), forward.queryStrings()))
                .build();
    }

    private static Caching caching(ServedConfig.CacheRule rule) {
        return new Caching(
                true,
                rule.minTtl(),
                rule.defaultTtl(),
                rule.maxTtl(),
                parts(rule.headers(), rule.cookies(), rule.queryStrings()),
                Set.of());
    }

    private static RequestParts parts(
            ServedConfig.Selection headers,
            ServedConfig.Selection cookies,
            ServedConfig.Selection queryStrings) {
        return new RequestParts(selection(headers), selection(cookies), selection(queryStrings));
    }

    private static Selection selection(ServedConfig.Selection selection) {
        return switch (selection) {
            case ServedConfig.Selection.None() -> Selection.NONE;
            case ServedConfig.Selection.All() -> Selection.ALL;
            case ServedConfig.Selection.Only(var names) -> new Selection.Only(names);
            case ServedConfig.Selection.AllExcept(var names) -> new Selection.AllExcept(names);
        };
    }
}
