package dev.nameplate.edge.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.Exchange;

import io.netty.handler.codec.http.HttpHeaderNames;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The calls to origins that are under way, so that visitors who want the same wait for one call.
///
/// How long they wait is bounded by the call's own timeouts, which would hold for a call of their own as well.
final class Flights {
    /// How long requests for something whose answer could not be shared do not wait for each other: without this they
    /// would be let through one by one.
    private static final Duration ALONE = Duration.ofSeconds(10);

    private static final int ALONE_ENTRIES = 10_000;

    private final Means means;
    private final ConcurrentHashMap<CacheKey, Flight> underWay = new ConcurrentHashMap<>();
    private final Cache<CacheKey, Boolean> unshareable;
    private final Recording.Room room;

    Flights(Means means) {
        this.means = means;
        this.room = new Recording.Room(Math.max(64L << 20, 4 * means.maxObjectBytes()));
        this.unshareable =
                Caffeine.newBuilder()
                        .maximumSize(ALONE_ENTRIES)
                        .expireAfterWrite(ALONE)
                        .ticker(() -> TimeUnit.MILLISECONDS.toNanos(means.clock().millis()))
                        .executor(Runnable::run)
                        .build();
    }

    Recording.Room room() {
        return room;
    }

    /// Gets the answer for a visitor: by waiting for a call under way, else by a call.
    ///
    /// @param stale what was kept; with a reference that this takes over
    void fetch(Visit visit, CacheKey key, RequestHeaders view, Optional<StoredResponse> stale) {
        Follower follower = new Follower(visit, key, view);
        Exchange exchange = visit.exchange();
        boolean part = stale.isEmpty() && exchange.value(HttpHeaderNames.RANGE).isPresent();
        if (part || unshareable.getIfPresent(key) != null) {
            lead(follower, key, false, stale);
        } else if (exchange.isHead()) {
            // The answer to a HEAD is nobody else's, but that to a GET will do for it.
            Flight flight = underWay.get(key);
            if (flight == null) {
                lead(follower, key, false, stale);
            } else {
                stale.ifPresent(StoredResponse::release);
                flight.offer(follower);
            }
        } else {
            enter(follower, key, stale);
        }
    }

    /// Goes on with a visitor whom a flight at another place sent here. A flight at this place may have come and gone since that
    /// visitor looked for what is kept.
    void join(Follower sent, CacheKey place) {
        Follower follower = new Follower(sent.visit(), sent.key(), sent.view());
        Flight flight = flight(follower, place, true, Optional.empty());
        Flight earlier = underWay.putIfAbsent(place, flight);
        if (earlier != null) {
            earlier.offer(follower);
            return;
        }
        Optional<StoredResponse> stored = means.store().get(follower.key(), follower.view());
        long now = means.clock().millis();
        if (stored.isPresent() && stored.get().isFresh(now)) {
            flight.withdraw();
            follower.stored(stored.get(), CacheVerdict.HIT, now);
        } else {
            stored.ifPresent(StoredResponse::release);
            flight.start(follower);
        }
    }

    private void enter(Follower follower, CacheKey place, Optional<StoredResponse> stale) {
        Flight flight = flight(follower, place, true, stale);
        Flight earlier = underWay.putIfAbsent(place, flight);
        if (earlier == null) {
            flight.start(follower);
        } else {
            stale.ifPresent(StoredResponse::release);
            earlier.offer(follower);
        }
    }

    private void lead(
            Follower follower, CacheKey place, boolean collapsing, Optional<StoredResponse> stale) {
        flight(follower, place, collapsing, stale).start(follower);
    }

    private Flight flight(
            Follower follower, CacheKey place, boolean collapsing, Optional<StoredResponse> stale) {
        return new Flight(
                means,
                this,
                follower.visit(),
                follower.key(),
                follower.view(),
                place,
                collapsing,
                stale);
    }

    /// Gets the answer for a visitor who has waited in vain, without waiting again.
    void alone(Follower follower) {
        Optional<StoredResponse> stored = means.store().get(follower.key(), follower.view());
        long now = means.clock().millis();
        Follower again = new Follower(follower.visit(), follower.key(), follower.view());
        if (stored.isPresent() && stored.get().isFresh(now)) {
            again.stored(stored.get(), CacheVerdict.HIT, now);
        } else {
            lead(again, follower.key(), false, stored);
        }
    }

    /// Has what is kept revalidated while it is served, unless somebody is at it.
    ///
    /// @param stale with a reference that this takes over
    void revalidate(Visit visit, CacheKey key, RequestHeaders view, StoredResponse stale) {
        Flight flight = new Flight(means, this, visit, key, view, key, true, Optional.of(stale));
        if (underWay.putIfAbsent(key, flight) == null) {
            flight.startUnattended();
        } else {
            stale.release();
        }
    }

    /// @param alone whether the answer could not be shared
    void remove(CacheKey place, Flight flight, boolean alone) {
        if (alone) {
            unshareable.put(place, true);
        }
        underWay.remove(place, flight);
    }
}
