package dev.nameplate.edge.proxy;

/// Why an origin gave no, or only half an, answer.
public enum OriginFailure {
    /// Its name has no address.
    UNRESOLVED(502, "The origin's host name could not be resolved"),
    /// Its address is one the edge must not connect to.
    FORBIDDEN_ADDRESS(502, "The origin's address is not allowed"),
    REFUSED(502, "The edge could not connect to the origin"),
    CONNECT_TIMEOUT(504, "The edge could not connect to the origin in time"),
    /// No common TLS, or a certificate that cannot be trusted.
    TLS(502, "The edge and the origin could not agree on a secure connection"),
    /// It closed the connection, or sent what is not HTTP.
    BROKEN(502, "The origin closed the connection or sent an invalid response"),
    READ_TIMEOUT(504, "The origin did not answer in time"),
    COMPLETION_TIMEOUT(504, "The origin did not complete its answer in time"),
    /// More requests wait for it than are kept waiting.
    CROWDED(503, "Too many requests wait for the origin");

    private final int status;
    private final String sentence;

    OriginFailure(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    /// The status a visitor gets.
    public int status() {
        return status;
    }

    /// For the visitor's error page.
    public String sentence() {
        return sentence;
    }
}
