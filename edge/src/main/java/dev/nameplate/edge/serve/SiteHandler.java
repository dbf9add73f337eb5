package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.HttpDates;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.ErrorDiversion;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.RequestHandler;
import dev.nameplate.edge.http.Viewers;
import dev.nameplate.edge.route.Paths;
import dev.nameplate.edge.route.Route;
import dev.nameplate.edge.route.ServedSite;
import dev.nameplate.edge.route.SiteTable;
import dev.nameplate.edge.route.SiteTable.Lookup;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The journey of a request: host → site → path → behaviour → its rules → cache → origin.
///
/// Site and cache are looked up in memory; only what is not there leaves the event loop.
@SuppressWarnings("FutureReturnValueIgnored") // loads end in a task on the exchange's loop
public final class SiteHandler implements RequestHandler {
    private static final int HTTPS_PORT = 443;

    private final SiteTable sites;
    private final Means means;
    private final ContentCache cache;
    private final IntSupplier httpsPort;
    private final Supplier<Optional<AsciiString>> http3;
    private final SignatureGate gate;
    private final StagedVisitors staged;
    private final ChallengeFiles challenges;

    /// @param httpsPort where redirects lead
    /// @param http3 the `Alt-Svc` that offers HTTP/3, where it is served
    /// @param random decides who sees a staging distribution; used by all event loops
    public SiteHandler(
            SiteTable sites,
            Means means,
            ChallengeFiles challenges,
            IntSupplier httpsPort,
            Supplier<Optional<AsciiString>> http3,
            RandomGenerator random) {
        this.sites = sites;
        this.means = means;
        this.challenges = challenges;
        this.cache = new ContentCache(means);
        this.httpsPort = httpsPort;
        this.http3 = http3;
        this.gate = new SignatureGate(means.clock(), means.via());
        this.staged = new StagedVisitors(random);
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.path().startsWith(ChallengeFiles.FOLDER)) {
            challenges.answer(exchange, () -> byItsSite(exchange));
        } else {
            byItsSite(exchange);
        }
    }

    private void byItsSite(Exchange exchange) {
        find(exchange, exchange.host(), lookup -> found(exchange, lookup));
    }

    /// Calls `then` on the exchange's loop: at once when the host is known.
    private void find(Exchange exchange, String host, Consumer<Lookup> then) {
        Optional<Lookup> known = sites.inMemory(host);
        if (known.isPresent()) {
            then.accept(known.get());
            return;
        }
        sites.load(host)
                .whenComplete((lookup, failure) ->
                        exchange.loop()
                                .execute(() -> {
                                    if (!exchange.isOver()) {
                                        then.accept(failure == null ? lookup : new Lookup.Failed());
                                    }
                                }));
    }

    private void found(Exchange exchange, Lookup lookup) {
        switch (lookup) {
            case Lookup.Unknown _ -> {
                if (exchange.secure() && !exchange.serverName().equals(exchange.host())) {
                    exchange.fail(421, "This connection was opened for another host name");
                } else {
                    exchange.fail(403, "No distribution is configured for this host name");
                }
            }
            case Lookup.Failed _ ->
                    exchange.fail(503, "The configuration for this host name is not available");
            case Lookup.Found(var site) -> {
                if (exchange.secure() && !exchange.serverName().equals(exchange.host())) {
                    find(
                            exchange,
                            exchange.serverName(),
                            named -> onlyIfSame(exchange, site, named));
                } else {
                    serve(exchange, site);
                }
            }
        }
    }

    /// A connection opened for one site must not reach another: its certificate vouches for the first only, and
    /// the second may be protected by other rules (RFC 9110 §7.4).
    private void onlyIfSame(Exchange exchange, ServedSite site, Lookup named) {
        if (named instanceof Lookup.Found(var other)
                && other.site().contentId().equals(site.site().contentId())) {
            serve(exchange, site);
        } else {
            exchange.fail(421, "This connection was opened for another host name");
        }
    }

    private void serve(Exchange exchange, ServedSite served) {
        if (served.staged().isEmpty() || !served.site().enabled()) {
            serve(exchange, served, Optional.empty());
        } else {
            StagedVisitors.Decision decision = staged.decide(exchange, served);
            serve(exchange, decision.site(), decision.session());
        }
    }

    private void serve(Exchange exchange, ServedSite served, Optional<StagingSession> session) {
        Site site = served.site();
        exchange.servedBy(site.distributionId(), site.configVersion(), served.traffic());
        if (!site.enabled()) {
            exchange.fail(403, "The distribution is disabled");
            return;
        }
        if (exchange.targetLength() > Viewers.MAX_URL) {
            exchange.fail(413, "The URL exceeds 8192 bytes");
            return;
        }
        Route route = served.route(Paths.normalised(exchange.path()));
        if (!route.headerPolicy().isNone()) {
            exchange.change(PolicyChange.of(exchange, route.headerPolicy(), means.nodeName()));
        }
        if (session.isPresent()) {
            exchange.change(session.get().cookie(exchange.secure()));
        }
        if (!passesHttp3(exchange, site) || !passesProtocol(exchange, route.behavior())) {
            return;
        }
        if (!site.errorAnswers().isEmpty()) {
            exchange.onError(new Pages(served));
        }
        if (passesMethod(exchange, route.behavior())
                && passesBorder(exchange, site)
                && gate.passes(exchange, route.behavior())) {
            answer(exchange, served, route);
        }
    }

    /// A visitor whose country is not known is served.
    private boolean passesBorder(Exchange exchange, Site site) {
        if (site.geoRestriction().isEmpty()) {
            return true;
        }
        GeoRestriction restriction = site.geoRestriction().get();
        Optional<String> country = means.countries().of(exchange.clientAddress());
        boolean listed = country.isPresent() && restriction.countries().contains(country.get());
        boolean served =
                country.isEmpty()
                        || switch (restriction.kind()) {
                            case ONLY -> listed;
                            case ALL_BUT -> !listed;
                        };
        if (!served) {
            exchange.fail(403, "The distribution is configured to block access from your country");
        }
        return served;
    }

    /// HTTP/3 is for the sites that offer it, and these offer it to visitors who came otherwise.
    private boolean passesHttp3(Exchange exchange, Site site) {
        Optional<AsciiString> offer = http3.get();
        if (offer.isEmpty() || !exchange.secure()) {
            return true;
        }
        boolean spoken = exchange.protocol().equals("HTTP/3.0");
        if (site.http3() && !spoken) {
            exchange.offer(offer.get());
        } else if (spoken && !site.http3()) {
            exchange.fail(421, "This distribution is not served over HTTP/3");
            return false;
        }
        return true;
    }

    private boolean passesProtocol(Exchange exchange, Behavior behavior) {
        if (exchange.secure()) {
            return true;
        }
        return switch (behavior.viewerProtocol()) {
            case ALLOW_ALL -> true;
            case HTTPS_ONLY -> {
                exchange.fail(403, "This distribution is not configured to serve over HTTP");
                yield false;
            }
            case REDIRECT_TO_HTTPS -> {
                redirect(exchange);
                yield false;
            }
        };
    }

    private void redirect(Exchange exchange) {
        boolean safe =
                exchange.method().equals(HttpMethod.GET)
                        || exchange.method().equals(HttpMethod.HEAD);
        if (!safe && exchange.protocol().equals("HTTP/1.0")) {
            exchange.fail(403, "HTTP/1.0 knows no redirect that keeps the method");
            return;
        }
        int port = httpsPort.getAsInt();
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.SERVER, "CloudFront")
                .set(HttpHeaderNames.DATE, HttpDates.format(means.clock().millis()))
                .set(
                        HttpHeaderNames.LOCATION,
                        "https://"
                                + exchange.host()
                                + (port == HTTPS_PORT ? "" : ":" + port)
                                + exchange.target())
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(AnswerHeaders.X_CACHE, CacheVerdict.REDIRECT.header())
                .set(HttpHeaderNames.VIA, means.via())
                .set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        exchange.verdict(CacheVerdict.REDIRECT);
        exchange.head(safe ? 301 : 307, headers, true);
        exchange.flush();
    }

    private static boolean passesMethod(Exchange exchange, Behavior behavior) {
        HttpMethod method = exchange.method();
        if (!behavior.allowedMethods().contains(method.name())) {
            exchange.fail(403, "This distribution does not allow this request method");
            return false;
        }
        if (exchange.hasBody()
                && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))) {
            exchange.fail(403, "A GET or HEAD request must not have a body");
            return false;
        }
        return true;
    }

    private void answer(Exchange exchange, ServedSite served, Route route) {
        Visit visit = new Visit(exchange, served, route, path(exchange, served.site()));
        if (exchange.webSocket()) {
            Tunnel.start(means, visit);
        } else if (route.keys().possible() && mayBeCached(exchange, route.behavior())) {
            cache.answer(visit);
        } else {
            Passing.start(means, visit);
        }
    }

    /// A site's pages for errors, fetched through its behaviours like any other path, but by nobody's signature.
    private final class Pages implements ErrorDiversion {
        private final ServedSite served;

        Pages(ServedSite served) {
            this.served = served;
        }

        @Override
        public Optional<Page> page(int status) {
            return Optional.ofNullable(served.site().errorAnswers().get(status))
                    .flatMap(ErrorAnswer::page)
                    .map(page -> new Page(page.path(), page.status()));
        }

        @Override
        public void serve(Exchange page) {
            answer(page, served, served.route(Paths.normalised(page.path())));
        }
    }

    /// The default root object stands for `/` only, never for a directory.
    private static String path(Exchange exchange, Site site) {
        return exchange.path().equals("/") && site.defaultRootObject().isPresent()
                ? "/" + site.defaultRootObject().get()
                : exchange.path();
    }

    private static boolean mayBeCached(Exchange exchange, Behavior behavior) {
        String method = exchange.method().name();
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" ->
                    behavior.cachedMethods().contains(method) && !exchange.hasBody();
            default -> false;
        };
    }
}
