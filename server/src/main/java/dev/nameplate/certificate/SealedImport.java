package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;
import dev.nameplate.pki.ImportExamination;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.Vault;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/// An import that passed every check, its key sealed under a context of its own until it is known which certificate it
/// belongs to.
final class SealedImport implements Certificates.Examined {
    private final List<DomainName> names;
    private final KeyAlgorithm keyAlgorithm;
    private final List<X509Certificate> chain;
    private final byte[] sealedKey;
    private final String context;

    SealedImport(
            List<DomainName> names,
            KeyAlgorithm keyAlgorithm,
            List<X509Certificate> chain,
            byte[] sealedKey,
            String context) {
        this.names = List.copyOf(names);
        this.keyAlgorithm = keyAlgorithm;
        this.chain = List.copyOf(chain);
        this.sealedKey = sealedKey;
        this.context = context;
    }

    static SealedImport of(ImportExamination examined, Vault vault, String id) {
        String context = "examined-import/" + id;
        byte[] pkcs8 = examined.key().key().getEncoded();
        try {
            return new SealedImport(
                    examined.names(),
                    examined.key().algorithm(),
                    examined.chain(),
                    vault.seal(pkcs8, context),
                    context);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
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
