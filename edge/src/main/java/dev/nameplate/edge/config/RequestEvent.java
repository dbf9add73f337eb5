package dev.nameplate.edge.config;

import java.time.Duration;
import java.time.Instant;

/// One finished request, as an access log wants it.
///
/// @param distributionId empty when no distribution answers for the host
/// @param configVersion 0 when no distribution answers for the host
/// @param path without the query string
/// @param status 0 when the visitor left before an answer began
/// @param bytesOut body bytes sent to the visitor
/// @param complete false when visitor or origin broke off
public record RequestEvent(
        Instant time,
        String distributionId,
        long configVersion,
        String clientAddress,
        String scheme,
        String protocol,
        String host,
        String method,
        String path,
        int status,
        long bytesIn,
        long bytesOut,
        CacheVerdict verdict,
        Duration duration,
        String requestId,
        boolean complete) {

    /// Where the answer came from; the word of the `X-Cache` header.
    public enum CacheVerdict {
        HIT("Hit"),
        REFRESH_HIT("RefreshHit"),
        MISS("Miss"),
        REDIRECT("Redirect"),
        ERROR("Error");

        private final String word;

        CacheVerdict(String word) {
            this.word = word;
        }

        public String header() {
            return word + " from cloudfront";
        }
    }
}
