package dev.nameplate.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Seals and opens secrets. What is sealed can be stored anywhere; the context binds it to its place, so that a sealed value
/// copied to another row does not open there.
///
/// A sealed value is
/// ```
/// version (1 byte) | data key, encrypted under the master key (12 + 32 + 16) | secret, encrypted under the data key (12 + n + 16)
/// ```
/// both by AES-256-GCM with the context as associated data. Each secret has its own data key, so that the random nonces of
/// one key stay few however much is sealed. Tink's primitives are used without its key set registry, whose protobuf
/// classes would cost a third of a second at start.
public final class Vault {
    private static final byte VERSION = 1;
    private static final int DATA_KEY = 32;
    private static final int WRAPPED_KEY = 12 + DATA_KEY + 16;
    private static final String HMAC = "HmacSha256";

    private final Aead wrapping;
    private final byte[] deriving;
    private final SecureRandom random;

    private Vault(byte[] master, SecureRandom random) throws GeneralSecurityException {
        wrapping = new AesGcmJce(subKey(master, "nameplate vault: wrap data keys"));
        deriving = subKey(master, "nameplate vault: derive");
        this.random = random;
    }

    /// Opens the vault under the master key in `keyFile`, made at the first start.
    ///
    /// @throws IllegalStateException if the file is damaged or readable by others
    public static Vault open(Path keyFile, SecureRandom random) {
        byte[] master = MasterKeyFile.readOrCreate(keyFile, random);
        try {
            return new Vault(master, random);
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(
                    "this Java runtime lacks AES-GCM or HMAC-SHA-256", unsupported);
        } finally {
            Arrays.fill(master, (byte) 0);
        }
    }

    /// @param context such as `certificate-key/<uuid>`; the same must be given to [#open]
    public byte[] seal(byte[] secret, String context) {
        byte[] dataKey = new byte[DATA_KEY];
        random.nextBytes(dataKey);
        byte[] place = context.getBytes(StandardCharsets.UTF_8);
        try {
            byte[] wrapped = wrapping.encrypt(dataKey, place);
            byte[] body = new AesGcmJce(dataKey).encrypt(secret, place);
            return ByteBuffer.allocate(1 + wrapped.length + body.length)
                    .put(VERSION)
                    .put(wrapped)
                    .put(body)
                    .array();
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("cannot seal the secret of " + context, failed);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /// @throws UnsealException if `sealed` was not sealed here under this context
    public byte[] open(byte[] sealed, String context) {
        byte[] place = context.getBytes(StandardCharsets.UTF_8);
        try {
            if (sealed.length <= 1 + WRAPPED_KEY || sealed[0] != VERSION) {
                throw new GeneralSecurityException("not a sealed value of version " + VERSION);
            }
            byte[] dataKey =
                    wrapping.decrypt(Arrays.copyOfRange(sealed, 1, 1 + WRAPPED_KEY), place);
            try {
                return new AesGcmJce(dataKey)
                        .decrypt(Arrays.copyOfRange(sealed, 1 + WRAPPED_KEY, sealed.length), place);
            } finally {
                Arrays.fill(dataKey, (byte) 0);
            }
        } catch (GeneralSecurityException failed) {
            throw new UnsealException(
                    "the secret of "
                            + context
                            + " does not open: it was sealed under another master key or for another place, or is"
                            + " damaged. Is the master key file the one that belongs to this store?",
                    failed);
        }
    }

    /// A keyed pseudo-random function (HMAC-SHA-256) under a key derived from the master key for this purpose: the same
    /// input gives the same 32 bytes for the life of the data folder.
    public byte[] derive(String purpose, String input) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(subKey(deriving, purpose), HMAC));
            return mac.doFinal(input.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("cannot derive for " + purpose, failed);
        }
    }

    private static byte[] subKey(byte[] key, String purpose) throws GeneralSecurityException {
        return Hkdf.computeHkdf(
                HMAC, key, new byte[0], purpose.getBytes(StandardCharsets.UTF_8), 32);
    }
}
