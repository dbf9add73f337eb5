package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.pki.UnusableImport;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.Vault;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An import that passed every check, its key sealed under a context of its own until it is known which certificate it
/// belongs to.
final class SealedImport implements Certificates.Examined {
    private final List<DomainName> names;
    private final KeyAlgorithm keyAlgorithm;
    private final List<X509Certificate> chain;
    private final Optional<X509Certificate> root;
    private final byte[] sealedKey;
    private final String context;

    private SealedImport(
            List<DomainName> names,
            KeyAlgorithm keyAlgorithm,
            ReportCard.Material material,
            byte[] sealedKey,
            String context) {
        this.names = names;
        this.keyAlgorithm = keyAlgorithm;
        this.chain = material.chain();
        this.root = material.root();
        this.sealedKey = sealedKey;
        this.context = context;
    }

    /// @throws UnusableImport if the card has an error
    static SealedImport of(ReportCard card, Vault vault, String id) {
        ReportCard.Material material = card.require();
        String context = "examined-import/" + id;
        byte[] pkcs8 = material.key().key().getEncoded();
        try {
            return new SealedImport(
                    card.names(),
                    material.key().algorithm(),
                    material,
                    vault.seal(pkcs8, context),
                    context);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// Leaf first, root left out.
    List<X509Certificate> chain() {
        return chain;
    }

    Optional<X509Certificate> root() {
        return root;
    }

    @Override
    public List<DomainName> names() {
        return names;
    }

    @Override
    public KeyAlgorithm keyAlgorithm() {
        return keyAlgorithm;
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    /// The rows of `id`, its key sealed again for that place.
    CertificateRows.Material materialFor(CertificateId id, Vault vault) {
        byte[] der = X509.concatenate(chain);
        byte[] pkcs8 = vault.open(sealedKey, context);
        try {
            return new CertificateRows.Material(
                    id, X509.version(der), der, vault.seal(pkcs8, SealedKeys.context(id)));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }
}
