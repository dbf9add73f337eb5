package dev.nameplate.certificate;

import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Who signed what, where it was not our own authority; until each leaf's end, so that those which were replaced can be revoked.
public final class IssuedLeaves {
    /// Nobody is asked about a leaf in its first minute: many were issued in it.
    private static final Duration FIRST_ASK = Duration.ofHours(1);

    private IssuedLeaves() {}

    /// Belongs into the transaction that stores the leaf, in whatever place.
    static void put(Handle handle, CertificateId id, IssuerName issuer, X509Certificate leaf) {
        put(handle, id, issuer, leaf, Optional.empty());
    }

    /// One that has no place, because it was signed after the end of what it was for: as good as replaced from the start, so that
    /// it is found where those are. One that is known already stays what it is.
    static void putInVain(
            Handle handle, CertificateId id, IssuerName issuer, X509Certificate leaf, Instant now) {
        DeletedCertificates.signed(handle, id, leaf.getNotAfter().toInstant());
        put(handle, id, issuer, leaf, Optional.of(now));
    }

    private static void put(
            Handle handle,
            CertificateId id,
            IssuerName issuer,
            X509Certificate leaf,
            Optional<Instant> replaced) {
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
                        INSERT INTO issued_leaf (certificate_id, serial, signed_by, key_digest, not_after, leaf, ari_due,
                            replaced_at)
                        VALUES (:id, :serial, :issuer, :key, :end, :leaf, :due, :replaced)
                        ON CONFLICT (certificate_id, serial) DO NOTHING
                        """)
                .bind("id", id.toString())
                .bind("serial", X509.serial(leaf))
                .bind("issuer", issuer.text())
                .bind("key", keyDigest(leaf))
                .bind("end", end.toEpochMilli())
                .bind("leaf", encoded(leaf))
                .bind(
                        "due",
                        replaced.isPresent()
                                ? null
                                : from.plus(RenewalTiming.place(id, spread)).toEpochMilli())
                .bind("replaced", replaced.map(Instant::toEpochMilli).orElse(null))
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

    /// It is not what the certificate has any more. One that is told so in vain, because the certificate changed meanwhile, was
    /// replaced all the same.
    static void replaced(Handle handle, CertificateId id, String serial, Instant at) {
        handle.execute(
                """
                UPDATE issued_leaf SET replaced_at = ? WHERE certificate_id = ? AND serial = ? AND replaced_at IS NULL
                """,
                at.toEpochMilli(),
                id.toString(),
                serial);
    }

    /// Those of certificates that were replaced, or whose certificate is gone, and that have not ended.
    static List<EarlierLeaves.Leaf> earlier(
            Handle handle, Collection<CertificateId> ids, Instant now) {
        return handle.createQuery(
                        """
                        SELECT l.certificate_id, l.signed_by, l.leaf FROM issued_leaf l
                        WHERE l.certificate_id IN (<ids>) AND l.not_after > :now AND (l.replaced_at IS NOT NULL
                            OR NOT EXISTS (SELECT 1 FROM certificate c WHERE c.id = l.certificate_id))
                        ORDER BY l.certificate_id, l.serial
                        """)
                .bindList("ids", ids.stream().map(CertificateId::toString).toList())
                .bind("now", now.toEpochMilli())
                .map((rs, _) -> leaf(rs))
                .list();
    }

    /// Whose signatures certificates have now; our own authority's where nothing is said.
    public static Map<CertificateId, IssuerName> signers(
            Handle handle, Collection<CertificateId> ids) {
        Map<CertificateId, IssuerName> signers = new HashMap<>();
        if (!ids.isEmpty()) {
            handle.createQuery(
                            """
                            SELECT c.id, l.signed_by FROM certificate c
                            JOIN issued_leaf l ON l.certificate_id = c.id AND l.serial = c.serial
                            WHERE c.id IN (<ids>)
                            """)
                    .bindList("ids", ids.stream().map(CertificateId::toString).toList())
                    .map((rs, _) -> Map.entry(rs.getString(1), rs.getString(2)))
                    .forEach(each ->
                            signers.put(
                                    new CertificateId(UUID.fromString(each.getKey())),
                                    new IssuerName(each.getValue())));
        }
        return signers;
    }

    /// Whether an issuer has signed for the certificate before.
    public static boolean known(Handle handle, CertificateId id, IssuerName issuer) {
        return handle.createQuery(
                        "SELECT 1 FROM issued_leaf WHERE signed_by = :issuer AND certificate_id = :id LIMIT 1")
                .bind("issuer", issuer.text())
                .bind("id", id.toString())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /// Whether an issuer has ever said when it wants something renewed.
    public static boolean suggests(Handle handle, IssuerName issuer) {
        return handle.createQuery(
                        """
                        SELECT 1 FROM issued_leaf WHERE signed_by = :issuer AND window_start IS NOT NULL LIMIT 1
                        """)
                .bind("issuer", issuer.text())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    private static EarlierLeaves.Leaf leaf(ResultSet rs) throws SQLException {
        X509Certificate leaf = X509.parseOne(rs.getBytes(3));
        return new EarlierLeaves.Leaf(
                new CertificateId(UUID.fromString(rs.getString(1))),
                new IssuerName(rs.getString(2)),
                X509.serial(leaf),
                leaf.getNotBefore().toInstant(),
                keyDigest(leaf));
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
