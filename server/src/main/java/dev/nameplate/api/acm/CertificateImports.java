package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.QuotaExceeded;
import dev.nameplate.db.Database;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.UnusableImport;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ImportCertificateResponse;

import java.util.Map;

/// ImportCertificate, first or over an earlier import.
final class CertificateImports {
    private final Database database;
    private final Certificates certificates;
    private final KnownCertificate known;
    private final AcmTags tags;

    CertificateImports(Database database, Certificates certificates, AcmTags tags) {
        this.database = database;
        this.certificates = certificates;
        this.known = new KnownCertificate(certificates);
        this.tags = tags;
    }

    ImportCertificateResponse importCertificate(Call call, ImportCertificateRequest request) {
        Map<String, String> tagged = AcmTags.checked(request.tags());
        @Nullable String existing = request.certificateArn();
        if (existing != null && !tagged.isEmpty()) {
            throw Refusal.validation(
                    "Tagging is not permitted on re-import. Use AddTagsToCertificate.");
        }
        var pem =
                new PemTriple(
                        bytes(request.certificate()),
                        bytes(request.privateKey()),
                        bytes(request.certificateChain()));
        try {
            Certificate stored =
                    existing == null
                            ? store(call, pem, tagged)
                            : replace(call, CertificateArn.parse(existing), pem);
            return ImportCertificateResponse.builder()
                    .certificateArn(CertificateArn.of(stored).toString())
                    .build();
        } catch (UnusableImport unusable) {
            throw Refusal.validation(unusable.getMessage());
        } catch (QuotaExceeded exceeded) {
            throw Refusal.quota(exceeded);
        }
    }

    private Certificate store(Call call, PemTriple pem, Map<String, String> tagged) {
        Certificates.Examined examined =
                certificates.imports(database).examine(call.account(), pem);
        return database.write(write -> {
            Certificate stored = certificates.store(write, call.account(), call.region(), examined);
            tags.add(write, stored.id(), tagged);
            return stored;
        });
    }

    private Certificate replace(Call call, CertificateArn arn, PemTriple pem) {
        database.read(handle -> replaceable(known.require(handle, call, arn), arn));
        Certificates.Examined examined =
                certificates.imports(database).examine(call.account(), pem);
        return database.write(write ->
                certificates.replace(
                        write,
                        replaceable(known.require(write.handle(), call, arn), arn),
                        examined));
    }

    private static Certificate replaceable(Certificate existing, CertificateArn arn) {
        if (existing.origin() != Origin.IMPORTED) {
            throw Refusal.validation(
                    "Certificate "
                            + arn
                            + " was not imported, so nothing can be imported over it.");
        }
        return existing;
    }

    private static byte[] bytes(@Nullable SdkBytes given) {
        return given == null ? new byte[0] : given.asByteArray();
    }
}
