package dev.nameplate.issuer.ca;

import dev.nameplate.certificate.CertificateId;

import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One row for each signature of an authority, committed before it.
final class IssuanceRows {
    private IssuanceRows() {}

    /// What is about to be signed.
    ///
    /// @param certificate empty for one of the server's own, and for an authority's
    /// @param subject of an authority's certificate
    /// @param crlShard 0 for what no shard's list will ever tell of
    record Issuance(
            String serial,
            Optional<CertificateId> certificate,
            String names,
            Optional<String> subject,
            String keyFingerprint,
            Instant notBefore,
            Instant notAfter,
            String issuerSerial,
            Instant recordedAt,
            int crlShard) {
        static Issuance of(
                Optional<CertificateId> certificate,
                LeafProfile.Content content,
                String issuerSerial,
                Instant now) {
            return new Issuance(
                    content.serial().toString(16),
                    certificate,
                    Stream.concat(
                                    content.dnsNames().stream(),
                                    content.addresses().stream().map(InetAddress::getHostAddress))
                            .collect(Collectors.joining(" ")),
                    Optional.empty(),
                    fingerprint(content.key()),
                    content.notBefore(),
                    content.notAfter(),
                    issuerSerial,
                    now,
                    content.crlShard());
        }

        static Issuance ofAuthority(TBSCertificate content, String issuerSerial, Instant now) {
            return new Issuance(
                    content.getSerialNumber().getValue().toString(16),
                    Optional.empty(),
                    "",
                    Optional.of(content.getSubject().toString()),
                    fingerprint(content.getSubjectPublicKeyInfo()),
                    content.getStartDate().getDate().toInstant(),
                    content.getEndDate().getDate().toInstant(),
                    issuerSerial,
                    now,
                    0);
        }

        private static String fingerprint(SubjectPublicKeyInfo key) {
            try {
                return HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256").digest(key.getEncoded("DER")));
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
                        INSERT INTO issuance (serial, certificate_id, names, subject, key_fingerprint, not_before, not_after,
                            issuer_serial, recorded_at, crl_shard)
                        VALUES (:serial, :certificate, :names, :subject, :key, :notBefore, :notAfter, :issuer, :at, :shard)
                        """);
        for (Issuance row : rows) {
            batch.bind("serial", row.serial())
                    .bind(
                            "certificate",
                            row.certificate().map(CertificateId::toString).orElse(null))
                    .bind("names", row.names())
                    .bind("subject", row.subject().orElse(null))
                    .bind("key", row.keyFingerprint())
                    .bind("notBefore", row.notBefore().toEpochMilli())
                    .bind("notAfter", row.notAfter().toEpochMilli())
                    .bind("issuer", row.issuerSerial())
                    .bind("at", row.recordedAt().toEpochMilli())
                    .bind("shard", row.crlShard())
                    .add();
        }
        return batch.execute().length;
    }
}
