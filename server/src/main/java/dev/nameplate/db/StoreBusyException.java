package dev.nameplate.db;

/// The store takes no more work right now; nothing was stored. Try again later.
public final class StoreBusyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreBusyException(String message) {
        super(message);
    }

    StoreBusyException(String message, Throwable cause) {
        super(message, cause);
    }
}
