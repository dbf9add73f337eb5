package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.UnsealException;
import dev.nameplate.vault.Vault;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// From stored bytes to a chain and a key, or to a word to the [Quarantine]: one that does not load harms no other.
final class StoredMaterial {
    private StoredMaterial() {}

    static Optional<List<X509Certificate>> chain(Material material, Quarantine quarantine) {
        try {
            List<X509Certificate> chain = X509.parse(material.chain());
            if (!chain.isEmpty()) {
                return Optional.of(chain);
            }
            quarantine.report(material.id().toString(), "its chain is empty");
        } catch (RuntimeException e) {
            // Bytes that are no certificates fail in as many ways as there are parsers.
            quarantine.report(
                    material.id().toString(), "its chain does not parse: " + e.getMessage());
        }
        return Optional.empty();
    }

    static Optional<ServingMaterial> open(Material material, Vault vault, Quarantine quarantine) {
        return chain(material, quarantine)
                .flatMap(_ -> key(material, vault, quarantine))
                .map(key ->
                        new ServingMaterial(material.version(), X509.split(material.chain()), key));
    }

    /// PKCS#8; the receiver wipes it.
    static Optional<byte[]> key(Material material, Vault vault, Quarantine quarantine) {
        try {
            return Optional.of(vault.open(material.sealedKey(), SealedKeys.context(material.id())));
        } catch (UnsealException e) {
            quarantine.report(material.id().toString(), "its key does not open: " + e.getMessage());
            return Optional.empty();
        }
    }
}
