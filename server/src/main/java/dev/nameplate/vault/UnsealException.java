package dev.nameplate.vault;

/// A sealed value does not open: another master key, another context, or damage.
public final class UnsealException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsealException(String message, Throwable cause) {
        super(message, cause);
    }
}
