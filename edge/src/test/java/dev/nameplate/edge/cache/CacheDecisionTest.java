package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

final class CacheDecisionTest {
    private static final long NOW = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

    /// What [CacheDecision#keep] decided, in the words of these tests.
    private record Verdict(Optional<CacheDecision.Terms> terms) {
        boolean keep() {
            return terms.isPresent();
        }

        Freshness freshness() {
            return terms.orElseThrow().freshness();
        }

        Duration lifetime() {
            return Duration.ofMillis(
                    Math.max(freshness().lifetimeMillis(), freshness().minimumMillis()));
        }

        Duration initialAge() {
            return Duration.ofMillis(freshness().initialAgeMillis());
        }

        boolean usableWhenStale() {
            return freshness().ifErrorMillis() == Freshness.ALWAYS;
        }
    }

    private static Verdict of(
            int status, HttpHeaders headers, boolean sharedAuthorization, Caching caching) {
        return of(status, headers, sharedAuthorization, caching, false, Duration.ofSeconds(10));
    }

    private static Verdict of(
            int status,
            HttpHeaders headers,
            boolean sharedAuthorization,
            Caching caching,
            boolean heuristics,
            Duration errorMinimum) {
        return new Verdict(
                CacheDecision.keep(
                        status,
                        headers,
                        new CacheDecision.Circumstances(
                                caching,
                                errorMinimum,
                                heuristics,
                                sharedAuthorization,
                                NOW - 300,
                                NOW)));
    }

    private static Caching ttl(long minimum, long byDefault, long maximum) {
        return new Caching(
                true,
                Duration.ofSeconds(minimum),
                Duration.ofSeconds(byDefault),
                Duration.ofSeconds(maximum),
                RequestParts.NONE,
                Set.of());
    }

    private static HttpHeaders headers(String cacheControl) {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set("Date", "Sun, 22 Nov 2026 12:00:00 GMT").set("ETag", "\"x\"");
        if (!cacheControl.equals("-")) {
            headers.set("Cache-Control", cacheControl);
        }
        return headers;
    }

    /// Lifetime in seconds, or -1 for "not kept". Minimum, default, maximum as in the site's configuration.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -                              | 0  | 100 | 1000 | 100
                    max-age=50                     | 0  | 100 | 1000 | 50
                    max-age=5000                   | 0  | 100 | 1000 | 1000
                    max-age=50, s-maxage=70        | 0  | 100 | 1000 | 70
                    s-maxage=0, max-age=50         | 0  | 100 | 1000 | 0
                    public                         | 0  | 100 | 1000 | 100
                    MAX-AGE="20"                   | 0  | 100 | 1000 | 20
                    max-age=junk                   | 0  | 100 | 1000 | 0
                    max-age=99999999999999999999   | 0  | 100 | 1000 | 1000
                    no-cache                       | 0  | 100 | 1000 | 0
                    no-cache="set-cookie"          | 0  | 100 | 1000 | 100
                    no-store                       | 0  | 100 | 1000 | -1
                    private, max-age=50            | 0  | 100 | 1000 | -1
                    -                              | 10 | 100 | 1000 | 100
                    -                              | 10 | 5   | 1000 | 10
                    max-age=5                      | 10 | 100 | 1000 | 10
                    no-store                       | 10 | 100 | 1000 | 10
                    private                        | 10 | 100 | 1000 | 10
                    no-cache                       | 10 | 100 | 1000 | 10
                    -                              | 0  | 0   | 1000 | 0
                    """)
    void successesLiveAsLongAsOriginAndSiteAgree(
            String cacheControl, long minimum, long byDefault, long maximum, long seconds) {
        Verdict verdict = of(200, headers(cacheControl), false, ttl(minimum, byDefault, maximum));
        assertThat(verdict.keep()).isEqualTo(seconds >= 0);
        if (verdict.keep()) {
            assertThat(verdict.lifetime()).hasSeconds(seconds);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, -, 10",
        "404, max-age=50, 50",
        "404, max-age=2, 10",
        "500, -, 10",
        "503, no-store, -1",
        "403, -, -1",
        "403, max-age=60, 60",
        "416, max-age=60, -1",
        "401, max-age=60, -1",
        "201, -, -1",
        "201, max-age=60, 60",
        "499, max-age=60, 60",
        "206, max-age=60, -1",
        "301, -, 100",
        "302, max-age=7, 7",
    })
    void otherStatusesFollowCloudFront(int status, String cacheControl, long seconds) {
        Verdict verdict = of(status, headers(cacheControl), false, ttl(0, 100, 1000));
        assertThat(verdict.keep()).isEqualTo(seconds >= 0);
        if (verdict.keep()) {
            assertThat(verdict.lifetime()).hasSeconds(seconds);
        }
    }

    @Test
    void expiresCountsFromTheDateOfTheAnswer() {
        HttpHeaders headers = headers("-").set("Expires", "Sun, 22 Nov 2026 12:01:30 GMT");
        assertThat(of(200, headers, false, ttl(0, 5, 1000)).lifetime()).hasSeconds(90);
        headers.set("Expires", "0");
        assertThat(of(200, headers, false, ttl(0, 5, 1000)).lifetime()).hasSeconds(0);
        headers.set("Cache-Control", "max-age=3");
        assertThat(of(200, headers, false, ttl(0, 5, 1000)).lifetime()).hasSeconds(3);
    }

    @Test
    void whatIsNeverFreshIsKeptOnlyIfItCanBeRevalidated() {
        assertThat(of(200, headers("max-age=0"), false, ttl(0, 5, 10)).keep()).isTrue();
        HttpHeaders bare = new DefaultHttpHeaders().set("Cache-Control", "max-age=0");
        assertThat(of(200, bare, false, ttl(0, 5, 10)).keep()).isFalse();
    }

    @Test
    void anAnswerToOneVisitorsPasswordIsSharedOnlyWhenTheOriginSaysSo() {
        Caching caching = ttl(0, 100, 1000);
        assertThat(of(200, headers("-"), true, caching).keep()).isFalse();
        assertThat(of(200, headers("max-age=9"), true, caching).keep()).isFalse();
        assertThat(of(200, headers("public"), true, caching).keep()).isTrue();
        assertThat(of(200, headers("s-maxage=9"), true, caching).keep()).isTrue();
    }

    @Test
    void varyOnEverythingIsRevalidatedEachTime() {
        HttpHeaders headers = headers("max-age=50").set("Vary", "Accept, *");
        assertThat(of(200, headers, false, ttl(0, 5, 10)).lifetime()).isZero();
        assertThat(Variants.names(headers)).containsExactly("*", "accept");
    }

    @Test
    void staleAnswersMayBeUsedUnlessForbidden() {
        Caching caching = ttl(0, 100, 1000);
        assertThat(of(200, headers("max-age=5"), false, caching).usableWhenStale()).isTrue();
        for (String forbidding :
                new String[] {"must-revalidate", "proxy-revalidate", "stale-if-error=0"}) {
            assertThat(of(200, headers(forbidding), false, caching).usableWhenStale())
                    .as(forbidding)
                    .isFalse();
        }
    }

    @Test
    void theAgeOnArrivalIsReadButNeverTrustedBlindly() {
        HttpHeaders headers = headers("max-age=50").set("Age", "20");
        assertThat(of(200, headers, false, ttl(0, 5, 100)).initialAge()).hasMillis(20_300);
        headers.set("Age", "-5");
        assertThat(of(200, headers, false, ttl(0, 5, 100)).lifetime()).isZero();
    }
}
