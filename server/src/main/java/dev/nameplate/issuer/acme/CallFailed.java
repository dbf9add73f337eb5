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

    /// The operator has something to do first.
    static CallFailed operators(String what) {
        return new CallFailed(AcmeProblem.of(AcmeProblem.ACCOUNT_NOT_READY, what));
    }

    public AcmeProblem problem() {
        return problem;
    }
}
