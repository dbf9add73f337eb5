package dev.nameplate.edge.route;

import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.config.Traffic;

import java.util.List;

/// A [Site], made ready to answer requests.
public final class ServedSite {
    private final Site site;
    private final Traffic traffic;
    private final List<Route> routes;

    ServedSite(Site site, Traffic traffic) {
        this.site = site;
        this.traffic = traffic;
        this.routes = site.behaviors().stream().map(behavior -> new Route(behavior, site)).toList();
    }

    public Site site() {
        return site;
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
