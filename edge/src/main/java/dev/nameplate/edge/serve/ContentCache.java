package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.KeptPart;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.Exchange;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/// Answers what may be cached: from the store, or by a fetch whose answer may be kept.
final class ContentCache {
    private final Means means;
    private final Flights flights;

    ContentCache(Means means) {
        this.means = means;
        this.flights = new Flights(means);
    }

    void answer(Visit visit) {
        Exchange exchange = visit.exchange();
        RequestHeaders view = new ViewedHeaders(exchange, visit.route(), means.countries());
        CacheKey key =
                visit.route()
                        .keys()
                        .key(
                                visit.site().contentId(),
                                exchange.method().equals(HttpMethod.OPTIONS) ? "OPTIONS" : "",
                                visit.path(),
                                exchange.query(),
                                view);
        Optional<StoredResponse> stored = means.store().get(key, view);
        if (stored.isPresent() || !load(visit, key, view)) {
            answer(visit, key, view, stored);
        }
    }

    /// @return false when there is nothing to wait for
    private boolean load(Visit visit, CacheKey key, RequestHeaders view) {
        return means.store()
                .load(
                        key,
                        view,
                        found -> {
                            try {
                                visit.exchange()
                                        .loop()
                                        .execute(() -> loaded(visit, key, view, found));
                            } catch (RejectedExecutionException _) {
                                found.ifPresent(StoredResponse::release); // the edge is closing
                            }
                        });
    }

    private void loaded(
            Visit visit, CacheKey key, RequestHeaders view, Optional<StoredResponse> found) {
        if (visit.exchange().isOver()) {
            found.ifPresent(StoredResponse::release);
        } else {
            answer(visit, key, view, found);
        }
    }

    private void answer(
            Visit visit, CacheKey key, RequestHeaders view, Optional<StoredResponse> stored) {
        Exchange exchange = visit.exchange();
        if (stored.isEmpty()) {
            if (!answersFromPart(exchange, key, view)) {
                flights.fetch(visit, key, view, stored);
            }
            return;
        }
        StoredResponse response = stored.get();
        long now = means.clock().millis();
        switch (CacheDecision.use(response, now)) {
            case SERVE -> {
                StoredAnswer.send(exchange, response, CacheVerdict.HIT, now);
                response.release();
            }
            case SERVE_AND_REVALIDATE -> {
                StoredAnswer.send(exchange, response, CacheVerdict.HIT, now);
                if (exchange.isHead()) {
                    response.release(); // a GET will come and have it done
                } else {
                    flights.revalidate(visit, key, view, response);
                }
            }
            case REVALIDATE -> flights.fetch(visit, key, view, stored);
        }
    }

    private boolean answersFromPart(Exchange exchange, CacheKey key, RequestHeaders view) {
        if (exchange.isHead() || exchange.value(HttpHeaderNames.RANGE).isEmpty()) {
            return false;
        }
        Optional<StoredResponse> kept = means.store().get(KeptPart.place(key), view);
        if (kept.isEmpty()) {
            return false;
        }
        StoredResponse part = kept.get();
        long now = means.clock().millis();
        boolean answered = part.isFresh(now) && StoredAnswer.sendPart(exchange, part, now);
        part.release();
        return answered;
    }
}
