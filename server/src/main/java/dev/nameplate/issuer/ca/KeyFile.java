package dev.nameplate.issuer.ca;

import dev.nameplate.pki.EncryptedKey;
import dev.nameplate.pki.ImportedKey;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.UnusableImport;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// An authority's private key as it comes in a file: PEM, encrypted (PKCS#8) or not. What we write is an [EncryptedKey].
public final class KeyFile {
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private KeyFile() {}

    /// @param passphrase asked only where the key is encrypted
    /// @throws CaProblem if there is no usable key in it, or the passphrase is wrong
    public static PrivateKey read(byte[] pem, Supplier<char[]> passphrase) {
        try {
            List<Pem.Block> blocks = Pem.read(pem);
            if (blocks.size() == 1 && blocks.getFirst().label().equals(EncryptedKey.LABEL)) {
                byte[] clear = decrypt(blocks.getFirst().der(), passphrase.get());
                byte[] clearPem = Pem.of("PRIVATE KEY", clear).getBytes(StandardCharsets.US_ASCII);
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
}
