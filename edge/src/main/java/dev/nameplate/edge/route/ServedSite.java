package dev.nameplate.edge.route;

import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.config.Staging;
import dev.nameplate.edge.config.Traffic;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A [Site], made ready to answer requests.
public final class ServedSite {
    private final Site site;
    private final Traffic traffic;
    private final List<Route> routes;
    private final Optional<ServedSite> staged;

    private ServedSite(
            Site site, Traffic traffic, Set<String> hiddenCookies, Optional<ServedSite> staged) {
        this.site = site;
        this.traffic = traffic;
        this.routes =
                site.behaviors().stream()
                        .map(behavior -> new Route(behavior, site, hiddenCookies))
                        .toList();
        this.staged = staged;
    }

    /// @param trafficOf asked with a distribution's id
    static ServedSite of(Site site, Function<String, Traffic> trafficOf) {
        Traffic own = trafficOf.apply(site.distributionId());
        if (site.staging().isEmpty()) {
            return new ServedSite(site, own, Set.of(), Optional.empty());
        }
        Site other = site.staging().get().site();
        Set<String> hidden = Set.of(Staging.COOKIE);
        ServedSite staged =
                new ServedSite(
                        other, trafficOf.apply(other.distributionId()), hidden, Optional.empty());
        return new ServedSite(site, own, hidden, Optional.of(staged));
    }

    public Site site() {
        return site;
    }

    /// That of [Site#staging].
    public Optional<ServedSite> staged() {
        return staged;
    }

    /// Where its requests are counted.
    public Traffic traffic() {
        return traffic;
    }

    /// The first behaviour whose pattern matches; the last one always does.
    public Route route(String path) {
        for (int i = 0; i < routes.size() - 1; i++) {
            if (routes.get(i).matches(path)) {
                return routes.get(i);
            }
        }
        return routes.getLast();
    }
}
