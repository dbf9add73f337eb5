package dev.nameplate.issuer.ca;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The authority as rows: its own two certificates, and one for each signature.
final class CaRows {
    static final String ROOT = "ROOT";
    static final String INTERMEDIATE = "INTERMEDIATE";

    private CaRows() {}

    record Sealed(String role, X509Certificate certificate, byte[] sealedKey) {
        static Sealed of(String role, CaCreation.Part part, Vault vault) {
            byte[] pkcs8 = part.key().getEncoded();
            try {
                return new Sealed(role, part.certificate(), vault.seal(pkcs8, context(role)));
            } finally {
                Arrays.fill(pkcs8, (byte) 0);
            }
        }

        private static String context(String role) {
            return "ca-key/" + role;
        }

        PrivateKey open(Vault vault) {
            byte[] pkcs8 = vault.open(sealedKey, context(role));
            try {
                return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(
                        "the key of the certificate authority's " + role + " does not parse", e);
            } finally {
                Arrays.fill(pkcs8, (byte) 0);
            }
        }
    }

    static Optional<Sealed> find(Handle handle, String role) {
        return handle.createQuery(
                        "SELECT certificate, sealed_key FROM ca_certificate WHERE role = :role")
                .bind("role", role)
                .map((rs, _) -> new Sealed(role, parse(rs.getBytes(1)), rs.getBytes(2)))
                .findOne();
    }

    private static X509Certificate parse(byte[] der) {
        try {
            return Authority.parse(der);
        } catch (CertificateException e) {
            throw new IllegalStateException("a stored CA certificate does not parse", e);
        }
    }

    /// Both or none: whoever inserts the root first has made the authority.
    static boolean insertUnlessThere(Handle handle, Sealed root, Sealed intermediate, Instant now) {
        return insert(handle, root, now) && insert(handle, intermediate, now);
    }

    private static boolean insert(Handle handle, Sealed sealed, Instant now) {
        try {
            return handle.execute(
                            """
                            INSERT INTO ca_certificate (role, certificate, sealed_key, created_at) VALUES (?, ?, ?, ?)
                            ON CONFLICT (role) DO NOTHING
                            """,
                            sealed.role(),
                            sealed.certificate().getEncoded(),
                            sealed.sealedKey(),
                            now.toEpochMilli())
                    == 1;
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    /// What is about to be signed.
    record Issuance(
            String serial,
            Optional<CertificateId> certificate,
            String names,
            String keyFingerprint,
            Instant notBefore,
            Instant notAfter,
            String issuerSerial,
            Instant recordedAt) {
        static Issuance of(
                Optional<CertificateId> certificate,
                LeafProfile.Content content,
                BigInteger issuerSerial,
                Instant now) {
            try {
                return new Issuance(
                        content.serial().toString(16),
                        certificate,
                        Stream.concat(
                                        content.dnsNames().stream(),
                                        content.addresses().stream()
                                                .map(InetAddress::getHostAddress))
                                .collect(Collectors.joining(" ")),
                        HexFormat.of()
                                .formatHex(
                                        MessageDigest.getInstance("SHA-256")
                                                .digest(content.key().getEncoded("DER"))),
                        content.notBefore(),
                        content.notAfter(),
                        issuerSerial.toString(16),
                        now);
            } catch (IOException e) {
                throw new UncheckedIOException("a parsed key has an encoding", e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    static int record(Handle handle, List<Issuance> rows) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO issuance (serial, certificate_id, names, key_fingerprint, not_before, not_after,
                            issuer_serial, recorded_at)
                        VALUES (:serial, :certificate, :names, :key, :notBefore, :notAfter, :issuer, :at)
                        """);
        for (Issuance row : rows) {
            batch.bind("serial", row.serial())
                    .bind(
                            "certificate",
                            row.certificate().map(CertificateId::toString).orElse(null))
                    .bind("names", row.names())
                    .bind("key", row.keyFingerprint())
                    .bind("notBefore", row.notBefore().toEpochMilli())
                    .bind("notAfter", row.notAfter().toEpochMilli())
                    .bind("issuer", row.issuerSerial())
                    .bind("at", row.recordedAt().toEpochMilli())
                    .add();
        }
        return batch.execute().length;
    }
}
