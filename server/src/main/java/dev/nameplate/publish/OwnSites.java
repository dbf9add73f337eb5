package dev.nameplate.publish;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Site;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Host names of the installation itself, which the edge passes on to our own public listener: so that whoever checks a
/// certificate finds it where only the usual ports are open. The listener says itself how long its answers may be kept.
///
/// @param listenerHost an address
public record OwnSites(Set<String> hosts, String listenerHost, int listenerPort) {
    private static final String ORIGIN = "own";
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
        if (!has(host)) {
            return Optional.empty();
        }
        RequestParts everything = new RequestParts(Selection.ALL, Selection.ALL, Selection.ALL);
        return Optional.of(
                new Site(
                        "own names",
                        1,
                        true,
                        Map.of(ORIGIN, Origin.own(ORIGIN, listenerHost, listenerPort)),
                        List.of(
                                new Behavior(
                                        Behavior.EVERY_PATH,
                                        ORIGIN,
                                        Behavior.ViewerProtocol.ALLOW_ALL,
                                        METHODS,
                                        Set.of(),
                                        Caching.off(everything),
                                        everything)),
                        Optional.empty()));
    }
}
