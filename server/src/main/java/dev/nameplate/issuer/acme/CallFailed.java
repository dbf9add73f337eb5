package dev.nameplate.issuer.acme;

/// The authority did not do what it was asked for; why, and who can change it, is in the problem.
public final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient AcmeProblem problem;

    CallFailed(AcmeProblem problem) {
        super(problem.text());
        this.problem = problem;
    }

    CallFailed(AcmeProblem problem, Throwable cause) {
        super(problem.text(), cause);
        this.problem = problem;
    }

    public AcmeProblem problem() {
        return problem;
    }
}
