package dev.nameplate.pki;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// A private key under a passphrase: PKCS#8 by PBES2 (RFC 8018) with AES-256 and PBKDF2 over HMAC-SHA-256, which every
/// OpenSSL since 1.1 opens.
public final class EncryptedKey {
    /// Costs us, and whoever guesses, some tens of milliseconds.
    private static final int ITERATIONS = 100_000;

    private static final int SALT_BYTES = 16;
    private static final int BLOCK_BYTES = 16;
    private static final int KEY_BYTES = 32;

    private EncryptedKey() {}

    /// @param pkcs8 DER; stays the caller's to wipe, as does `passphrase`
    /// @param passphrase ASCII
    public static String pem(byte[] pkcs8, byte[] passphrase, SecureRandom random) {
        byte[] salt = bytes(random, SALT_BYTES);
        byte[] start = bytes(random, BLOCK_BYTES);
        byte[] key = derived(passphrase, salt);
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(
                    Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(start));
            var encrypted =
                    new EncryptedPrivateKeyInfo(algorithm(salt, start), cipher.doFinal(pkcs8));
            return Pem.of("ENCRYPTED PRIVATE KEY", encrypted.getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has AES", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static AlgorithmIdentifier algorithm(byte[] salt, byte[] start) {
        var digest =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBES2,
                new PBES2Parameters(
                        new KeyDerivationFunc(
                                PKCSObjectIdentifiers.id_PBKDF2,
                                new PBKDF2Params(salt, ITERATIONS, KEY_BYTES, digest)),
                        new EncryptionScheme(
                                NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(start))));
    }

    private static byte[] derived(byte[] passphrase, byte[] salt) {
        char[] characters = StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(passphrase)).array();
        PBEKeySpec spec = new PBEKeySpec(characters, salt, ITERATIONS, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }

    private static byte[] bytes(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
