package dev.nameplate.saas;

import java.util.Optional;

/// Looks at what visitors get: a real TLS handshake at the edge.
@FunctionalInterface
public interface ServingCheck {
    /// The serial number, in hex, of the certificate shown for `host`; empty when the handshake fails.
    Optional<String> servedSerial(String host);
}
