package dev.nameplate.issuer.ca;

import dev.nameplate.pki.EncryptedKey;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The key of a root: it is needed once every few years, and may rest elsewhere meanwhile. That of an earlier root is needed
/// no more but to sign the list that tells of its intermediates.
public final class RootKey {
    private final Authorities authorities;

    public RootKey(Authorities authorities) {
        this.authorities = authorities;
    }

    /// @param serial of a root, in lower-case hex; empty for the root above whoever signs
    /// @throws CaProblem if no root has it
    public KnownAuthority root(Optional<String> serial) {
        Hierarchy hierarchy = authorities.hierarchy();
        return serial.map(wanted ->
                        hierarchy.all().stream()
                                .filter(KnownAuthority::isRoot)
                                .filter(root -> root.serial().equals(wanted))
                                .findFirst()
                                .orElseThrow(() ->
                                        new CaProblem(
                                                "no root here has the serial number %s; './nameplate ca list' shows them"
                                                        .formatted(wanted))))
                .orElseGet(() -> hierarchy.rootOf(hierarchy.signing()));
    }

    /// The key in encrypted PKCS#8, PEM.
    ///
    /// @throws CaProblem if it is not in this store
    public String export(KnownAuthority root, char[] passphrase) {
        if (!root.hasKey()) {
            throw new CaProblem(
                    "the key of %s (serial %s) is not in this store; './nameplate ca list' shows which keys are here, and --serial SERIAL exports that of an earlier root"
                            .formatted(
                                    root.certificate().getSubjectX500Principal(), root.serial()));
        }
        byte[] pkcs8 = authorities.key(root).getEncoded();
        try {
            return EncryptedKey.pem(
                    pkcs8, passphrase, EncryptedKey.Hardness.AT_REST, authorities.random());
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// Takes the key out of the store. Signing goes on; only rotation needs it.
    public KnownAuthority remove(KnownAuthority root) {
        return authorities.decide(before ->
                authorities.change(
                                before,
                                List.of(),
                                handle -> AuthorityRows.removeKey(handle, root.id()))
                        ? Optional.of(root.id())
                        : Optional.empty());
    }
}
