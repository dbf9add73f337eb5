package dev.nameplate.publish;

import dev.nameplate.edge.config.OcspStaple;

import java.security.cert.X509Certificate;
import java.util.Optional;

/// Where the edge's staples come from.
@FunctionalInterface
public interface Staples {
    Staples NONE = _ -> Optional.empty();

    /// Empty for a certificate whose authority we are not. An exception means: not now.
    Optional<OcspStaple> of(X509Certificate leaf);
}
