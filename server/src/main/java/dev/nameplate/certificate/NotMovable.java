package dev.nameplate.certificate;

/// This certificate comes from whom it comes from; the message says why.
public final class NotMovable extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotMovable(String message) {
        super(message);
    }
}
