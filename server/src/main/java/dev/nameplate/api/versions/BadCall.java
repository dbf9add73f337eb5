package dev.nameplate.api.versions;

import java.util.List;
import java.util.stream.Collectors;

/// The call cannot be done; nothing was changed. Names each problem's parameter.
final class BadCall extends RuntimeException {
    private final List<Problem> problems;

    /// @param field the parameter, in the documentation's spelling
    record Problem(String field, String message) {
        @Override
        public String toString() {
            return field + ": " + message;
        }
    }

    BadCall(List<Problem> problems) {
        super(
                "Invalid input parameters: "
                        + problems.stream()
                                .map(Problem::toString)
                                .collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    BadCall(String field, String message) {
        this(List.of(new Problem(field, message)));
    }

    List<Problem> problems() {
        return problems;
    }
}
