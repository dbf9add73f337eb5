package dev.nameplate.issuer.ca;

import dev.nameplate.pki.EncryptedKey;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The key of the root above the authority that signs: it is needed once every few years, and may rest elsewhere meanwhile.
public final class RootKey {
    private final Authorities authorities;

    public RootKey(Authorities authorities) {
        this.authorities = authorities;
    }

    /// The key in encrypted PKCS#8, PEM.
    ///
    /// @throws CaProblem if it is not in this store
    public String export(char[] passphrase) {
        Hierarchy hierarchy = authorities.hierarchy();
        byte[] pkcs8 = authorities.key(hierarchy.rootOf(hierarchy.signing())).getEncoded();
        try {
            return EncryptedKey.pem(
                    pkcs8, passphrase, EncryptedKey.Hardness.AT_REST, authorities.random());
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// Takes the key out of the store. Signing goes on; only rotation needs it.
    public KnownAuthority remove() {
        return authorities.decide(before -> {
            KnownAuthority root = before.rootOf(before.signing());
            return authorities.change(
                            before, List.of(), handle -> AuthorityRows.removeKey(handle, root.id()))
                    ? Optional.of(root.id())
                    : Optional.empty();
        });
    }
}
