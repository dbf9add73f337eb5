package dev.nameplate.wire.sigv4;

/// A request's signature does not let it in. Which error code that is depends on the service asked.
public final class SignatureRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Reason {
        /// Neither an `Authorization` header nor a presigned query.
        NO_CREDENTIALS,
        /// There is a signature, but parts of it are absent or malformed.
        INCOMPLETE,
        /// The access key is unknown, or a session token came along.
        UNKNOWN_KEY,
        /// Signature, scope or date are not what they must be.
        MISMATCH,
        /// The payload is signed in a way only S3 has: chunked, or not at all.
        PAYLOAD_NOT_SIGNED
    }

    private final Reason reason;
    private final String message;

    public SignatureRefused(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.message = message;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
