package dev.nameplate.issuer.ca;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// The authorities as rows. Every change takes the version that it was decided on one further, so that of two made at the
/// same time the second is decided anew.
final class AuthorityRows {
    private AuthorityRows() {}

    /// @param sealedKey empty where the key is kept elsewhere
    record New(
            String id,
            String parentId,
            X509Certificate certificate,
            Optional<byte[]> sealedKey,
            Instant createdAt,
            Optional<Instant> activatedAt) {}

    /// @return empty where no authority was ever made
    static Optional<Long> version(Handle handle) {
        return handle.createQuery("SELECT version FROM authority_version WHERE one = 1")
                .mapTo(Long.class)
                .findOne();
    }

    /// @return whether this is the store's first authority
    static boolean begin(Handle handle) {
        return handle.execute(
                        "INSERT INTO authority_version (one, version) VALUES (1, 1) ON CONFLICT (one) DO NOTHING")
                == 1;
    }

    /// @return whether nobody has changed anything since `seen`
    static boolean advance(Handle handle, long seen) {
        return handle.execute(
                        "UPDATE authority_version SET version = version + 1 WHERE one = 1 AND version = ?",
                        seen)
                == 1;
    }

    static Hierarchy load(Handle handle, long version) {
        return new Hierarchy(
                version,
                handle.createQuery(
                                """
                                SELECT id, parent_id, certificate, sealed_key IS NOT NULL AS has_key, created_at, activated_at
                                FROM authority ORDER BY created_at, id
                                """)
                        .map((rs, _) -> known(rs))
                        .list());
    }

    private static KnownAuthority known(ResultSet rs) throws SQLException {
        long activated = rs.getLong("activated_at");
        Optional<Instant> activatedAt =
                rs.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(activated));
        try {
            return new KnownAuthority(
                    rs.getString("id"),
                    rs.getString("parent_id"),
                    Authority.parse(rs.getBytes("certificate")),
                    rs.getBoolean("has_key"),
                    Instant.ofEpochMilli(rs.getLong("created_at")),
                    activatedAt);
        } catch (CertificateException e) {
            throw new IllegalStateException("a stored CA certificate does not parse", e);
        }
    }

    /// One that is known already gains what it lacked: its key, or the order to sign.
    static void put(Handle handle, New authority) {
        byte @Nullable [] key = authority.sealedKey().orElse(null);
        @Nullable Long activated = authority.activatedAt().map(Instant::toEpochMilli).orElse(null);
        try {
            handle.createUpdate(
                            """
                            INSERT INTO authority (id, parent_id, certificate, sealed_key, created_at, activated_at)
                            VALUES (:id, :parent, :certificate, :key, :created, :activated)
                            ON CONFLICT (id) DO UPDATE SET
                                sealed_key = COALESCE(excluded.sealed_key, authority.sealed_key),
                                activated_at = COALESCE(excluded.activated_at, authority.activated_at)
                            """)
                    .bind("id", authority.id())
                    .bind("parent", authority.parentId())
                    .bind("certificate", authority.certificate().getEncoded())
                    .bind("key", key)
                    .bind("created", authority.createdAt().toEpochMilli())
                    .bind("activated", activated)
                    .execute();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    static Optional<byte[]> sealedKey(Handle handle, String id) {
        return handle.createQuery(
                        "SELECT sealed_key FROM authority WHERE id = ? AND sealed_key IS NOT NULL")
                .bind(0, id)
                .mapTo(byte[].class)
                .findOne();
    }

    static void removeKey(Handle handle, String id) {
        handle.execute("UPDATE authority SET sealed_key = NULL WHERE id = ?", id);
    }

    static void activate(Handle handle, String id, Instant at) {
        handle.execute("UPDATE authority SET activated_at = ? WHERE id = ?", at.toEpochMilli(), id);
    }

    static void putRequest(Handle handle, String keyFingerprint, byte[] sealedKey, Instant now) {
        handle.execute(
                "INSERT INTO authority_request (key_fingerprint, sealed_key, created_at) VALUES (?, ?, ?)",
                keyFingerprint,
                sealedKey,
                now.toEpochMilli());
    }

    static Optional<byte[]> requestKey(Handle handle, String keyFingerprint) {
        return handle.createQuery(
                        "SELECT sealed_key FROM authority_request WHERE key_fingerprint = ?")
                .bind(0, keyFingerprint)
                .mapTo(byte[].class)
                .findOne();
    }

    static void removeRequest(Handle handle, String keyFingerprint) {
        handle.execute("DELETE FROM authority_request WHERE key_fingerprint = ?", keyFingerprint);
    }

    /// An authority of a store that knew two at most: a root and one intermediate.
    record Early(X509Certificate certificate, byte[] sealedKey, Instant createdAt) {}

    static Optional<Early> early(Handle handle, String role) {
        return handle.createQuery(
                        "SELECT certificate, sealed_key, created_at FROM ca_certificate WHERE role = ?")
                .bind(0, role)
                .map((rs, _) -> {
                    try {
                        return new Early(
                                Authority.parse(rs.getBytes(1)),
                                rs.getBytes(2),
                                Instant.ofEpochMilli(rs.getLong(3)));
                    } catch (CertificateException e) {
                        throw new IllegalStateException(
                                "a stored CA certificate does not parse", e);
                    }
                })
                .findOne();
    }

    static void removeEarly(Handle handle) {
        handle.execute("DELETE FROM ca_certificate");
    }
}
