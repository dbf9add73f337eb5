package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/// How certificate keys are sealed: PKCS#8, bound to the certificate they belong to.
final class SealedKeys {
    static final SealedColumn COLUMN =
            new SealedColumn(
                    "certificate_material",
                    List.of("certificate_id"),
                    "sealed_key",
                    "certificate-key/{certificate_id}");

    /// Under the same context, since a candidate becomes the certificate's own as it is.
    static final SealedColumn CANDIDATE =
            new SealedColumn(
                    "certificate_candidate",
                    List.of("certificate_id"),
                    "sealed_key",
                    "certificate-key/{certificate_id}");

    /// Under the same context for the same reason.
    static final SealedColumn SPARE =
            new SealedColumn(
                    "certificate_spare",
                    List.of("certificate_id"),
                    "sealed_key",
                    "certificate-key/{certificate_id}");

    private SealedKeys() {}

    static String context(CertificateId id) {
        return COLUMN.contextOf(id);
    }

    static byte[] seal(Vault vault, CertificateId id, PrivateKey key) {
        byte[] pkcs8 = key.getEncoded();
        try {
            return vault.seal(pkcs8, context(id));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// What the issuer has signed, ready to be stored.
    static Material material(
            Vault vault, CertificateId id, List<X509Certificate> chain, PrivateKey key) {
        byte[] der = X509.concatenate(chain);
        return new Material(id, X509.version(der), der, seal(vault, id, key));
    }
}
