package dev.nameplate.api.acm;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

/// The certificate transparency preference a certificate was requested with. It is kept because clients compare it; nothing
/// is submitted to a log.
final class RequestOptions {
    static final String DEFAULT = "ENABLED";

    void keep(Write write, CertificateId certificate, String transparency) {
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO acm_certificate_option (certificate, ct_preference)
                        VALUES (:certificate, :preference)
                        ON CONFLICT (certificate) DO UPDATE SET ct_preference = excluded.ct_preference
                        """)
                .bind("certificate", certificate.toString())
                .bind("preference", transparency)
                .execute();
    }

    String transparency(Handle handle, CertificateId certificate) {
        return handle.createQuery(
                        "SELECT ct_preference FROM acm_certificate_option WHERE certificate = :id")
                .bind("id", certificate.toString())
                .mapTo(String.class)
                .findOne()
                .orElse(DEFAULT);
    }

    void forget(Write write, CertificateId certificate) {
        write.handle()
                .createUpdate("DELETE FROM acm_certificate_option WHERE certificate = :id")
                .bind("id", certificate.toString())
                .execute();
    }
}
