package dev.nameplate.wire;

/// What can go wrong before, or instead of, a service's own answer. Every API has these, and each
/// names them differently: [#in] is that table.
enum Fault {
    NO_CREDENTIALS,
    INCOMPLETE_SIGNATURE,
    UNKNOWN_KEY,
    WRONG_SIGNATURE,
    UNKNOWN_OPERATION,
    UNSUPPORTED_OPERATION,
    INVALID_INPUT,
    MALFORMED_BODY,
    MISSING_BODY,
    BODY_TOO_LARGE,
    INTERNAL;

    /// An error's name and HTTP status.
    record Code(int status, String name) {}

    Code in(AwsApi api) {
        return switch (api) {
            case LIGHTSAIL -> inLightsail();
            case ACM -> inJson();
            case CLOUDFRONT -> inCloudFront();
            case STS -> inSts();
        };
    }

    private Code inLightsail() {
        return switch (this) {
            case NO_CREDENTIALS -> new Code(400, "UnauthenticatedException");
            case UNKNOWN_OPERATION -> new Code(404, "UnknownOperationException");
            case UNSUPPORTED_OPERATION, INVALID_INPUT, MISSING_BODY ->
                    new Code(400, "InvalidInputException");
            case INTERNAL -> new Code(500, "ServiceException");
            case INCOMPLETE_SIGNATURE,
                    UNKNOWN_KEY,
                    WRONG_SIGNATURE,
                    MALFORMED_BODY,
                    BODY_TOO_LARGE ->
                    inJson();
        };
    }

    private Code inJson() {
        return switch (this) {
            case NO_CREDENTIALS -> new Code(400, "MissingAuthenticationTokenException");
            case INCOMPLETE_SIGNATURE -> new Code(400, "IncompleteSignatureException");
            case UNKNOWN_KEY -> new Code(400, "UnrecognizedClientException");
            case WRONG_SIGNATURE -> new Code(400, "InvalidSignatureException");
            case UNKNOWN_OPERATION -> new Code(400, "UnknownOperationException");
            case UNSUPPORTED_OPERATION, INVALID_INPUT, MISSING_BODY ->
                    new Code(400, "ValidationException");
            case MALFORMED_BODY -> new Code(400, "SerializationException");
            case BODY_TOO_LARGE -> new Code(413, "RequestEntityTooLargeException");
            case INTERNAL -> new Code(500, "InternalFailure");
        };
    }

    private Code inCloudFront() {
        return switch (this) {
            case UNKNOWN_OPERATION -> new Code(404, "UnknownOperationException");
            case UNSUPPORTED_OPERATION -> new Code(400, "UnsupportedOperation");
            case INVALID_INPUT -> new Code(400, "InvalidArgument");
            case MALFORMED_BODY -> new Code(400, "MalformedXML");
            case MISSING_BODY -> new Code(400, "MissingBody");
            case NO_CREDENTIALS,
                    INCOMPLETE_SIGNATURE,
                    UNKNOWN_KEY,
                    WRONG_SIGNATURE,
                    BODY_TOO_LARGE,
                    INTERNAL ->
                    inSts();
        };
    }

    private Code inSts() {
        return switch (this) {
            case NO_CREDENTIALS -> new Code(403, "MissingAuthenticationToken");
            case INCOMPLETE_SIGNATURE -> new Code(403, "IncompleteSignature");
            case UNKNOWN_KEY -> new Code(403, "InvalidClientTokenId");
            case WRONG_SIGNATURE -> new Code(403, "SignatureDoesNotMatch");
            case UNKNOWN_OPERATION, UNSUPPORTED_OPERATION -> new Code(400, "InvalidAction");
            case INVALID_INPUT, MISSING_BODY -> new Code(400, "ValidationError");
            case MALFORMED_BODY -> new Code(400, "MalformedInput");
            case BODY_TOO_LARGE -> new Code(413, "RequestEntityTooLarge");
            case INTERNAL -> new Code(500, "InternalFailure");
        };
    }
}
