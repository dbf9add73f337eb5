package dev.nameplate.saas.aws;

import java.util.Optional;

/// A visitor's TLS handshake with a distribution of CloudFront.
@FunctionalInterface
public interface Visit {
    /// The serial number, in hex, of the certificate shown.
    ///
    /// @param domainName the distribution's own name, which leads to it
    /// @param host the server name of the handshake
    Optional<String> servedSerial(String domainName, String host);
}
