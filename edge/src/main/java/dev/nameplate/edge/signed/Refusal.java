package dev.nameplate.edge.signed;

/// Why a request is answered 403, in the codes of CloudFront's XML answer.
public enum Refusal {
    MISSING_KEY("MissingKey", "Missing Key-Pair-Id query parameter or cookie value"),
    UNKNOWN_KEY("InvalidKey", "Unknown Key"),
    MISSING_SIGNATURE("MissingSignature", "Missing Signature query parameter or cookie value"),
    MALFORMED_SIGNATURE("MalformedSignature", "Could not unencode Signature"),
    MISSING_POLICY("MissingPolicy", "Missing Policy or Expires query parameter or cookie value"),
    MALFORMED_POLICY("MalformedPolicy", "Malformed Policy"),
    /// The signature is another's, or it does not allow this request, here and now.
    ACCESS_DENIED("AccessDenied", "Access denied");

    private final String document;

    Refusal(String code, String message) {
        document =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>"
                        .formatted(code, message);
    }

    /// The answer's body.
    public String document() {
        return document;
    }
}
