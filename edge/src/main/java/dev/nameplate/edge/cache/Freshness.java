package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.Caching;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Decides whether an origin's answer is kept and for how long: RFC 9111 for a shared cache, within the minimum,
/// default and maximum TTL that CloudFront adds. A function of its arguments only.
public final class Freshness {
    /// Errors that are kept even when the origin says nothing about it, so that a broken origin is not asked by
    /// every visitor.
    private static final Set<Integer> ERRORS_KEPT = Set.of(404, 414, 500, 501, 502, 503, 504);

    /// Errors that are kept when the origin gives them a lifetime.
    private static final Set<Integer> ERRORS_KEPT_IF_TOLD = Set.of(400, 403, 405, 410, 412, 415);

    private static final Set<Integer> SUCCESSES_KEPT = Set.of(200, 203, 300, 301, 302, 307, 308);

    /// CloudFront's ErrorCachingMinTTL when none is configured.
    private static final Duration ERROR_MINIMUM = Duration.ofSeconds(10);

    private Freshness() {}

    /// @param keep whether to store the answer
    /// @param lifetime how long it is fresh; zero means that it is revalidated each time
    /// @param initialAge how old it was on arrival
    /// @param usableWhenStale whether it may be served when the origin fails later
    public record Verdict(
            boolean keep, Duration lifetime, Duration initialAge, boolean usableWhenStale) {
        static final Verdict PASS = new Verdict(false, Duration.ZERO, Duration.ZERO, false);
    }

    /// @param sharedAuthorization the origin saw an `Authorization` header that is not part of the cache key
    public static Verdict of(
            int status, HttpHeaders response, boolean sharedAuthorization, Caching caching) {
        boolean error = status >= 400;
        if (!SUCCESSES_KEPT.contains(status)
                && !ERRORS_KEPT.contains(status)
                && !ERRORS_KEPT_IF_TOLD.contains(status)) {
            return Verdict.PASS;
        }
        CacheControl control =
                CacheControl.parse(response.valueStringIterator(HttpHeaderNames.CACHE_CONTROL));
        if (sharedAuthorization
                && !control.isPublic()
                && !control.mustRevalidate()
                && control.sharedMaxAge().isEmpty()) {
            return Verdict.PASS; // RFC 9111 §3.5
        }
        boolean overridden = !error && caching.minimum().isPositive();
        boolean forbidden = control.noStore() || control.isPrivate();
        if (forbidden && !overridden) {
            return Verdict.PASS;
        }
        OptionalLong told = told(control, response);
        if (error && told.isEmpty() && ERRORS_KEPT_IF_TOLD.contains(status)) {
            return Verdict.PASS;
        }
        Duration lifetime;
        if (forbidden || control.noCache() || variesOnEverything(response)) {
            lifetime = caching.minimum();
        } else if (error) {
            Duration asked = Duration.ofSeconds(told.orElse(0));
            lifetime = max(min(asked, caching.maximum()), ERROR_MINIMUM);
        } else {
            Duration asked =
                    told.isPresent() ? Duration.ofSeconds(told.getAsLong()) : caching.byDefault();
            lifetime = max(min(asked, caching.maximum()), caching.minimum());
        }
        if (lifetime.isZero() && !hasValidator(response)) {
            return Verdict.PASS;
        }
        boolean usableWhenStale =
                !control.mustRevalidate()
                        && !control.noCache()
                        && control.staleIfError().orElse(1) > 0;
        return new Verdict(true, lifetime, age(response), usableWhenStale);
    }

    /// The names in `Vary`, lower case; a `*` among them means that every request is different.
    public static List<String> vary(HttpHeaders response) {
        if (!response.contains(HttpHeaderNames.VARY)) {
            return List.of();
        }
        return response.getAll(HttpHeaderNames.VARY).stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .sorted()
                .distinct()
                .toList();
    }

    /// The lifetime the origin gave, by order of precedence (RFC 9111 §4.2.1).
    private static OptionalLong told(CacheControl control, HttpHeaders response) {
        if (control.sharedMaxAge().isPresent()) {
            return control.sharedMaxAge();
        }
        if (control.maxAge().isPresent()) {
            return control.maxAge();
        }
        String expires = response.get(HttpHeaderNames.EXPIRES);
        if (expires == null) {
            return OptionalLong.empty();
        }
        String date = response.get(HttpHeaderNames.DATE);
        Optional<Instant> until = HttpDates.parse(expires);
        Optional<Instant> from = date == null ? Optional.empty() : HttpDates.parse(date);
        if (until.isEmpty() || from.isEmpty()) {
            return OptionalLong.of(0); // "Expires: 0" and the like mean already stale
        }
        return OptionalLong.of(Math.max(0, Duration.between(from.get(), until.get()).toSeconds()));
    }

    private static Duration age(HttpHeaders response) {
        String age = response.get(HttpHeaderNames.AGE);
        if (age == null
                || age.isEmpty()
                || age.length() > 9
                || !age.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Duration.ZERO;
        }
        return Duration.ofSeconds(Long.parseLong(age));
    }

    private static boolean variesOnEverything(HttpHeaders response) {
        return response.contains(HttpHeaderNames.VARY) && vary(response).contains("*");
    }

    private static boolean hasValidator(HttpHeaders response) {
        return response.contains(HttpHeaderNames.ETAG)
                || response.contains(HttpHeaderNames.LAST_MODIFIED);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
