package dev.nameplate.edge.serve;

import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.route.Route;

/// A request whose site and behaviour are known and whose rules are passed.
///
/// @param path what is asked for, the default root object in place of `/`
record Visit(Exchange exchange, Site site, Route route, String path) {}
