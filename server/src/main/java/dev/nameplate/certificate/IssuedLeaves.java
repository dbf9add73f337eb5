package dev.nameplate.certificate;

import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who signed what, where it was not our own authority; until each leaf's end, so that those which were replaced can be revoked.
public final class IssuedLeaves {
    /// Nobody is asked about a leaf in its first minute: many were issued in it.
    private static final Duration FIRST_ASK = Duration.ofHours(1);

    private IssuedLeaves() {}

    /// A leaf that one of our certificates has or had.
    public record Leaf(CertificateId id, IssuerName issuer, X509Certificate certificate) {
        /// As in [State.Issued#serial].
        public String serial() {
            return X509.serial(certificate);
        }
    }

    /// Belongs into the transaction that stores the leaf, in whatever place.
    static void put(Handle handle, CertificateId id, IssuerName issuer, X509Certificate leaf) {
        if (issuer.equals(IssuerName.EMBEDDED)) {
            return;
        }
        Instant from = leaf.getNotBefore().toInstant();
        Instant end = leaf.getNotAfter().toInstant();
        Duration life = Duration.between(from, end);
        Duration spread =
                life.dividedBy(50).compareTo(FIRST_ASK) < 0 ? life.dividedBy(50) : FIRST_ASK;
        handle.createUpdate(
                        """
                        INSERT INTO issued_leaf (certificate_id, serial, signed_by, key_digest, not_after, leaf, ari_due)
                        VALUES (:id, :serial, :issuer, :key, :end, :leaf, :due)
                        ON CONFLICT (certificate_id, serial) DO NOTHING
                        """)
                .bind("id", id.toString())
                .bind("serial", X509.serial(leaf))
                .bind("issuer", issuer.text())
                .bind("key", keyDigest(leaf))
                .bind("end", end.toEpochMilli())
                .bind("leaf", encoded(leaf))
                .bind("due", from.plus(RenewalTiming.place(id, spread)).toEpochMilli())
                .execute();
    }

    /// SHA-256 of the public key as it stands in the certificate (SubjectPublicKeyInfo), in lower-case hex.
    public static String keyDigest(X509Certificate certificate) {
        return X509.sha256(certificate.getPublicKey().getEncoded());
    }

    /// Whose signature a certificate's leaf has.
    ///
    /// @param serial as in [State.Issued#serial]
    public static IssuerName signer(Handle handle, CertificateId id, String serial) {
        return handle.createQuery(
                        "SELECT signed_by FROM issued_leaf WHERE certificate_id = :id AND serial = :serial")
                .bind("id", id.toString())
                .bind("serial", serial)
                .mapTo(String.class)
                .findOne()
                .map(IssuerName::new)
                .orElse(IssuerName.EMBEDDED);
    }

    /// Those with a key, that have not ended, of whatever account.
    public static List<Leaf> withKey(Handle handle, String keyDigest, Instant now) {
        return handle.createQuery(
                        """
                        SELECT certificate_id, signed_by, leaf FROM issued_leaf
                        WHERE key_digest = :key AND not_after > :now ORDER BY certificate_id, serial
                        """)
                .bind("key", keyDigest)
                .bind("now", now.toEpochMilli())
                .map((rs, _) ->
                        new Leaf(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                new IssuerName(rs.getString(2)),
                                X509.parseOne(rs.getBytes(3))))
                .list();
    }

    /// What its authority said of the leaf that a certificate has now; empty for one of our own authority.
    public static Optional<SuggestedRenewal> suggestion(
            Handle handle, CertificateId id, String serial) {
        return handle.createQuery(
                        """
                        SELECT signed_by, asked_at, window_start, window_end, renew_at, explanation, problem, ari_due
                        FROM issued_leaf WHERE certificate_id = :id AND serial = :serial
                        """)
                .bind("id", id.toString())
                .bind("serial", serial)
                .map((rs, _) -> {
                    Optional<Instant> start = time(rs.getObject(3));
                    Optional<Instant> end = time(rs.getObject(4));
                    return new SuggestedRenewal(
                            new IssuerName(rs.getString(1)),
                            time(rs.getObject(2)),
                            start.flatMap(
                                    from -> end.map(to -> new SuggestedRenewal.Window(from, to))),
                            time(rs.getObject(5)),
                            Optional.ofNullable(rs.getString(6)),
                            Optional.ofNullable(rs.getString(7)),
                            time(rs.getObject(8)));
                })
                .findOne();
    }

    private static Optional<Instant> time(@Nullable Object millis) {
        return millis instanceof Number number
                ? Optional.of(Instant.ofEpochMilli(number.longValue()))
                : Optional.empty();
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
