package dev.nameplate.issuer.ca;

/// A change of the authorities that cannot be made; nothing was changed. The message says why and what to do.
public final class CaProblem extends RuntimeException {
    CaProblem(String message) {
        super(message);
    }

    CaProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
