package dev.nameplate.edge.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A certificate chain and its private key, on the way into native memory.
///
/// The edge clears [#privateKeyPkcs8] once the key is loaded, so a source hands out a fresh array each time.
///
/// @param id names the certificate in log lines
/// @param chain DER, leaf first, without the root
/// @param privateKeyPkcs8 DER; unencrypted PKCS #8
/// @param staple what is sent along to visitors who ask for the certificate's status
@SuppressWarnings("ArrayRecordComponent") // key bytes must be clearable, so no immutable wrapper
public record ServedCertificate(
        String id, List<byte[]> chain, byte[] privateKeyPkcs8, Optional<OcspStaple> staple) {
    public ServedCertificate {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("certificate " + id + " has an empty chain");
        }
        chain = List.copyOf(chain);
    }

    /// One without a staple.
    public ServedCertificate(String id, List<byte[]> chain, byte[] privateKeyPkcs8) {
        this(id, chain, privateKeyPkcs8, Optional.empty());
    }

    /// Clears the key bytes.
    public void wipe() {
        Arrays.fill(privateKeyPkcs8, (byte) 0);
    }

    @Override
    public String toString() {
        return "ServedCertificate[" + id + ", chain of " + chain.size() + "]";
    }
}
