package dev.nameplate.certificate;

/// This certificate cannot be renewed here; the message says why.
public final class NotRenewable extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotRenewable(String message) {
        super(message);
    }
}
