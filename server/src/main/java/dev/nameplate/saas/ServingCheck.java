package dev.nameplate.saas;

import java.util.Optional;

/// Looks at what visitors get: a real TLS handshake at the edge.
@FunctionalInterface
public interface ServingCheck {
    /// The serial number, in hex, of the certificate shown for `host`; empty when the handshake fails.
    ///
    /// @param distribution the one that is to serve it
    Optional<String> servedSerial(Progress.Clone distribution, String host);
}
