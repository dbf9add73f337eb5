package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.KeptPart;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.name.HostNames;
import dev.nameplate.edge.route.Paths;
import dev.nameplate.edge.route.Route;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/// Forgets what a visitor's successful write has made wrong: the target, and what `Location` and `Content-Location` name
/// on the same host (RFC 9111 §4.4).
final class WriteInvalidation {
    private static final List<AsciiString> POINTERS =
            List.of(HttpHeaderNames.LOCATION, HttpHeaderNames.CONTENT_LOCATION);

    private WriteInvalidation() {}

    /// To be called with the answer to any request, before the visitor sees it.
    static void after(Means means, Visit visit, int status, HttpHeaders answer) {
        Exchange exchange = visit.exchange();
        if (!CacheDecision.invalidates(exchange.method().name(), status)) {
            return;
        }
        forget(means, visit, visit.path(), exchange.query());
        for (AsciiString pointer : POINTERS) {
            String value = answer.get(pointer);
            if (value != null) {
                forgetPointedAt(means, visit, value);
            }
        }
    }

    private static void forgetPointedAt(Means means, Visit visit, String reference) {
        Exchange exchange = visit.exchange();
        URI target;
        try {
            target = new URI(exchange.path()).resolve(new URI(reference));
        } catch (URISyntaxException e) {
            return; // names nothing that could be kept
        }
        // Another host's content is not this origin's to invalidate.
        boolean sameHost =
                target.getRawAuthority() == null
                        || HostNames.ofAuthority(target.getRawAuthority())
                                .filter(exchange.host()::equals)
                                .isPresent();
        if (sameHost && target.getRawPath() != null && target.getRawPath().startsWith("/")) {
            String query = target.getRawQuery();
            forget(means, visit, target.getRawPath(), query == null ? "" : query);
        }
    }

    private static void forget(Means means, Visit visit, String path, String query) {
        Route route = visit.served().route(Paths.normalised(path));
        if (route.keys().possible()) {
            RequestHeaders view = new ViewedHeaders(visit.exchange(), route, means.countries());
            for (CacheKey key :
                    route.keys().keysOfAllCodings(visit.site().contentId(), path, query, view)) {
                means.store().forget(key);
                means.store().forget(KeptPart.place(key));
            }
        }
    }
}
