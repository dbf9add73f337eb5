package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.State;
import dev.nameplate.db.Database;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.UnusableImport;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateRequest;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateResponse;
import software.amazon.awssdk.services.acm.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.acm.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.acm.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.acm.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.acm.model.GetCertificateRequest;
import software.amazon.awssdk.services.acm.model.GetCertificateResponse;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ImportCertificateResponse;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateRequest;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateResponse;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateRequest;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateResponse;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// The operations on a certificate known by its ARN, and import, which makes one known.
final class KnownCertificates {
    private final Database database;
    private final Certificates certificates;
    private final AcmTags tags;
    private final RequestOptions options;
    private final InstantSource clock;

    KnownCertificates(
            Database database,
            Certificates certificates,
            AcmTags tags,
            RequestOptions options,
            InstantSource clock) {
        this.database = database;
        this.certificates = certificates;
        this.tags = tags;
        this.options = options;
        this.clock = clock;
    }

    DescribeCertificateResponse describe(Call call, DescribeCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        return database.read(handle -> {
            Certificate found = require(handle, call, arn);
            return DescribeCertificateResponse.builder()
                    .certificate(
                            CertificateView.detail(
                                    found,
                                    certificates.usedBy(handle, found.id()),
                                    options.transparency(handle, found.id()),
                                    clock.instant()))
                    .build();
        });
    }

    GetCertificateResponse get(Call call, GetCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        List<X509Certificate> chain =
                database.read(handle -> {
                    Certificate found = require(handle, call, arn);
                    requireIssued(found, arn);
                    return certificates.chain(handle, found.id());
                });
        var answer = GetCertificateResponse.builder().certificate(Pem.of(chain.getFirst()));
        if (chain.size() > 1) {
            answer.certificateChain(Pem.of(chain.subList(1, chain.size())));
        }
        return answer.build();
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
            Certificates.Examined examined = certificates.examine(pem);
            Certificate stored =
                    existing == null
                            ? store(call, examined, tagged)
                            : replace(call, CertificateArn.parse(existing), examined);
            return ImportCertificateResponse.builder()
                    .certificateArn(CertificateArn.of(stored).toString())
                    .build();
        } catch (UnusableImport unusable) {
            throw Refusal.validation(unusable.getMessage());
        }
    }

    DeleteCertificateResponse delete(Call call, DeleteCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        database.write(write -> {
            Certificate found = require(write.handle(), call, arn);
            if (found.origin() == Origin.LIGHTSAIL) {
                throw Refusal.accessDenied(
                        "Certificate "
                                + arn
                                + " belongs to Lightsail. Delete it with Lightsail's"
                                + " DeleteCertificate.");
            }
            if (!certificates.usedBy(write.handle(), found.id()).isEmpty()) {
                throw Refusal.inUse(arn);
            }
            tags.removeAll(write, found.id());
            options.forget(write, found.id());
            certificates.delete(write, found);
            return found;
        });
        return DeleteCertificateResponse.builder().build();
    }

    AddTagsToCertificateResponse addTags(Call call, AddTagsToCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        Map<String, String> added = AcmTags.checked(request.tags());
        database.write(write -> {
            Certificate found = require(write.handle(), call, arn);
            tags.add(write, found.id(), added);
            return found;
        });
        return AddTagsToCertificateResponse.builder().build();
    }

    RemoveTagsFromCertificateResponse removeTags(
            Call call, RemoveTagsFromCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        database.write(write -> {
            Certificate found = require(write.handle(), call, arn);
            tags.remove(write, found.id(), request.tags());
            return found;
        });
        return RemoveTagsFromCertificateResponse.builder().build();
    }

    ListTagsForCertificateResponse listTags(Call call, ListTagsForCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        return database.read(handle ->
                ListTagsForCertificateResponse.builder()
                        .tags(tags.of(handle, require(handle, call, arn).id()))
                        .build());
    }

    private Certificate store(
            Call call, Certificates.Examined examined, Map<String, String> tagged) {
        return database.write(write -> {
            Certificate stored = certificates.store(write, call.account(), call.region(), examined);
            tags.add(write, stored.id(), tagged);
            return stored;
        });
    }

    private Certificate replace(Call call, CertificateArn arn, Certificates.Examined examined) {
        return database.write(write -> {
            Certificate existing = require(write.handle(), call, arn);
            if (existing.origin() != Origin.IMPORTED) {
                throw Refusal.validation(
                        "Certificate "
                                + arn
                                + " was not imported, so nothing can be imported over it.");
            }
            return certificates.replace(write, existing, examined);
        });
    }

    private static void requireIssued(Certificate certificate, CertificateArn arn) {
        switch (certificate.state()) {
            case State.Issued _, State.Revoked _ -> {}
            case State.Pending _ ->
                    throw Refusal.inProgress(
                            "Certificate "
                                    + arn
                                    + " is not issued yet: it waits for its validation.");
            case State.Failed failed ->
                    throw Refusal.notFound(
                            "Certificate " + arn + " was not issued: " + failed.reason() + ".");
            case State.TimedOut _ ->
                    throw Refusal.notFound(
                            "Certificate " + arn + " was not issued: its validation timed out.");
        }
    }

    private Certificate require(Handle handle, Call call, CertificateArn arn) {
        if (!arn.isOf(call.account(), call.region())) {
            throw Refusal.notFound(arn, call);
        }
        return arn.id()
                .flatMap(id -> certificates.find(handle, call.account(), id))
                .filter(found -> found.region().equals(call.region()))
                .orElseThrow(() -> Refusal.notFound(arn, call));
    }

    private static byte[] bytes(@Nullable SdkBytes given) {
        return given == null ? new byte[0] : given.asByteArray();
    }
}
