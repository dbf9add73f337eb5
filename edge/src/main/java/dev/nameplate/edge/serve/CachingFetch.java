package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.cache.Variants;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.ExchangeListener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// Fetches one answer that may be kept: streams it to the visitor and keeps it when that is allowed.
final class CachingFetch implements OriginFetch.Receiver, ExchangeListener {
    private final Means means;
    private final Visit visit;
    private final Exchange exchange;
    private final OriginFetch fetch;
    private final CacheKey key;
    private final RequestHeaders view;
    private final long generation;

    private @Nullable StoredResponse stale;
    private @Nullable Recording recording;
    private boolean answering;

    private CachingFetch(Means means, Visit visit, CacheKey key, RequestHeaders view) {
        this.means = means;
        this.visit = visit;
        this.exchange = visit.exchange();
        this.fetch = new OriginFetch(means, visit, this);
        this.key = key;
        this.view = view;
        this.generation = means.store().generation();
    }

    /// @param expired what was kept; with a reference that this takes over
    static void start(
            Means means,
            Visit visit,
            CacheKey key,
            RequestHeaders view,
            Optional<StoredResponse> expired) {
        CachingFetch caching = new CachingFetch(means, visit, key, view);
        caching.stale = expired.orElse(null);
        caching.exchange.verdict(CacheVerdict.MISS);
        caching.exchange.listen(caching);
        caching.fetch.send(
                true, headers -> expired.ifPresent(stored -> addConditions(headers, stored)));
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
    public void requestData(ByteBuf data, boolean last) {
        data.release();
    }

    @Override
    public void writable() {
        fetch.hold(false);
    }

    @Override
    public void viewerGone() {
        fetch.cancel();
        end();
    }

    // ---- from the origin

    @Override
    public void bodyWanted(boolean wanted) {
        exchange.wantBody(wanted);
    }

    @Override
    public void head(int status, HttpHeaders headers) {
        long now = means.clock().millis();
        StoredResponse old = stale;
        if (old != null && status == 304) {
            refreshed(old, headers, now);
            return;
        }
        if (old != null && isOriginTrouble(status) && old.usableIfError(means.clock().millis())) {
            serveStale(old);
            return;
        }
        record(status, headers);
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
        recording =
                terms(status, headers)
                        .flatMap(terms ->
                                Recording.begin(status, headers, terms, means.maxObjectBytes()))
                        .orElse(null);
    }

    private Optional<CacheDecision.Terms> terms(int status, HttpHeaders headers) {
        boolean sharedAuthorization =
                visit.route().forwarded().includesHeader("authorization")
                        && !visit.route().inKey().includesHeader("authorization")
                        && exchange.value(HttpHeaderNames.AUTHORIZATION).isPresent();
        return CacheDecision.keep(
                status,
                headers,
                new CacheDecision.Circumstances(
                        visit.route().behavior().caching(),
                        visit.errorMinimum(status),
                        means.heuristics(),
                        sharedAuthorization,
                        fetch.sentAtMillis(),
                        means.clock().millis()));
    }

    /// The origin says that what we kept is still right.
    private void refreshed(StoredResponse old, HttpHeaders update, long now) {
        update.remove(HttpHeaderNames.AGE);
        HttpHeaders merged = old.updated(update);
        Optional<CacheDecision.Terms> terms = terms(old.status(), merged);
        StoredResponse fresh =
                old.with(
                        merged,
                        now,
                        terms.map(CacheDecision.Terms::freshness).orElse(old.freshness()));
        if (terms.isPresent()) {
            fresh.retain();
            means.store().put(key, Variants.names(merged), view, fresh, generation);
        }
        fetch.detach();
        end();
        StoredAnswer.send(exchange, fresh, CacheVerdict.REFRESH_HIT, now);
        fresh.release();
    }

    private void serveStale(StoredResponse old) {
        old.retain();
        fetch.cancel();
        end();
        StoredAnswer.send(exchange, old, CacheVerdict.HIT, means.clock().millis());
        old.release();
    }

    @Override
    public void data(ByteBuf data, boolean last) {
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
        } else if (!exchange.writable()) {
            exchange.flush();
            fetch.hold(!exchange.writable());
        }
    }

    private void keep() {
        Recording complete = recording;
        recording = null;
        if (complete != null) {
            complete.end(means.clock().millis())
                    .ifPresent(response ->
                            means.store().put(key, complete.vary(), view, response, generation));
        }
    }

    @Override
    public void pause() {
        exchange.flush();
    }

    @Override
    public void failed(int status, String sentence) {
        StoredResponse old = stale;
        if (answering) {
            end();
            exchange.breakOff();
        } else if (old != null && old.usableIfError(means.clock().millis())) {
            serveStale(old);
        } else {
            end();
            exchange.fail(status, sentence);
        }
    }

    /// Lets go of everything held.
    private void end() {
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
