package dev.nameplate.wire;

/// Ends a call with a fault that the asked API has a name for.
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final String message;

    Refused(Fault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
        this.message = message;
    }

    Fault fault() {
        return fault;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
