package dev.nameplate.issuer.acme;

import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.provider.AcmeProvider;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// One conversation with an authority, with the next nonce of its own; used by one thread at a time. Many stand side by side because
/// a request that waits for its answer keeps its conversation's nonce.
final class Line extends Session {
    /// Nobody is waited for longer, whatever an authority says.
    private static final Duration LONGEST = Duration.ofDays(7);

    private int status;
    private Optional<Duration> retryAfter = Optional.empty();
    private Optional<String> location = Optional.empty();

    Line(URI directory, AcmeProvider provider) {
        super(directory, provider);
        setLocale(Locale.ENGLISH);
        networkSettings().setCompressionEnabled(false);
    }

    void begin() {
        status = 0;
        retryAfter = Optional.empty();
        location = Optional.empty();
    }

    void saw(URI asked, int answered, HttpHeaders headers, Instant now) {
        status = answered;
        location = headers.firstValue("Location").flatMap(text -> resolved(asked, text.strip()));
        retryAfter =
                headers.firstValue("Retry-After")
                        .flatMap(text -> pause(text.strip(), headers, now));
    }

    /// Of the last answer.
    int status() {
        return status;
    }

    /// Of the last answer.
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /// Of the last answer: where what was made is.
    Optional<String> location() {
        return location;
    }

    private static Optional<String> resolved(URI asked, String text) {
        try {
            return Optional.of(asked.resolve(text).toString());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// As a span, so that it does not matter whose clock is wrong (RFC 9110 section 10.2.3).
    private static Optional<Duration> pause(String text, HttpHeaders headers, Instant now) {
        try {
            Duration pause =
                    text.chars().allMatch(Character::isDigit)
                            ? Duration.ofSeconds(Long.parseLong(text))
                            : Duration.between(
                                    headers.firstValue("Date").map(Line::date).orElse(now),
                                    date(text));
            if (pause.isNegative()) {
                return Optional.of(Duration.ZERO);
            }
            return Optional.of(pause.compareTo(LONGEST) > 0 ? LONGEST : pause);
        } catch (DateTimeException | ArithmeticException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static Instant date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }
}
