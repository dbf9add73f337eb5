package dev.nameplate.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;

/// One master key, as the keys that are derived from it.
///
/// @param since when it became the one that seals; the epoch for a first key
record MasterKey(KeyId id, Instant since, Aead wrapping, byte[] derivation) {
    static final int LENGTH = 32;
    private static final String HMAC = "HmacSha256";

    /// `key` may be wiped afterwards.
    static MasterKey of(byte[] key, Instant since) {
        if (key.length != LENGTH) {
            throw new IllegalArgumentException(
                    "a master key has " + LENGTH + " bytes, not " + key.length);
        }
        try {
            byte[] wrapping = subKey(key, "nameplate vault: wrap data keys");
            byte[] name = subKey(key, "nameplate vault: name of the master key");
            return new MasterKey(
                    KeyId.of(Arrays.copyOf(name, KeyId.LENGTH)),
                    since,
                    new AesGcmJce(wrapping),
                    subKey(key, "nameplate vault: derive"));
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(
                    "this Java runtime lacks AES-GCM or HMAC-SHA-256", unsupported);
        }
    }

    static byte[] subKey(byte[] key, String purpose) throws GeneralSecurityException {
        return Hkdf.computeHkdf(
                HMAC, key, new byte[0], purpose.getBytes(StandardCharsets.UTF_8), 32);
    }

    @Override
    public String toString() {
        return "MasterKey[" + id + "]";
    }
}
