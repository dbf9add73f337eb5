package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads what the last looks found. Apart from [Certificate], since lists of certificates need none of it.
public final class Diagnoses {
    private Diagnoses() {}

    /// By name, in the certificate's order; those never looked at are missing.
    public static Map<DomainName, Diagnosis> of(Handle handle, CertificateId id) {
        Map<DomainName, Diagnosis> found = new LinkedHashMap<>();
        texts(handle, id).forEach((name, text) -> found.put(name, DiagnosisJson.read(text)));
        return found;
    }

    /// The same as JSON text.
    public static Map<DomainName, String> texts(Handle handle, CertificateId id) {
        Map<DomainName, String> found = new LinkedHashMap<>();
        handle.createQuery(
                        """
                        SELECT name, diagnosis FROM certificate_name
                        WHERE certificate_id = :id AND diagnosis IS NOT NULL ORDER BY position
                        """)
                .bind("id", id.toString())
                .map((rs, _) -> Map.entry(new DomainName(rs.getString(1)), rs.getString(2)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }
}
