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
    /// The label of its PEM block.
    public static final String LABEL = "ENCRYPTED PRIVATE KEY";

    /// What a passphrase costs to try.
    public enum Hardness {
        /// Some tens of milliseconds: of an answer that others wait for.
        IN_AN_ANSWER(100_000),
        /// OWASP's figure for PBKDF2 with HMAC-SHA-256: of a file that may lie about for years.
        AT_REST(600_000);

        private final int iterations;

        Hardness(int iterations) {
            this.iterations = iterations;
        }
    }

    private static final int SALT_BYTES = 16;
    private static final int BLOCK_BYTES = 16;
    private static final int KEY_BYTES = 32;

    private EncryptedKey() {}

    /// @param pkcs8 DER; stays the caller's to wipe, as does `passphrase`
    public static String pem(
            byte[] pkcs8, char[] passphrase, Hardness hardness, SecureRandom random) {
        byte[] salt = bytes(random, SALT_BYTES);
        byte[] start = bytes(random, BLOCK_BYTES);
        byte[] key = derived(passphrase, salt, hardness.iterations);
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(
                    Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(start));
            var encrypted =
                    new EncryptedPrivateKeyInfo(
                            algorithm(salt, start, hardness.iterations), cipher.doFinal(pkcs8));
            return Pem.of(LABEL, encrypted.getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has AES", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static AlgorithmIdentifier algorithm(byte[] salt, byte[] start, int iterations) {
        var digest =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBES2,
                new PBES2Parameters(
                        new KeyDerivationFunc(
                                PKCSObjectIdentifiers.id_PBKDF2,
                                new PBKDF2Params(salt, iterations, KEY_BYTES, digest)),
                        new EncryptionScheme(
                                NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(start))));
    }

    /// Characters beyond ASCII count as UTF-8, as OpenSSL takes them from a terminal.
    private static byte[] derived(char[] passphrase, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] bytes(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
