package dev.nameplate.edge.serve;

import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.route.Route;
import dev.nameplate.edge.route.ServedSite;

import java.time.Duration;

/// A request whose site and behaviour are known and whose rules are passed.
///
/// @param path what is asked for, the default root object in place of `/`
record Visit(Exchange exchange, ServedSite served, Route route, String path) {
    Site site() {
        return served.site();
    }

    /// CloudFront's ErrorCachingMinTTL where none is configured.
    private static final Duration ERROR_MINIMUM = Duration.ofSeconds(10);

    /// How long an error of this status is kept at least.
    Duration errorMinimum(int status) {
        ErrorAnswer configured = site().errorAnswers().get(status);
        return configured == null ? ERROR_MINIMUM : configured.minimum();
    }
}
