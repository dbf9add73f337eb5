package dev.nameplate.certificate;

import dev.nameplate.vault.Vault;

import java.security.PrivateKey;
import java.util.Arrays;

/// How certificate keys are sealed: PKCS#8, bound to the certificate they belong to.
final class SealedKeys {
    private SealedKeys() {}

    static String context(CertificateId id) {
        return "certificate-key/" + id;
    }

    static byte[] seal(Vault vault, CertificateId id, PrivateKey key) {
        byte[] pkcs8 = key.getEncoded();
        try {
            return vault.seal(pkcs8, context(id));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }
}
