package dev.nameplate.wire.codec;

/// The request cannot be read: not the format it should be, or a value of the wrong type. The message
/// is for the caller and holds nothing of the body.
public final class MalformedBody extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String message;

    public MalformedBody(String message) {
        super(message);
        this.message = message;
    }

    public MalformedBody(String message, Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
