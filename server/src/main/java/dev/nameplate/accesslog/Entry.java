package dev.nameplate.accesslog;

import dev.nameplate.edge.config.RequestEvent;

/// What a line tells, taken from an event while it is valid: texts as the visitor sent them, cut to a length. Nothing is
/// escaped or masked yet.
record Entry(
        long startedMillis,
        long durationNanos,
        long firstByteNanos,
        String distributionId,
        long configVersion,
        String clientAddress,
        int clientPort,
        String scheme,
        String protocol,
        String tlsProtocol,
        String tlsCipher,
        String host,
        String method,
        String path,
        String query,
        String referer,
        String userAgent,
        String cookie,
        String forwardedFor,
        int status,
        long bytesIn,
        long bytesOut,
        String verdict,
        String requestId,
        boolean complete,
        String contentType,
        String contentLength,
        String contentRange) {
    private static final int LONGEST = 4_096;
    private static final int FIXED = 256;

    static Entry of(RequestEvent event, AccessLogSettings settings) {
        return new Entry(
                event.startedMillis(),
                event.durationNanos(),
                event.firstByteNanos(),
                event.distributionId(),
                event.configVersion(),
                event.clientAddress(),
                event.clientPort(),
                event.scheme(),
                event.protocol(),
                event.tlsProtocol(),
                event.tlsCipher(),
                cut(event.host()),
                cut(event.methodName()),
                cut(event.path()),
                settings.query() ? event.query() : "",
                request(event, "referer"),
                request(event, "user-agent"),
                settings.cookies() ? event.requestHeader("cookie").orElse("") : "",
                request(event, "x-forwarded-for"),
                event.status(),
                event.bytesIn(),
                event.bytesOut(),
                event.verdict().word(),
                event.requestId(),
                event.complete(),
                answer(event, "content-type"),
                answer(event, "content-length"),
                answer(event, "content-range"));
    }

    private static String request(RequestEvent event, String name) {
        return event.requestHeader(name).map(Entry::cut).orElse("");
    }

    private static String answer(RequestEvent event, String name) {
        return event.answerHeader(name).map(Entry::cut).orElse("");
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /// What it weighs in the queue, in characters, roughly.
    int weight() {
        return FIXED
                + host.length()
                + path.length()
                + query.length()
                + referer.length()
                + userAgent.length()
                + cookie.length()
                + forwardedFor.length();
    }
}
