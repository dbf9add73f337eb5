package dev.nameplate.publish;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Host names of the installation itself, which the edge passes on to our own public listener: so that whoever checks a
/// certificate finds it where only the usual ports are open. The listener says itself how long its answers may be kept.
///
/// @param listenerHost an address
public record OwnSites(Set<String> hosts, String listenerHost, int listenerPort) {
    /// No distribution's origin id has a space.
    private static final String ORIGIN = "own listener";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "POST");

    public OwnSites {
        hosts = Set.copyOf(hosts);
    }

    public static OwnSites none() {
        return new OwnSites(Set.of(), "127.0.0.1", 1);
    }

    boolean has(String host) {
        return hosts.contains(host);
    }

    Optional<Site> site(String host) {
        return has(host) ? Optional.of(site("own names", listener(""))) : Optional.empty();
    }

    /// `site`, or nothing else, with what proves `host` over HTTP under `paths`.
    Site withProofs(Optional<Site> site, String host, List<String> paths) {
        Origin listener = listener("/proof/" + host);
        Site base = site.orElseGet(() -> site("proof of " + host, listener));
        Map<String, Origin> origins = new HashMap<>(base.origins());
        origins.put(ORIGIN, listener);
        List<Behavior> behaviors = new ArrayList<>();
        paths.forEach(path -> behaviors.add(behavior(path)));
        behaviors.addAll(base.behaviors());
        return base.toBuilder()
                // A distribution that is switched off must not hold up its own certificate.
                .enabled(true)
                .origins(origins)
                .behaviors(base.enabled() ? behaviors : proofsOnly(paths))
                .defaultRootObject(base.enabled() ? base.defaultRootObject() : Optional.empty())
                .build();
    }

    private static List<Behavior> proofsOnly(List<String> paths) {
        List<Behavior> behaviors = new ArrayList<>();
        paths.forEach(path -> behaviors.add(behavior(path)));
        behaviors.add(behavior(Behavior.EVERY_PATH));
        return behaviors;
    }

    private Origin listener(String path) {
        return Origin.own(ORIGIN, listenerHost, listenerPort, path);
    }

    private static Site site(String id, Origin listener) {
        return Site.of(id, 1, Map.of(ORIGIN, listener), List.of(behavior(Behavior.EVERY_PATH)));
    }

    private static Behavior behavior(String path) {
        RequestParts everything = new RequestParts(Selection.ALL, Selection.ALL, Selection.ALL);
        return Behavior.of(path, ORIGIN).toBuilder()
                .allowedMethods(METHODS)
                .cachedMethods(Set.of())
                .caching(Caching.off(everything))
                .forwarding(everything)
                .build();
    }
}
