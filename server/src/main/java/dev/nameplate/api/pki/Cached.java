package dev.nameplate.api.pki;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// Something that caches may keep: its tag is the hash of its bytes.
///
/// @param seconds how long it may be kept
@SuppressWarnings("ArrayRecordComponent") // bytes for a socket, handed on and never changed
record Cached(
        String contentType,
        byte[] body,
        long seconds,
        Optional<Instant> modified,
        Optional<Instant> expires) {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    static Cached forSeconds(String contentType, byte[] body, long seconds) {
        return new Cached(contentType, body, seconds, Optional.empty(), Optional.empty());
    }

    HttpResponse answer(HttpRequest request) {
        Headers.Builder headers =
                Headers.builder()
                        .add("ETag", tag())
                        .add(
                                "Cache-Control",
                                "max-age=" + seconds + ", public, no-transform, must-revalidate");
        modified.ifPresent(at -> headers.add("Last-Modified", HTTP_DATE.format(at)));
        expires.ifPresent(at -> headers.add("Expires", HTTP_DATE.format(at)));
        if (isKnownTo(request)) {
            return new HttpResponse(304, headers.build(), new byte[0]);
        }
        return new HttpResponse(200, headers.add("Content-Type", contentType).build(), body);
    }

    /// RFC 9110 section 13.2.2: a date counts only where there is no tag.
    private boolean isKnownTo(HttpRequest request) {
        Optional<String> tags = request.headers().first("If-None-Match");
        if (tags.isPresent()) {
            return Arrays.stream(tags.get().split(",", -1))
                    .map(String::strip)
                    .anyMatch(tag -> tag.equals("*") || tag.replaceFirst("^W/", "").equals(tag()));
        }
        return modified.isPresent()
                && request.headers()
                        .first("If-Modified-Since")
                        .flatMap(Cached::date)
                        .filter(since -> !modified.get().isAfter(since))
                        .isPresent();
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException _) {
            return Optional.empty(); // RFC 9110 section 13.1.3: as if it were not there
        }
    }

    private String tag() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static HttpResponse notFound() {
        return text(404, "there is no such certificate or list here\n", Headers.none());
    }

    static HttpResponse notAllowed(String allowed) {
        return text(405, "only " + allowed + "\n", Headers.of("Allow", allowed));
    }

    private static HttpResponse text(int status, String text, Headers more) {
        return new HttpResponse(
                status,
                more.with("Content-Type", "text/plain; charset=utf-8")
                        .with("Cache-Control", "no-store"),
                text.getBytes(StandardCharsets.UTF_8));
    }
}
