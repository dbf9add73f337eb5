package dev.nameplate.enrolment;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The certificates that were signed for orders: found, revoked, and when they should be renewed.
public final class EnrolledCertificates {
    /// RFC 5280 knows more; these make sense for a server's certificate, and end it for good.
    private static final List<RevocationReason> REASONS =
            List.of(
                    RevocationReason.UNSPECIFIED,
                    RevocationReason.KEY_COMPROMISE,
                    RevocationReason.AFFILIATION_CHANGED,
                    RevocationReason.SUPERSEDED,
                    RevocationReason.CESSATION_OF_OPERATION,
                    RevocationReason.PRIVILEGE_WITHDRAWN);

    /// In equal parts: renewed from the end of the second third.
    private static final int THIRDS = 3;

    /// Of a certificate's life: the width of the window in which it should be renewed.
    private static final int WINDOW = 20;

    private final Database database;
    private final CertificateAuthority authority;
    private final InstantSource clock;

    public EnrolledCertificates(
            Database database, CertificateAuthority authority, InstantSource clock) {
        this.database = database;
        this.authority = authority;
        this.clock = clock;
    }

    public Optional<EnrolledCertificate> find(Account account, CertificateId id) {
        return database.read(handle ->
                handle.createQuery(
                                "SELECT * FROM enrolment_certificate WHERE id = :id AND account_id = :account")
                        .bind("id", id.toString())
                        .bind("account", account.id())
                        .map(EnrolledCertificates::row)
                        .findOne());
    }

    /// One that was signed here, octet for octet.
    public Optional<EnrolledCertificate> find(X509Certificate certificate) {
        return database.read(handle -> bySerial(handle, serial(certificate.getSerialNumber())))
                .filter(found -> found.leaf().equals(certificate));
    }

    /// @param serial hexadecimal, without leading zeros
    public Optional<EnrolledCertificate> bySerial(String serial) {
        return database.read(handle -> bySerial(handle, serial));
    }

    static Optional<EnrolledCertificate> bySerial(Handle handle, String serial) {
        return handle.createQuery("SELECT * FROM enrolment_certificate WHERE serial = :serial")
                .bind("serial", serial)
                .map(EnrolledCertificates::row)
                .findOne();
    }

    /// A certificate as an operator sees it.
    public record Listed(
            EnrolledCertificate certificate, String credential, Optional<Instant> revokedAt) {}

    /// Those of one of our accounts that have not ended, newest first.
    ///
    /// @param before a serial that the page before ended with
    public List<Listed> list(AccountId tenant, Optional<String> before, int limit) {
        return database.read(handle -> {
            Optional<EnrolledCertificate> last = before.flatMap(serial -> bySerial(handle, serial));
            return handle.createQuery(
                            """
                            SELECT c.*, a.credential_id FROM enrolment_certificate c
                                JOIN enrolment_account a ON a.id = c.account_id
                            WHERE a.account = :tenant AND c.not_after > :now
                                AND (c.not_after < :end OR (c.not_after = :end AND c.serial < :serial))
                            ORDER BY c.not_after DESC, c.serial DESC LIMIT :limit
                            """)
                    .bind("tenant", tenant.value())
                    .bind("now", clock.instant().toEpochMilli())
                    .bind(
                            "end",
                            last.map(found -> found.notAfter().toEpochMilli())
                                    .orElse(Long.MAX_VALUE))
                    .bind("serial", last.map(EnrolledCertificate::serial).orElse(""))
                    .bind("limit", limit)
                    .map((rs, context) -> {
                        EnrolledCertificate certificate = row(rs, context);
                        return new Listed(
                                certificate,
                                Optional.ofNullable(rs.getString("credential_id")).orElse(""),
                                authority
                                        .revoked(handle, certificate.serial())
                                        .map(CertificateAuthority.Revoked::at));
                    })
                    .list();
        });
    }

    /// Who asks for a revocation (RFC 8555 section 7.6).
    public sealed interface Revoking {
        /// The account that ordered it, or one that is authorized for all of its names.
        record ByAccount(Account account) implements Revoking {}

        /// Whoever has its key.
        record ByKey() implements Revoking {}
    }

    /// @throws Refused if it must not be revoked like this
    public void revoke(EnrolledCertificate certificate, Revoking by, int reasonCode) {
        RevocationReason reason =
                REASONS.stream()
                        .filter(each -> each.code() == reasonCode)
                        .findFirst()
                        .orElseThrow(() ->
                                Refused.because(
                                        Problem.Kind.BAD_REVOCATION_REASON,
                                        "reason "
                                                + reasonCode
                                                + " is none of "
                                                + REASONS.stream()
                                                        .map(each -> String.valueOf(each.code()))
                                                        .toList()));
        Instant now = clock.instant();
        database.write(write -> {
            switch (by) {
                case Revoking.ByAccount(Account account) ->
                        checkMayRevoke(write.handle(), account, certificate, now);
                case Revoking.ByKey _ -> {}
            }
            if (authority.revoked(write.handle(), certificate.serial()).isPresent()) {
                throw Refused.because(
                        Problem.Kind.ALREADY_REVOKED, "the certificate is revoked already");
            }
            authority.revoke(write, certificate.serial(), reason, now);
            return certificate;
        });
    }

    private static void checkMayRevoke(
            Handle handle, Account account, EnrolledCertificate certificate, Instant now) {
        if (certificate.accountId().equals(account.id())) {
            return;
        }
        for (DomainName name : certificate.names()) {
            if (AuthorizationRows.valid(handle, account.id(), name.base(), name.isWildcard(), now)
                    .isEmpty()) {
                throw Refused.because(
                        Problem.Kind.UNAUTHORIZED,
                        "this account neither ordered the certificate nor is authorized for "
                                + name);
            }
        }
    }

    /// When a certificate should be renewed (RFC 9773 section 4.2).
    public record Window(Instant start, Instant end) {}

    /// @param keyIdentifier of the authority that signed it, as the certificate names it
    /// @return empty for one that was not signed here
    public Optional<Window> renewal(byte[] keyIdentifier, BigInteger serial) {
        Instant now = clock.instant();
        return database.read(handle ->
                bySerial(handle, serial(serial))
                        .filter(found ->
                                Arrays.equals(found.authorityKeyIdentifier(), keyIdentifier))
                        .map(found ->
                                authority.revoked(handle, found.serial()).isPresent()
                                        ? new Window(
                                                now.minus(Duration.ofHours(1)),
                                                now.minus(Duration.ofMinutes(1)))
                                        : window(found)));
    }

    /// The serial number that RFC 9773's name of a certificate stands for.
    ///
    /// @return empty for one that was not signed here
    public Optional<String> replaced(byte[] keyIdentifier, BigInteger serial) {
        return database.read(handle ->
                bySerial(handle, serial(serial))
                        .filter(found ->
                                Arrays.equals(found.authorityKeyIdentifier(), keyIdentifier))
                        .map(EnrolledCertificate::serial));
    }

    private static Window window(EnrolledCertificate certificate) {
        Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
        Instant start = certificate.notAfter().minus(life.dividedBy(THIRDS));
        return new Window(start, start.plus(life.dividedBy(WINDOW)));
    }

    /// Whether somebody else has the key: whoever revoked a certificate with it, and wherever, for that reason.
    static boolean isCompromised(
            Handle handle, CertificateAuthority authority, String keyFingerprint) {
        return handle
                .createQuery(
                        "SELECT serial FROM enrolment_certificate WHERE key_fingerprint = :key")
                .bind("key", keyFingerprint)
                .mapTo(String.class)
                .list()
                .stream()
                .anyMatch(serial ->
                        authority
                                .revoked(handle, serial)
                                .filter(why -> why.reason() == RevocationReason.KEY_COMPROMISE)
                                .isPresent());
    }

    static void insert(
            Handle handle,
            OrderRows.Signable order,
            String keyFingerprint,
            List<X509Certificate> chain) {
        X509Certificate leaf = chain.getFirst();
        handle.execute(
                """
                INSERT INTO enrolment_certificate (id, account_id, order_id, serial, names, key_fingerprint, chain, not_before,
                    not_after)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                order.certificate().toString(),
                order.accountId(),
                order.id(),
                serial(leaf.getSerialNumber()),
                OrderRows.text(order.names()),
                keyFingerprint,
                X509.concatenate(chain),
                leaf.getNotBefore().toInstant().toEpochMilli(),
                leaf.getNotAfter().toInstant().toEpochMilli());
    }

    private static String serial(BigInteger serial) {
        return serial.toString(16);
    }

    private static EnrolledCertificate row(ResultSet rs, StatementContext context)
            throws SQLException {
        return new EnrolledCertificate(
                new CertificateId(UUID.fromString(rs.getString("id"))),
                rs.getString("account_id"),
                rs.getString("order_id"),
                rs.getString("serial"),
                OrderRows.names(rs.getString("names")),
                X509.parse(rs.getBytes("chain")),
                Instant.ofEpochMilli(rs.getLong("not_before")),
                Instant.ofEpochMilli(rs.getLong("not_after")));
    }
}
