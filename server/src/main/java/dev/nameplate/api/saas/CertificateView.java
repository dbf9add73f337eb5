package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.CertificateDetail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// A certificate as `cert_list` documents it: strings only, the empty string for what does not apply.
final class CertificateView {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSxxx", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private CertificateView() {}

    static ObjectNode of(CertificateDetail certificate) {
        List<String> names = certificate.subjectAlternativeNames();
        return LenientJson.object()
                .put("CertificateArn", certificate.certificateArn())
                .put("DomainName", text(certificate.domainName()))
                .put("SubjectAlternativeNames", String.join(",", names))
                .put("Issuer", text(certificate.issuer()))
                .put("CreatedAt", time(certificate.createdAt(), certificate.importedAt()))
                .put("IssuedAt", time(certificate.issuedAt(), certificate.importedAt()))
                .put("Status", text(certificate.statusAsString()))
                .put("NotBefore", time(certificate.notBefore(), null))
                .put("NotAfter", time(certificate.notAfter(), null))
                // DescribeCertificate writes RSA-2048 where requests write RSA_2048.
                .put(
                        "KeyAlgorithm",
                        text(certificate.keyAlgorithmAsString()).replace("RSA_", "RSA-"));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String time(@Nullable Instant at, @Nullable Instant otherwise) {
        Instant shown = at == null ? otherwise : at;
        return shown == null ? "" : TIME.format(shown);
    }
}
