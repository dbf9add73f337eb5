package dev.nameplate.saas;

/// A step found that the entry cannot go on; it ends with this failure.
final class StepRefused extends RuntimeException {
    private final Failure failure;

    StepRefused(Failure failure) {
        super(failure.reason());
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
