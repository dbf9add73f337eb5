package dev.nameplate.pki;

/// An import as it arrives: leaf, unencrypted private key, and the issuers' chain (may be empty). Held no longer than a request.
public record PemTriple(byte[] certificate, byte[] privateKey, byte[] chain) {
    @Override
    public String toString() {
        return "PemTriple[redacted]";
    }
}
