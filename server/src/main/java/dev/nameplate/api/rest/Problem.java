package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A call that is refused: an RFC 9457 problem. Its type is `about:blank`, so that the title is that of the HTTP status; `detail`
/// says what to do.
public final class Problem extends RuntimeException {
    private final int status;
    private final String title;
    private final Headers headers;
    private final List<Wrong> wrong;
    private final Map<String, String> more;

    /// What is wrong with one part of a body.
    ///
    /// @param field path such as `entries[1].names[0]`
    public record Wrong(String field, String message) {}

    private Problem(int status, String title, String detail, Headers headers) {
        this(status, title, detail, headers, List.of(), Map.of());
    }

    private Problem(
            int status,
            String title,
            String detail,
            Headers headers,
            List<Wrong> wrong,
            Map<String, String> more) {
        super(detail);
        this.status = status;
        this.title = title;
        this.headers = headers;
        this.wrong = List.copyOf(wrong);
        this.more = new TreeMap<>(more);
    }

    public static Problem badRequest(String detail) {
        return new Problem(400, "Bad Request", detail, Headers.none());
    }

    /// Says all that is wrong with a body, in the extension member `errors`.
    public static Problem invalid(String detail, List<Wrong> wrong) {
        return new Problem(400, "Bad Request", detail, Headers.none(), wrong, Map.of());
    }

    /// The request is well formed, yet contradicts an earlier one.
    public static Problem unprocessable(String detail) {
        return new Problem(422, "Unprocessable Content", detail, Headers.none());
    }

    static Problem forbidden() {
        return new Problem(
                403, "Forbidden", "send a valid API key in the header x-api-key", Headers.none());
    }

    static Problem notYours(String detail) {
        return new Problem(403, "Forbidden", detail, Headers.none());
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "Not Found", detail, Headers.none());
    }

    static Problem wrongMethod(String allowed) {
        return new Problem(
                405,
                "Method Not Allowed",
                "this address takes " + allowed,
                Headers.of("Allow", allowed));
    }

    /// The state of things does not allow it now.
    public static Problem conflict(String detail) {
        return new Problem(409, "Conflict", detail, Headers.none());
    }

    static Problem tooLong(int most) {
        return new Problem(
                413, "Content Too Large", "a body has at most " + most + " bytes", Headers.none());
    }

    public static Problem tooSoon(String detail, Duration retryAfter) {
        return new Problem(429, "Too Many Requests", detail, retryAfter(retryAfter));
    }

    /// Somebody whom the call depends on refused, or did not answer.
    ///
    /// @param more extension members
    public static Problem elsewhere(
            String detail, Optional<Duration> retryAfter, Map<String, String> more) {
        return new Problem(
                424,
                "Failed Dependency",
                detail,
                retryAfter.map(Problem::retryAfter).orElseGet(Headers::none),
                List.of(),
                more);
    }

    private static Headers retryAfter(Duration pause) {
        return Headers.of("Retry-After", String.valueOf(Math.max(1, pause.toSeconds())));
    }

    HttpResponse response() {
        ObjectNode body =
                Json.object()
                        .put("type", "about:blank")
                        .put("title", title)
                        .put("status", status)
                        .put("detail", getMessage());
        more.forEach(body::put);
        if (!wrong.isEmpty()) {
            ArrayNode errors = body.putArray("errors");
            wrong.forEach(each ->
                    errors.addObject().put("field", each.field()).put("message", each.message()));
        }
        return new HttpResponse(
                status,
                headers.with("Content-Type", "application/problem+json")
                        .with("Cache-Control", "no-store"),
                Json.bytes(body));
    }
}
