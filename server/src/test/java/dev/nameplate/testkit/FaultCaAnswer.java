package dev.nameplate.testkit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a [FaultCa] answers where it should have done as it was asked.
public sealed interface FaultCaAnswer {
    /// RFC 9110 section 5.6.7.
    DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// A problem document (RFC 7807).
    ///
    /// @param type after `urn:ietf:params:acme:error:`
    /// @param retryAfter the header's value
    /// @param links values of `Link`
    record Problem(
            int status, String type, String detail, Optional<String> retryAfter, List<String> links)
            implements FaultCaAnswer {

        public Problem retryAfter(String value) {
            return new Problem(status, type, detail, Optional.of(value), links);
        }

        public Problem link(String value) {
            return new Problem(status, type, detail, retryAfter, List.of(value));
        }
    }

    /// Any text under any status, as a proxy in front of an authority sends it.
    record Text(int status, String contentType, String body) implements FaultCaAnswer {}

    /// The connection ends without an answer.
    ///
    /// @param done whether the request was carried out all the same
    record Cut(boolean done) implements FaultCaAnswer {}

    /// The request is carried out, and the connection ends in the middle of the answer.
    record Half() implements FaultCaAnswer {}

    /// Go and ask there.
    record Redirect(int status, String location) implements FaultCaAnswer {}

    static Problem problem(int status, String type, String detail) {
        return new Problem(status, type, detail, Optional.empty(), List.of());
    }

    /// @param retryAfter seconds, as the header carries them
    static Problem rateLimited(String retryAfter) {
        return problem(429, "rateLimited", "too many new orders (300) in the last 3h0m0s")
                .retryAfter(retryAfter);
    }

    static Problem rateLimited(Instant until) {
        return rateLimited(HTTP_DATE.format(until));
    }

    /// What a load balancer sends while nobody is behind it.
    static Text unavailable() {
        return new Text(
                503, "text/html", "<html><body><h1>503 Service Unavailable</h1></body></html>");
    }

    /// Neither JSON nor anything else.
    static Text malformed() {
        return new Text(200, "application/json", "{\"status\": \"val");
    }
}
