package dev.nameplate.vault;

/// Seals and opens secrets. What is sealed can be stored anywhere; the context binds it to its place, so that a sealed value
/// copied to another row does not open there.
public final class Vault {
    private Vault() {}

    /// @param context such as `certificate-key/<uuid>`; the same must be given to [#open]
    public byte[] seal(byte[] secret, String context) {
        throw new UnsupportedOperationException();
    }

    public byte[] open(byte[] sealed, String context) {
        throw new UnsupportedOperationException();
    }

    /// A keyed pseudo-random function (HMAC-SHA-256) under a key derived from the master key for this purpose: the same
    /// input gives the same 32 bytes for the life of the data folder.
    public byte[] derive(String purpose, String input) {
        throw new UnsupportedOperationException();
    }
}
