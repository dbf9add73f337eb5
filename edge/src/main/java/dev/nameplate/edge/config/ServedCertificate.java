package dev.nameplate.edge.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A certificate chain and its private key, on the way into native memory, and how it is served.
///
/// The edge clears [#privateKeyPkcs8] once the key is loaded, so a source hands out a fresh array each time.
///
/// @param id names the certificate in log lines
/// @param chain DER, leaf first, without the root
/// @param privateKeyPkcs8 DER; unencrypted PKCS #8
/// @param staple what is sent along to visitors who ask for the certificate's status
/// @param alternative for visitors who cannot verify this one's kind of signature: an RSA certificate beside an ECDSA one
/// @param policy the TLS versions and ciphers of its visitors; that of an alternative does not count
/// @param http2 whether HTTP/2 is offered; likewise
@SuppressWarnings("ArrayRecordComponent") // key bytes must be clearable, so no immutable wrapper
public record ServedCertificate(
        String id,
        List<byte[]> chain,
        byte[] privateKeyPkcs8,
        Optional<OcspStaple> staple,
        Optional<ServedCertificate> alternative,
        SecurityPolicy policy,
        boolean http2) {
    public ServedCertificate {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("certificate " + id + " has an empty chain");
        }
        chain = List.copyOf(chain);
    }

    /// One alone, under the standard policy.
    public ServedCertificate(
            String id, List<byte[]> chain, byte[] privateKeyPkcs8, Optional<OcspStaple> staple) {
        this(id, chain, privateKeyPkcs8, staple, Optional.empty(), SecurityPolicy.STANDARD, true);
    }

    /// The same without a staple.
    public ServedCertificate(String id, List<byte[]> chain, byte[] privateKeyPkcs8) {
        this(id, chain, privateKeyPkcs8, Optional.empty());
    }

    public ServedCertificate withAlternative(ServedCertificate other) {
        return new ServedCertificate(
                id, chain, privateKeyPkcs8, staple, Optional.of(other), policy, http2);
    }

    public ServedCertificate alone() {
        return new ServedCertificate(
                id, chain, privateKeyPkcs8, staple, Optional.empty(), policy, http2);
    }

    public ServedCertificate under(SecurityPolicy wanted, boolean offersHttp2) {
        return new ServedCertificate(
                id, chain, privateKeyPkcs8, staple, alternative, wanted, offersHttp2);
    }

    /// Clears the key bytes.
    public void wipe() {
        Arrays.fill(privateKeyPkcs8, (byte) 0);
        alternative.ifPresent(ServedCertificate::wipe);
    }

    @Override
    public String toString() {
        return "ServedCertificate[" + id + ", chain of " + chain.size() + "]";
    }
}
