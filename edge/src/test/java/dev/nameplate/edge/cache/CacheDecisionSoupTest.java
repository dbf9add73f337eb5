package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// What holds for every answer, however strange: headers thrown together at random, by a known seed.
final class CacheDecisionSoupTest {
    private static final int ROUNDS = 40_000;
    private static final long NOW = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

    private static final List<String> NAMES =
            List.of(
                    "Cache-Control",
                    "CDN-Cache-Control",
                    "Surrogate-Control",
                    "Expires",
                    "Date",
                    "Age",
                    "Vary",
                    "ETag",
                    "Last-Modified",
                    "Pragma");

    private static final List<String> PIECES =
            List.of(
                    "max-age",
                    "s-maxage",
                    "private",
                    "private=\"set-cookie\"",
                    "no-store",
                    "no-cache",
                    "no-cache=\"a, b\"",
                    "public",
                    "must-revalidate",
                    "must-understand",
                    "stale-while-revalidate=10",
                    "stale-if-error",
                    "=",
                    "=10",
                    "=\"60\"",
                    "=-1",
                    "=99999999999999999999",
                    ",",
                    ", ",
                    ";",
                    "\"",
                    "*",
                    "Accept",
                    "Sun, 22 Nov 2026 12:01:00 GMT",
                    "Sun, 22 Nov 2026 11:00:00 GMT",
                    "Sunday, 22-Nov-26 12:00:00 GMT",
                    "0",
                    "3600",
                    " ",
                    "\u00e9",
                    "");

    private static HttpHeaders soup(Random random) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = random.nextInt(6); i >= 0; i--) {
            StringBuilder value = new StringBuilder();
            for (int j = random.nextInt(5); j >= 0; j--) {
                value.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            headers.add(NAMES.get(random.nextInt(NAMES.size())), value.toString().strip());
        }
        return headers;
    }

    private static Optional<CacheDecision.Terms> keep(
            Random random, int status, HttpHeaders headers, long minimum) {
        return CacheDecision.keep(
                status,
                headers,
                new CacheDecision.Circumstances(
                        new Caching(
                                true,
                                Duration.ofSeconds(minimum),
                                Duration.ofSeconds(random.nextInt(100)),
                                Duration.ofSeconds(1_000),
                                RequestParts.NONE,
                                Set.of()),
                        Duration.ofSeconds(random.nextInt(20)),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        NOW - random.nextInt(5_000),
                        NOW));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aDecisionIsAlwaysTakenAndOnceStaleStaysStale(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            int status = 200 + random.nextInt(400);
            HttpHeaders headers = soup(random);
            Optional<CacheDecision.Terms> terms =
                    keep(random, status, headers, random.nextBoolean() ? 0 : 30);
            if (terms.isEmpty()) {
                continue;
            }
            Freshness freshness = terms.get().freshness();
            assertThat(freshness.lifetimeMillis())
                    .as("%s", headers)
                    .isBetween(0L, Duration.ofSeconds(1_000).toMillis());
            assertThat(freshness.initialAgeMillis()).as("%s", headers).isNotNegative();
            boolean fresh = true;
            boolean meanwhile = true;
            boolean ifError = true;
            for (long resident = 0; resident < 2_000_000; resident += 61_000) {
                assertThat(fresh || !freshness.isFresh(resident)).as("%s", headers).isTrue();
                fresh = freshness.isFresh(resident);
                assertThat(meanwhile || !freshness.usableWhileRevalidating(resident)).isTrue();
                meanwhile = freshness.usableWhileRevalidating(resident);
                assertThat(ifError || !freshness.usableIfError(resident)).isTrue();
                ifError = freshness.usableIfError(resident);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void whatIsForOneVisitorOnlyIsNeverKept(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            HttpHeaders headers = soup(random);
            headers.remove("Cache-Control")
                    .remove("CDN-Cache-Control")
                    .remove("Surrogate-Control")
                    .add("Cache-Control", randomCase(random, "max-age=60, public"))
                    .add(
                            "Cache-Control",
                            randomCase(random, random.nextBoolean() ? "private" : "no-store"));
            assertThat(keep(random, 200 + random.nextInt(400), headers, 0))
                    .as("%s", headers)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void whatVariesByEverythingIsNeverFresh(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            HttpHeaders headers = soup(random);
            headers.add("Vary", random.nextBoolean() ? "*" : "Accept, *");
            keep(random, 200, headers, 0)
                    .ifPresent(terms ->
                            assertThat(terms.freshness().isFresh(0)).as("%s", headers).isFalse());
        }
    }

    private static String randomCase(Random random, String text) {
        return random.nextBoolean() ? text : text.toUpperCase(Locale.ROOT);
    }
}
