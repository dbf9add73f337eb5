package dev.nameplate.issuer.acme;

import dev.nameplate.issuer.acme.AccountRows.Account;
import dev.nameplate.issuer.acme.AccountRows.Kept;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import org.shredzone.acme4j.toolbox.AcmeUtils;
import org.shredzone.acme4j.toolbox.JoseUtils;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// The keys of one account: made, sealed for their row, and opened again.
final class AccountKeys {
    private final Vault vault;
    private final KeyPairs keyPairs;
    private final AcmeCa ca;
    private volatile Optional<Opened> opened = Optional.empty();

    private record Opened(int version, Credentials credentials) {}

    AccountKeys(AcmeParts parts, AcmeCa ca) {
        this.vault = parts.vault();
        this.keyPairs = parts.keyPairs();
        this.ca = ca;
    }

    Kept fresh() {
        KeyPair keys = keyPairs.generate(KeyAlgorithm.EC_P256);
        byte[] pkcs8 = keys.getPrivate().getEncoded();
        try {
            return new Kept(
                    Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
                    vault.seal(pkcs8, context()));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// What requests of the account are signed with.
    Credentials credentials(Account row) {
        Optional<Opened> known = opened;
        if (known.isPresent() && known.get().version() == row.version()) {
            return known.get().credentials();
        }
        Credentials credentials = new Credentials(row.url().orElseThrow(), open(row.key()));
        opened = Optional.of(new Opened(row.version(), credentials));
        return credentials;
    }

    KeyPair open(Kept key) {
        byte[] pkcs8 = vault.open(key.sealed(), context());
        try {
            return new KeyPair(
                    publicKey(key),
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException damaged) {
            throw damaged(damaged);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// RFC 7638.
    String thumbprint(Kept key) {
        return AcmeUtils.base64UrlEncode(JoseUtils.thumbprint(publicKey(key)));
    }

    private PublicKey publicKey(Kept key) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key.spki())));
        } catch (GeneralSecurityException damaged) {
            throw damaged(damaged);
        }
    }

    private IllegalStateException damaged(GeneralSecurityException cause) {
        return new IllegalStateException(
                "the account key of issuer '" + ca.name() + "' does not load", cause);
    }

    private String context() {
        return AccountRows.KEY.contextOf(ca.name(), ca.directory());
    }
}
