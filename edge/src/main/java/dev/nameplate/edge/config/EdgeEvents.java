package dev.nameplate.edge.config;

/// What the edge tells while it serves, for metrics and access logs.
///
/// Called on event loops, many times a second and from several threads: an implementation must not block.
public interface EdgeEvents {
    EdgeEvents NONE = new EdgeEvents() {};

    /// Where the requests of a distribution are counted. Asked when its configuration is loaded, not for each request.
    default Traffic trafficOf(String distributionId) {
        return Traffic.NONE;
    }

    /// A request is over: answered in full, or broken off. The event is valid during the call only.
    default void requestFinished(RequestEvent event) {}

    /// Closed because too many are open, in all or from its address.
    default void connectionRefused() {}

    default void handshakeSucceeded(String serverName) {}

    /// @param serverName as the client sent it, not verified; empty without SNI
    default void handshakeFailed(String serverName, HandshakeFailure reason) {}

    enum HandshakeFailure {
        /// The client named no server.
        NO_SERVER_NAME,
        /// No certificate is known for the name.
        UNKNOWN_NAME,
        /// The certificate for the name cannot be used; see the log.
        BAD_CERTIFICATE,
        /// The source of certificates did not answer.
        SOURCE_FAILED,
        /// The visitor's address asked for too many names that were not in memory, or too many were being looked up.
        LIMITED,
        /// The client broke off, sent no TLS, or has nothing in common with us.
        CLIENT
    }
}
