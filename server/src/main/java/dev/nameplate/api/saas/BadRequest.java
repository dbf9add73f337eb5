package dev.nameplate.api.saas;

import java.util.List;
import java.util.stream.Collectors;

/// The request cannot become a job; nothing was made. Names each problem's field.
final class BadRequest extends RuntimeException {
    private final List<Problem> problems;
    private final int unlisted;

    /// @param field path such as `cnameList[1].sanList[0]`
    record Problem(String field, String message) {
        @Override
        public String toString() {
            return field + ": " + message;
        }
    }

    BadRequest(List<Problem> problems, int unlisted) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
        this.unlisted = unlisted;
    }

    BadRequest(String field, String message) {
        this(List.of(new Problem(field, message)), 0);
    }

    List<Problem> problems() {
        return problems;
    }

    /// Starts as the original solution's message does.
    String summary() {
        String listed = problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
        return "Invalid input parameters: "
                + listed
                + (unlisted == 0 ? "" : "; and " + unlisted + " more problems");
    }
}
