package dev.nameplate.issuer.ca;

import dev.nameplate.pki.ImportedKey;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.UnusableImport;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/// An authority's private key in a file: PEM, encrypted (PKCS#8) when written, encrypted or not when read.
public final class KeyFile {
    /// OWASP's figure for PBKDF2 with HMAC-SHA-256.
    private static final int ITERATIONS = 600_000;

    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private KeyFile() {}

    /// PBES2 with AES-256-CBC, as OpenSSL and everything else reads it.
    public static String encrypt(PrivateKey key, char[] passphrase, SecureRandom random) {
        byte[] pkcs8 = key.getEncoded();
        try {
            byte[] encrypted =
                    new PKCS8EncryptedPrivateKeyInfoBuilder(pkcs8)
                            .build(
                                    new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                            .setProvider(BOUNCY_CASTLE)
                                            .setPRF(PKCS8Generator.PRF_HMACSHA256)
                                            .setIterationCount(ITERATIONS)
                                            .setRandom(random)
                                            .setPassword(passphrase)
                                            .build())
                            .getEncoded();
            return pem(ENCRYPTED, encrypted);
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("the key cannot be encrypted", e);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// @param passphrase asked only where the key is encrypted
    /// @throws CaProblem if there is no usable key in it, or the passphrase is wrong
    public static PrivateKey read(byte[] pem, Supplier<char[]> passphrase) {
        try {
            List<Pem.Block> blocks = Pem.read(pem);
            if (blocks.size() == 1 && blocks.getFirst().label().equals(ENCRYPTED)) {
                byte[] clear = decrypt(blocks.getFirst().der(), passphrase.get());
                byte[] clearPem = pem("PRIVATE KEY", clear).getBytes(StandardCharsets.US_ASCII);
                try {
                    return ImportedKey.parse(clearPem).key();
                } finally {
                    Arrays.fill(clear, (byte) 0);
                    Arrays.fill(clearPem, (byte) 0);
                }
            }
            return ImportedKey.parse(pem).key();
        } catch (UnusableImport | IllegalArgumentException e) {
            throw new CaProblem("the key cannot be used: " + e.getMessage(), e);
        }
    }

    private static byte[] decrypt(byte[] der, char[] passphrase) {
        try {
            PrivateKeyInfo clear =
                    new PKCS8EncryptedPrivateKeyInfo(der)
                            .decryptPrivateKeyInfo(
                                    new JceOpenSSLPKCS8DecryptorProviderBuilder()
                                            .setProvider(BOUNCY_CASTLE)
                                            .build(passphrase));
            return clear.getEncoded();
        } catch (IOException | OperatorCreationException | PKCSException e) {
            throw new CaProblem("the key does not open; is the passphrase right?", e);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }
}
