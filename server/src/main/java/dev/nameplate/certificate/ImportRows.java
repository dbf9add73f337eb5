package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;
import dev.nameplate.pki.IssuerPool;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;

import javax.security.auth.x500.X500Principal;

/// What is remembered of imports for the examination of later ones: the authorities in their chains, and what tells keys and
/// certificates apart.
final class ImportRows {
    /// Public authorities have some two thousand intermediates; beyond, strangers are filling the pool.
    private static final int MAX_POOL = 20_000;

    /// Cross-signed authorities have a handful of certificates under one name.
    private static final int MAX_NAMESAKES = 8;

    private ImportRows() {}

    static void remember(Handle handle, Certificate certificate, SealedImport sealed) {
        Marks marks = Marks.of(sealed.leaf());
        handle.createUpdate(
                        """
                        INSERT INTO import_fingerprint (certificate_id, account, leaf, public_key, modulus, root)
                        VALUES (:id, :account, :leaf, :key, :modulus, :root)
                        ON CONFLICT (certificate_id) DO UPDATE SET
                            leaf = excluded.leaf, public_key = excluded.public_key, modulus = excluded.modulus,
                            root = excluded.root
                        """)
                .bind("id", certificate.id().toString())
                .bind("account", certificate.account().value())
                .bind("leaf", marks.leaf())
                .bind("key", marks.publicKey())
                .bind("modulus", marks.modulus().orElse(null))
                .bind("root", sealed.root().map(ImportRows::encoded).orElse(null))
                .execute();
        List<X509Certificate> issuers = sealed.chain().subList(1, sealed.chain().size());
        for (X509Certificate issuer : issuers) {
            remember(handle, issuer, issuer.equals(issuers.getLast()) && sealed.root().isEmpty());
        }
        sealed.root().ifPresent(root -> remember(handle, root, true));
    }

    /// Reads before it writes: nearly every import's authorities are known, and concurrent imports of one authority shall not
    /// stand in each other's way.
    static void remember(Handle handle, X509Certificate authority, boolean ends) {
        String id = X509.sha256(encoded(authority));
        Optional<Integer> known =
                handle.createQuery("SELECT ends FROM intermediate_pool WHERE id = :id")
                        .bind("id", id)
                        .mapTo(Integer.class)
                        .findOne();
        if (known.isPresent()) {
            if (ends && known.get() == 0) {
                handle.execute("UPDATE intermediate_pool SET ends = 1 WHERE id = ?", id);
            }
            return;
        }
        int size =
                handle.createQuery("SELECT COUNT(*) FROM intermediate_pool")
                        .mapTo(Integer.class)
                        .one();
        if (size < MAX_POOL) {
            handle.execute(
                    """
                    INSERT INTO intermediate_pool (id, subject, certificate, ends, not_after) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO NOTHING
                    """,
                    id,
                    mark(authority.getSubjectX500Principal()),
                    encoded(authority),
                    ends ? 1 : 0,
                    authority.getNotAfter().toInstant().toEpochMilli());
        }
    }

    static Optional<X509Certificate> root(Handle handle, String certificateId) {
        return handle.createQuery(
                        "SELECT root FROM import_fingerprint WHERE certificate_id = :id AND root IS NOT NULL")
                .bind("id", certificateId)
                .map((rs, _) -> X509.parse(rs.getBytes(1)).getFirst())
                .findOne();
    }

    static void forget(Handle handle, String certificateId) {
        handle.execute("DELETE FROM import_fingerprint WHERE certificate_id = ?", certificateId);
    }

    /// The latest to end first: the one that a client is likeliest to take.
    static List<IssuerPool.Known> named(Handle handle, X500Principal subject) {
        return handle.createQuery(
                        "SELECT certificate, ends FROM intermediate_pool WHERE subject = :subject"
                                + " ORDER BY not_after DESC, id LIMIT "
                                + MAX_NAMESAKES)
                .bind("subject", mark(subject))
                .map((row, _) ->
                        new IssuerPool.Known(
                                X509.parse(row.getBytes(1)).getFirst(), row.getInt(2) == 1))
                .list();
    }

    /// An earlier import that has something in common with one.
    record Likeness(String certificateId, boolean sameCertificate, boolean sameKey) {}

    static List<Likeness> like(Handle handle, AccountId account, X509Certificate leaf) {
        Marks marks = Marks.of(leaf);
        @Nullable String modulus = marks.modulus().orElse(null);
        return handle.createQuery(
                        """
                        SELECT certificate_id, leaf, public_key FROM import_fingerprint
                        WHERE account = :account AND public_key = :key
                        UNION
                        SELECT certificate_id, leaf, public_key FROM import_fingerprint
                        WHERE account = :account AND modulus = :modulus
                        ORDER BY certificate_id LIMIT 100
                        """)
                .bind("account", account.value())
                .bind("key", marks.publicKey())
                .bind("modulus", modulus)
                .map((row, _) ->
                        new Likeness(
                                row.getString(1),
                                row.getString(2).equals(marks.leaf()),
                                row.getString(3).equals(marks.publicKey())))
                .list();
    }

    private record Marks(String leaf, String publicKey, Optional<String> modulus) {
        static Marks of(X509Certificate leaf) {
            PublicKey key = leaf.getPublicKey();
            return new Marks(
                    X509.sha256(encoded(leaf)),
                    X509.sha256(key.getEncoded()),
                    key instanceof RSAPublicKey rsa
                            ? Optional.of(X509.sha256(rsa.getModulus().toByteArray()))
                            : Optional.empty());
        }
    }

    private static String mark(X500Principal subject) {
        return X509.sha256(
                subject.getName(X500Principal.CANONICAL).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
