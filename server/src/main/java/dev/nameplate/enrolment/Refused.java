package dev.nameplate.enrolment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The client has to do something else; [#problem] says what.
public final class Refused extends RuntimeException {
    @SuppressWarnings("serial") // never serialised
    private final Problem problem;

    @SuppressWarnings("serial")
    private final Optional<Duration> retryAfter;

    private Refused(Problem problem, Optional<Duration> retryAfter) {
        super(problem.detail());
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    public Refused(Problem problem) {
        this(problem, Optional.empty());
    }

    public static Refused because(Problem.Kind kind, String detail) {
        return new Refused(new Problem(kind, detail));
    }

    static Refused rateLimited(String detail, Duration retryAfter) {
        return new Refused(
                new Problem(Problem.Kind.RATE_LIMITED, detail, List.of()), Optional.of(retryAfter));
    }

    public Problem problem() {
        return problem;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
