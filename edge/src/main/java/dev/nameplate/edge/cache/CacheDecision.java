package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.Caching;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Everything a shared cache has to decide (RFC 9111), within the minimum, default and maximum TTL that CloudFront adds:
/// whether and how long an origin's answer is kept, what to do about a kept one, what a write invalidates. Functions of
/// their arguments only.
///
/// A visitor's `Cache-Control` has no say, as with CloudFront: its directives are wishes (RFC 9111 §5.2.1), and a
/// stranger could turn the cache off with them.
public final class CacheDecision {
    /// Errors that are kept even when the origin says nothing about it, so that a broken origin is not asked by
    /// every visitor.
    private static final Set<Integer> ERRORS_KEPT = Set.of(404, 414, 500, 501, 502, 503, 504);

    /// What is kept for the default TTL where the origin gives no lifetime.
    private static final Set<Integer> KEPT_BY_DEFAULT =
            Set.of(200, 203, 204, 300, 301, 302, 307, 308);

    /// RFC 9110 §15.1, but for 206.
    private static final Set<Integer> HEURISTICALLY_CACHEABLE =
            Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

    /// Never answers to the next visitor: a part, a "you have it", a challenge, a range or connection of one visitor's.
    private static final Set<Integer> NEVER_KEPT = Set.of(206, 304, 401, 407, 416, 421);

    /// Errors whose minimum time in the cache CloudFront lets a site choose.
    private static final Set<Integer> ERRORS_WITH_MINIMUM =
            Set.of(400, 403, 404, 405, 412, 414, 415, 500, 501, 502, 503, 504);

    /// What must-understand asks about (RFC 9111 §5.2.2.3): the final status codes of RFC 9110 and their relatives.
    private static final Set<Integer> UNDERSTOOD =
            Set.of(
                    200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 402, 403, 404,
                    405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 417, 422, 426, 429, 431, 451,
                    500, 501, 502, 503, 504, 505, 511);

    /// A tenth of the time since the last change, as RFC 9111 §4.2.2 suggests, but no longer than its old limit of a day.
    private static final int HEURISTIC_FRACTION = 10;

    private static final Duration HEURISTIC_MAXIMUM = Duration.ofDays(1);

    private CacheDecision() {}

    /// What to do about a kept answer.
    public enum Use {
        SERVE,
        SERVE_AND_REVALIDATE,
        REVALIDATE
    }

    /// @param errorMinimum how long an error of this status is kept at least
    /// @param heuristics whether a lifetime is guessed where neither origin nor site gives one
    /// @param sharedAuthorization the origin saw an `Authorization` header that is not part of the cache key
    /// @param askedAtMillis when the request left for the origin
    /// @param answeredAtMillis when the answer's head was here
    public record Circumstances(
            Caching caching,
            Duration errorMinimum,
            boolean heuristics,
            boolean sharedAuthorization,
            long askedAtMillis,
            long answeredAtMillis) {}

    /// @param without names of fields, in lower case, that are not kept along
    public record Terms(Freshness freshness, Set<String> without) {}

    public static Use use(StoredResponse stored, long nowMillis) {
        if (stored.isFresh(nowMillis)) {
            return Use.SERVE;
        }
        return stored.usableWhileRevalidating(nowMillis)
                ? Use.SERVE_AND_REVALIDATE
                : Use.REVALIDATE;
    }

    /// The terms under which an answer is kept; empty when it is not.
    public static Optional<Terms> keep(int status, HttpHeaders response, Circumstances about) {
        if (status < 200 || NEVER_KEPT.contains(status)) {
            return Optional.empty();
        }
        CacheControl control = CacheControl.of(response);
        if (control.mustUnderstand() && !UNDERSTOOD.contains(status)) {
            return Optional.empty();
        }
        if (about.sharedAuthorization()
                && !control.isPublic()
                && !control.mustRevalidate()
                && control.sharedMaxAge().isEmpty()) {
            return Optional.empty(); // RFC 9111 §3.5
        }
        boolean error = status >= 400;
        Caching caching = about.caching();
        Duration minimum = error ? Duration.ZERO : caching.minimum();
        // must-understand takes the place of the no-store that stands beside it for older caches.
        boolean forbidden = (control.noStore() && !control.mustUnderstand()) || control.isPrivate();
        if (forbidden && !minimum.isPositive()) {
            return Optional.empty();
        }
        boolean eachTime = forbidden || control.noCache() || variesOnEverything(response);
        Duration lifetime;
        if (eachTime) {
            lifetime = Duration.ZERO;
        } else {
            OptionalLong told = told(control, response, about);
            Optional<Duration> untold =
                    told.isPresent() ? Optional.empty() : untold(status, control, response, about);
            if (told.isEmpty() && untold.isEmpty()) {
                return Optional.empty();
            }
            lifetime =
                    min(
                            untold.orElseGet(() -> Duration.ofSeconds(told.orElse(0))),
                            caching.maximum());
            if (ERRORS_WITH_MINIMUM.contains(status)) {
                minimum = about.errorMinimum();
            }
        }
        if (lifetime.isZero() && minimum.isZero() && !hasValidator(response)) {
            return Optional.empty();
        }
        // A stale error is no better than the one at hand.
        boolean neverStale = error || forbidden || control.mustRevalidate() || control.noCache();
        return Optional.of(
                new Terms(
                        new Freshness(
                                lifetime.toMillis(),
                                initialAge(response, about),
                                minimum.toMillis(),
                                neverStale ? 0 : control.staleWhileRevalidate().orElse(0) * 1000,
                                neverStale ? Freshness.NEVER : ifError(control)),
                        control.namedFields()));
    }

    /// CloudFront serves a stale answer when the origin fails, however old; `s-maxage` alone forbids that
    /// (RFC 9111 §5.2.2.10).
    private static long ifError(CacheControl control) {
        if (control.staleIfError().isPresent()) {
            return control.staleIfError().getAsLong() * 1000;
        }
        return control.sharedMaxAge().isPresent() ? Freshness.NEVER : Freshness.ALWAYS;
    }

    /// The lifetime the origin gave, in seconds, by order of precedence (RFC 9111 §4.2.1).
    private static OptionalLong told(
            CacheControl control, HttpHeaders response, Circumstances about) {
        OptionalLong told = OptionalLong.empty();
        if (control.sharedMaxAge().isPresent()) {
            told = control.sharedMaxAge();
        } else if (control.maxAge().isPresent()) {
            told = control.maxAge();
        } else if (!control.targeted() && response.contains(HttpHeaderNames.EXPIRES)) {
            List<String> expires = response.getAll(HttpHeaderNames.EXPIRES);
            Optional<Instant> until =
                    expires.size() == 1 ? HttpDates.parse(expires.getFirst()) : Optional.empty();
            // "Expires: 0" and the like mean already stale.
            told =
                    OptionalLong.of(
                            until.map(end -> Duration.between(date(response, about), end))
                                    .map(left -> Math.max(0, left.toSeconds()))
                                    .orElse(0L));
        }
        return told.isPresent() && !hasReadableAge(response) ? OptionalLong.of(0) : told;
    }

    /// The lifetime where the origin gave none; empty when such an answer is not kept.
    private static Optional<Duration> untold(
            int status, CacheControl control, HttpHeaders response, Circumstances about) {
        boolean guessable = HEURISTICALLY_CACHEABLE.contains(status) || control.isPublic();
        boolean byDefault = KEPT_BY_DEFAULT.contains(status);
        Duration usual = byDefault ? about.caching().byDefault() : Duration.ZERO;
        if (usual.isZero() && about.heuristics() && guessable && hasReadableAge(response)) {
            usual = heuristic(response, about);
        }
        return byDefault || usual.isPositive() || ERRORS_KEPT.contains(status)
                ? Optional.of(usual)
                : Optional.empty();
    }

    private static Duration heuristic(HttpHeaders response, Circumstances about) {
        String modified = response.get(HttpHeaderNames.LAST_MODIFIED);
        Optional<Instant> changed = modified == null ? Optional.empty() : HttpDates.parse(modified);
        return changed.map(then -> Duration.between(then, date(response, about)))
                .filter(Duration::isPositive)
                .map(unchanged -> min(unchanged.dividedBy(HEURISTIC_FRACTION), HEURISTIC_MAXIMUM))
                .orElse(Duration.ZERO);
    }

    /// When the answer originated, as far as its `Date` can be read; else when it came (RFC 9110 §6.6.1).
    private static Instant date(HttpHeaders response, Circumstances about) {
        String date = response.get(HttpHeaderNames.DATE);
        Optional<Instant> read = date == null ? Optional.empty() : HttpDates.parse(date);
        return read.orElseGet(() -> Instant.ofEpochMilli(about.answeredAtMillis()));
    }

    /// `corrected_initial_age` (RFC 9111 §4.2.3). Dates have whole seconds, so the apparent age is counted in them.
    private static long initialAge(HttpHeaders response, Circumstances about) {
        long answered = about.answeredAtMillis();
        long apparent =
                Math.max(0, answered / 1000 - date(response, about).getEpochSecond()) * 1000;
        String age = response.get(HttpHeaderNames.AGE);
        if (age == null || !hasReadableAge(response)) {
            return apparent;
        }
        long delay = Math.max(0, answered - about.askedAtMillis());
        return Math.max(apparent, Long.parseLong(age) * 1000 + delay);
    }

    /// Whether there is no `Age`, or one number. Whatever else counts as stale: RFC 9111 §5.1 would have the first
    /// of several taken, but who sends two has told nothing that could be trusted.
    private static boolean hasReadableAge(HttpHeaders response) {
        String age = response.get(HttpHeaderNames.AGE);
        return age == null
                || (!age.isEmpty()
                        && age.length() <= 10
                        && age.chars().allMatch(c -> c >= '0' && c <= '9')
                        && response.getAll(HttpHeaderNames.AGE).size() == 1);
    }

    /// Whether what is kept for the target of a request is invalid after this answer to it (RFC 9111 §4.4).
    public static boolean invalidates(String method, int status) {
        boolean safe =
                switch (method) {
                    case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
                    default -> false;
                };
        return !safe && status >= 200 && status < 400;
    }

    private static boolean variesOnEverything(HttpHeaders response) {
        return response.contains(HttpHeaderNames.VARY)
                && Variants.names(response).contains(Variants.EVERYTHING);
    }

    private static boolean hasValidator(HttpHeaders response) {
        return response.contains(HttpHeaderNames.ETAG)
                || response.contains(HttpHeaderNames.LAST_MODIFIED);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
