package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.enrolment.Problem;
import dev.nameplate.enrolment.Refused;
import dev.nameplate.wire.Headers;

import java.time.Duration;
import java.util.List;

/// A request that is refused: a problem document (RFC 8555 section 6.7) with its status.
final class AcmeProblem extends RuntimeException {
    private final int status;

    @SuppressWarnings("serial") // never serialised
    private final Problem problem;

    @SuppressWarnings("serial")
    private final Headers headers;

    @SuppressWarnings("serial")
    private final List<String> algorithms;

    private AcmeProblem(int status, Problem problem, Headers headers, List<String> algorithms) {
        super(problem.detail());
        this.status = status;
        this.problem = problem;
        this.headers = headers;
        this.algorithms = List.copyOf(algorithms);
    }

    static AcmeProblem of(int status, Problem.Kind kind, String detail) {
        return new AcmeProblem(status, new Problem(kind, detail), Headers.none(), List.of());
    }

    static AcmeProblem malformed(String detail) {
        return of(400, Problem.Kind.MALFORMED, detail);
    }

    static AcmeProblem unauthorized(String detail) {
        return of(403, Problem.Kind.UNAUTHORIZED, detail);
    }

    static AcmeProblem notFound() {
        return of(404, Problem.Kind.MALFORMED, "there is no such resource");
    }

    static AcmeProblem of(Refused refused) {
        Problem.Kind kind = refused.problem().kind();
        Headers headers =
                refused.retryAfter()
                        .map(wait -> Headers.of("Retry-After", seconds(wait)))
                        .orElse(Headers.none());
        return new AcmeProblem(status(kind), refused.problem(), headers, List.of());
    }

    /// RFC 8555 section 6.2: with what would be taken.
    static AcmeProblem badAlgorithm(String detail, List<String> algorithms) {
        return new AcmeProblem(
                400,
                new Problem(Problem.Kind.BAD_SIGNATURE_ALGORITHM, detail),
                Headers.none(),
                algorithms);
    }

    AcmeProblem with(String header, String value) {
        return new AcmeProblem(status, problem, headers.with(header, value), algorithms);
    }

    private static int status(Problem.Kind kind) {
        return switch (kind) {
            case RATE_LIMITED -> 429;
            case ALREADY_REPLACED -> 409;
            case UNAUTHORIZED, ORDER_NOT_READY, CAA, USER_ACTION_REQUIRED -> 403;
            case SERVER_INTERNAL -> 500;
            case ACCOUNT_DOES_NOT_EXIST,
                    ALREADY_REVOKED,
                    BAD_CSR,
                    BAD_NONCE,
                    BAD_PUBLIC_KEY,
                    BAD_REVOCATION_REASON,
                    BAD_SIGNATURE_ALGORITHM,
                    CONNECTION,
                    DNS,
                    EXTERNAL_ACCOUNT_REQUIRED,
                    INCORRECT_RESPONSE,
                    INVALID_CONTACT,
                    MALFORMED,
                    REJECTED_IDENTIFIER,
                    TLS,
                    UNSUPPORTED_CONTACT,
                    UNSUPPORTED_IDENTIFIER ->
                    400;
        };
    }

    AcmeAnswer answer() {
        ObjectNode body = json(problem).put("status", status);
        if (!algorithms.isEmpty()) {
            ArrayNode list = body.putArray("algorithms");
            algorithms.forEach(list::add);
        }
        return new AcmeAnswer(
                status,
                headers.with("Content-Type", "application/problem+json"),
                AcmeJson.bytes(body));
    }

    static ObjectNode json(Problem problem) {
        ObjectNode json =
                AcmeJson.object().put("type", problem.kind().urn()).put("detail", problem.detail());
        if (!problem.subproblems().isEmpty()) {
            ArrayNode subs = json.putArray("subproblems");
            for (Problem.Sub sub : problem.subproblems()) {
                ObjectNode each =
                        subs.addObject().put("type", sub.kind().urn()).put("detail", sub.detail());
                each.putObject("identifier").put("type", "dns").put("value", sub.name());
            }
        }
        return json;
    }

    private static String seconds(Duration wait) {
        return String.valueOf(Math.max(1, wait.toSeconds()));
    }
}
