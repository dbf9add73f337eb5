package dev.nameplate.issuer.ca;

import java.security.cert.X509Certificate;
import java.util.List;

/// An authority that signs leaves, or once did and answers for them still.
///
/// @param chain what follows its leaves: its own certificate first, never the root
record Signer(KnownAuthority known, List<X509Certificate> chain, Authority authority) {
    X509Certificate certificate() {
        return known.certificate();
    }

    /// As `issuance.issuer_serial` has it.
    String serial() {
        return known.serial();
    }
}
