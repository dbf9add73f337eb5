package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.CacheStore;
import dev.nameplate.edge.cache.Freshness;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.ExchangeListener;
import dev.nameplate.edge.name.HostNames;
import dev.nameplate.edge.proxy.OriginCall;
import dev.nameplate.edge.proxy.OriginClient;
import dev.nameplate.edge.proxy.OriginFailure;
import dev.nameplate.edge.proxy.OriginListener;
import dev.nameplate.edge.proxy.OriginRequest;
import dev.nameplate.edge.route.Route;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.Optional;

/// Fetches one answer from the origin: streams it to the visitor and keeps it when that is allowed.
public final class Fetch implements OriginListener, ExchangeListener {
    /// What every fetch needs.
    ///
    /// @param via the value of `Via` in answers
    public record Means(
            OriginClient origins,
            CacheStore store,
            InstantSource clock,
            long maxObjectBytes,
            String via) {}

    private final Means means;
    private final Exchange exchange;
    private final Route route;
    private final String path;

    private @Nullable CacheKey key;
    private @Nullable RequestHeaders view;
    private @Nullable StoredResponse stale;
    private @Nullable Recording recording;
    private @Nullable OriginCall call;
    private long generation;
    private boolean continued;
    private boolean answering;
    private boolean over;

    Fetch(Means means, Exchange exchange, Route route, String path) {
        this.means = means;
        this.exchange = exchange;
        this.route = route;
        this.path = path;
    }

    /// Fetches what is not to be kept.
    void start() {
        send(false);
    }

    /// Fetches what may be kept under a key.
    ///
    /// @param expired what was kept; with a reference that this takes over
    void startCacheable(CacheKey newKey, RequestHeaders newView, Optional<StoredResponse> expired) {
        key = newKey;
        view = newView;
        stale = expired.orElse(null);
        generation = means.store().generation();
        send(true);
    }

    private void send(boolean cacheable) {
        boolean tls =
                switch (route.origin().protocolPolicy()) {
                    case HTTP_ONLY -> false;
                    case HTTPS_ONLY -> true;
                    case MATCH_VIEWER -> exchange.secure();
                };
        HttpHeaders headers;
        try {
            headers = RequestFilter.apply(exchange, route, tls, cacheable, means.via());
        } catch (IllegalArgumentException e) {
            end();
            exchange.fail(400, "A header of the request is malformed");
            return;
        }
        if (stale != null) {
            addConditions(headers, stale);
        }
        String chosen = exchange.query().isEmpty() ? "" : route.forwarded().query(exchange.query());
        String target = route.origin().path() + path + (chosen.isEmpty() ? "" : "?" + chosen);
        String serverName =
                HostNames.ofAuthority(headers.get(HttpHeaderNames.HOST))
                        .orElse(route.origin().host());
        exchange.verdict(CacheVerdict.MISS);
        exchange.listen(this);
        call =
                means.origins()
                        .send(
                                exchange.loop(),
                                new OriginRequest(
                                        route.origin(),
                                        tls,
                                        serverName,
                                        exchange.method(),
                                        target,
                                        headers,
                                        exchange.hasBody()),
                                this);
    }

    private static void addConditions(HttpHeaders headers, StoredResponse stale) {
        headers.remove(HttpHeaderNames.RANGE).remove(HttpHeaderNames.IF_RANGE);
        stale.header(HttpHeaderNames.ETAG)
                .ifPresent(etag -> headers.set(HttpHeaderNames.IF_NONE_MATCH, etag));
        stale.header(HttpHeaderNames.LAST_MODIFIED)
                .ifPresent(date -> headers.set(HttpHeaderNames.IF_MODIFIED_SINCE, date));
    }

    // ---- from the visitor

    @Override
    public void bodyWanted(boolean wanted) {
        if (wanted && exchange.expectsContinue() && !answering && !continued) {
            continued = true;
            exchange.sayContinue();
        }
        exchange.wantBody(wanted);
    }

    @Override
    public void requestData(ByteBuf data, boolean last) {
        if (call == null) {
            data.release();
        } else {
            call.body(data, last);
        }
    }

    @Override
    public void writable() {
        if (call != null) {
            call.pause(false);
        }
    }

    @Override
    public void viewerGone() {
        if (call != null) {
            call.cancel();
        }
        end();
    }

    // ---- from the origin

    @Override
    public void head(int status, HttpHeaders sent) {
        if (over) {
            return;
        }
        long now = means.clock().millis();
        HttpHeaders headers = ResponseFilter.apply(sent, route, means.via(), now);
        StoredResponse old = stale;
        if (old != null && status == 304) {
            refreshed(old, headers, now);
            return;
        }
        if (old != null && isOriginTrouble(status) && old.usableWhenStale()) {
            serveStale(old);
            return;
        }
        if (key != null) {
            record(status, headers);
        }
        exchange.verdict(status >= 400 ? CacheVerdict.ERROR : CacheVerdict.MISS);
        headers.set(AnswerHeaders.X_CACHE, exchange.verdict().header());
        headers.set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        answering = true;
        exchange.head(status, headers, false);
    }

    private static boolean isOriginTrouble(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    private void record(int status, HttpHeaders headers) {
        if (!exchange.method().equals(HttpMethod.GET)
                && !exchange.method().equals(HttpMethod.OPTIONS)) {
            return;
        }
        Freshness.Verdict verdict = freshness(status, headers);
        if (verdict.keep()) {
            recording =
                    Recording.begin(status, headers, verdict, means.maxObjectBytes()).orElse(null);
        }
    }

    private Freshness.Verdict freshness(int status, HttpHeaders headers) {
        Caching caching = route.behavior().caching();
        boolean sharedAuthorization =
                route.forwarded().includesHeader("authorization")
                        && !route.inKey().includesHeader("authorization")
                        && exchange.value(HttpHeaderNames.AUTHORIZATION).isPresent();
        return Freshness.of(status, headers, sharedAuthorization, caching);
    }

    /// The origin says that what we kept is still right.
    private void refreshed(StoredResponse old, HttpHeaders update, long now) {
        update.remove(HttpHeaderNames.AGE);
        HttpHeaders merged = old.headers();
        update.names().forEach(name -> merged.set(name, update.getAll(name)));
        Freshness.Verdict verdict = freshness(old.status(), merged);
        StoredResponse fresh = old.refreshed(update, now, verdict);
        if (verdict.keep() && key != null && view != null) {
            fresh.retain();
            means.store().put(key, Freshness.vary(merged), view, fresh, generation);
        }
        end();
        StoredAnswer.send(exchange, fresh, CacheVerdict.REFRESH_HIT, now);
        fresh.release();
    }

    private void serveStale(StoredResponse old) {
        old.retain();
        OriginCall current = call;
        end();
        if (current != null) {
            current.cancel();
        }
        StoredAnswer.send(exchange, old, CacheVerdict.HIT, means.clock().millis());
        old.release();
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        if (over) {
            data.release();
            return;
        }
        if (recording != null) {
            recording.add(data);
        }
        if (last) {
            keep();
            end();
        }
        exchange.data(data, last);
        if (last) {
            exchange.flush();
        } else if (!exchange.writable() && call != null) {
            exchange.flush();
            call.pause(!exchange.writable());
        }
    }

    private void keep() {
        Recording complete = recording;
        recording = null;
        if (complete != null && key != null && view != null) {
            CacheKey place = key;
            RequestHeaders seen = view;
            complete.end(means.clock().millis())
                    .ifPresent(response ->
                            means.store().put(place, complete.vary(), seen, response, generation));
        }
    }

    @Override
    public void pause() {
        if (!over) {
            exchange.flush();
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        if (over) {
            return;
        }
        StoredResponse old = stale;
        if (answering) {
            end();
            exchange.breakOff();
        } else if (old != null && old.usableWhenStale()) {
            serveStale(old);
        } else {
            end();
            exchange.fail(failure.status(), failure.sentence());
        }
    }

    /// Lets go of everything held; the call, if any, tells nothing more.
    private void end() {
        over = true;
        call = null;
        if (recording != null) {
            recording.drop();
            recording = null;
        }
        if (stale != null) {
            stale.release();
            stale = null;
        }
    }
}
