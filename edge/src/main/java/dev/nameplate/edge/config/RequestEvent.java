package dev.nameplate.edge.config;

import java.util.Optional;

/// One finished request, as an access log wants it. It is read during [EdgeEvents#requestFinished], on the event loop, and not
/// afterwards; what is not asked for costs nothing.
public interface RequestEvent {
    long startedMillis();

    long durationNanos();

    /// Until the answer's head was ready; as long as all of it when the answer was at hand, or none began.
    long firstByteNanos();

    /// Empty when no distribution answers for the host.
    String distributionId();

    /// 0 when no distribution answers for the host.
    long configVersion();

    String clientAddress();

    int clientPort();

    String scheme();

    /// `HTTP/1.1`, `HTTP/2.0`…
    String protocol();

    /// `TLSv1.3` and the like; empty on plain HTTP.
    String tlsProtocol();

    /// Empty on plain HTTP.
    String tlsCipher();

    /// In comparable form.
    String host();

    String methodName();

    /// Without the query string.
    String path();

    /// Without the question mark.
    String query();

    /// 0 when the visitor left before an answer began.
    int status();

    /// Body bytes received.
    long bytesIn();

    /// Body bytes sent.
    long bytesOut();

    CacheVerdict verdict();

    String requestId();

    /// False when visitor or origin broke off.
    boolean complete();

    /// A header of the request.
    Optional<String> requestHeader(String name);

    /// A header of the answer.
    Optional<String> answerHeader(String name);

    /// Where the answer came from; the word of the `X-Cache` header.
    enum CacheVerdict {
        HIT("Hit"),
        REFRESH_HIT("RefreshHit"),
        MISS("Miss"),
        REDIRECT("Redirect"),
        ERROR("Error");

        private final String word;

        CacheVerdict(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        public String header() {
            return word + " from cloudfront";
        }
    }
}
