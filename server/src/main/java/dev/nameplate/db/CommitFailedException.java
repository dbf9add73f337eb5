package dev.nameplate.db;

/// The store could not make a write durable. Whether it is there can only be told by reading.
public final class CommitFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommitFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
