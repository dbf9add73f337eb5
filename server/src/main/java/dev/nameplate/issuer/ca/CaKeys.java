package dev.nameplate.issuer.ca;

import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Authorities' private keys on their way to the store and back. Each is sealed for one place, and opens nowhere else.
final class CaKeys {
    private static final SealedColumn KEY =
            new SealedColumn("authority", List.of("id"), "sealed_key", "ca-key/{id}");
    private static final SealedColumn REQUESTED =
            new SealedColumn(
                    "authority_request",
                    List.of("key_fingerprint"),
                    "sealed_key",
                    "ca-request-key/{key_fingerprint}");

    /// Of a store that knew two authorities.
    private static final SealedColumn EARLY =
            new SealedColumn("ca_certificate", List.of("role"), "sealed_key", "ca-key/{role}");

    static final List<SealedColumn> SEALED = List.of(KEY, REQUESTED, EARLY);

    private final Vault vault;

    CaKeys(Vault vault) {
        this.vault = vault;
    }

    byte[] seal(PrivateKey key, String authorityId) {
        return sealFor(key, place(authorityId));
    }

    PrivateKey open(byte[] sealed, PublicKey publicKey, String authorityId) {
        return openFrom(sealed, publicKey.getAlgorithm(), place(authorityId));
    }

    byte[] sealRequested(PrivateKey key, String keyFingerprint) {
        return sealFor(key, requestPlace(keyFingerprint));
    }

    PrivateKey openRequested(byte[] sealed, PublicKey publicKey, String keyFingerprint) {
        return openFrom(sealed, publicKey.getAlgorithm(), requestPlace(keyFingerprint));
    }

    /// @param role of a store that knew two authorities: `ROOT` or `INTERMEDIATE`
    PrivateKey openEarly(byte[] sealed, String role) {
        return openFrom(sealed, "EC", place(role));
    }

    private static String place(String authorityId) {
        return KEY.contextOf(authorityId);
    }

    private static String requestPlace(String keyFingerprint) {
        return REQUESTED.contextOf(keyFingerprint);
    }

    private byte[] sealFor(PrivateKey key, String place) {
        byte[] pkcs8 = key.getEncoded();
        try {
            return vault.seal(pkcs8, place);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private PrivateKey openFrom(byte[] sealed, String algorithm, String place) {
        byte[] pkcs8 = vault.open(sealed, place);
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority's key " + place + " does not parse", e);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    static String fingerprint(X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    static String fingerprint(PublicKey key) {
        return sha256(key.getEncoded());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
