package dev.nameplate.enrolment;

import java.time.Instant;
import java.util.Optional;

/// One way to show control of a name.
public record Challenge(
        String id,
        String authorization,
        Type type,
        String token,
        Status status,
        int attempts,
        Optional<Instant> validatedAt,
        Optional<Problem> problem) {

    public enum Status {
        PENDING,
        PROCESSING,
        VALID,
        INVALID
    }

    public enum Type {
        /// RFC 8555 section 8.3.
        HTTP_01("http-01"),
        /// RFC 8555 section 8.4.
        DNS_01("dns-01"),
        /// RFC 8737.
        TLS_ALPN_01("tls-alpn-01");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        /// Only the DNS can speak for all names below one.
        boolean provesWildcards() {
            return this == DNS_01;
        }
    }

    /// RFC 8555 section 8.1.
    static String keyAuthorization(String token, String thumbprint) {
        return token + "." + thumbprint;
    }
}
