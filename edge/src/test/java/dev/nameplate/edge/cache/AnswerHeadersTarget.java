package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Dates, `Age`, `Vary` and validators of an answer, a line each with the field's name as its first byte: the decision to keep
/// it is taken, its times are in bounds, the names in `Vary` are a sorted set, and a visitor's conditions are judged.
public final class AnswerHeadersTarget {
    private static final long NOW = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
    private static final Duration MAXIMUM = Duration.ofDays(365);

    private static final List<String> NAMES =
            List.of(
                    "date",
                    "expires",
                    "last-modified",
                    "age",
                    "vary",
                    "etag",
                    "cache-control",
                    "pragma");

    private AnswerHeadersTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String last = "";
        for (String line : text.split("\n", 64)) {
            if (!line.isEmpty()) {
                last = line.substring(1);
                headers.add(NAMES.get(line.charAt(0) % NAMES.size()), last);
            }
        }
        for (int status : new int[] {200, 206, 404, 503}) {
            for (boolean heuristics : new boolean[] {false, true}) {
                CacheDecision.keep(status, headers, circumstances(heuristics))
                        .map(CacheDecision.Terms::freshness)
                        .ifPresent(freshness -> check(freshness, headers));
            }
        }
        List<String> names = Variants.names(headers);
        if (!names.equals(names.stream().sorted().distinct().toList())) {
            throw new AssertionError("Vary: " + names);
        }
        for (String name : List.of("accept", "accept-language")) {
            String once = Variants.normalised(name, last);
            if (!Variants.normalised(name, once).equals(once)) {
                throw new AssertionError(name + ": " + once);
            }
        }
        String visitors = last;
        Conditions.notModified(_ -> Optional.of(visitors), headers);
        Conditions.notModified(
                name ->
                        name.toString().startsWith("if-none")
                                ? Optional.empty()
                                : Optional.of(visitors),
                headers);
    }

    private static CacheDecision.Circumstances circumstances(boolean heuristics) {
        return new CacheDecision.Circumstances(
                new Caching(
                        true, Duration.ZERO, Duration.ZERO, MAXIMUM, RequestParts.NONE, Set.of()),
                Duration.ofSeconds(10),
                heuristics,
                false,
                NOW - 100,
                NOW);
    }

    private static void check(Freshness freshness, HttpHeaders headers) {
        if (freshness.lifetimeMillis() < 0
                || freshness.lifetimeMillis() > MAXIMUM.toMillis()
                || freshness.initialAgeMillis() < 0
                || freshness.ageSeconds(0) < 0
                || freshness.whileRevalidatingMillis() < 0
                || freshness.ifErrorMillis() < 0) {
            throw new AssertionError(freshness + " of " + headers);
        }
    }
}
