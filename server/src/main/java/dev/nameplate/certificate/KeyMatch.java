package dev.nameplate.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;

/// Whether a stored key is the one of a certificate: it signs, and the certificate verifies.
final class KeyMatch {
    private static final byte[] MESSAGE = {1, 2, 3, 4};

    private KeyMatch() {}

    /// @param pkcs8 not wiped here
    static boolean matches(X509Certificate leaf, byte[] pkcs8) {
        String algorithm = leaf.getPublicKey().getAlgorithm();
        try {
            PrivateKey key =
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            Signature signature =
                    Signature.getInstance(
                            algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(key);
            signature.update(MESSAGE);
            byte[] signed = signature.sign();
            signature.initVerify(leaf.getPublicKey());
            signature.update(MESSAGE);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
