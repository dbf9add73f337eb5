package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Origin;
import dev.nameplate.db.Database;
import dev.nameplate.pki.Pem;

import software.amazon.awssdk.services.acm.model.AddTagsToCertificateRequest;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateResponse;
import software.amazon.awssdk.services.acm.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.acm.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.acm.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.acm.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.acm.model.GetCertificateRequest;
import software.amazon.awssdk.services.acm.model.GetCertificateResponse;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateRequest;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateResponse;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateRequest;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateResponse;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What is shown of a certificate known by its ARN, its tags, and its end.
final class KnownCertificates {
    private final Database database;
    private final Certificates certificates;
    private final KnownCertificate known;
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
        this.known = new KnownCertificate(certificates);
        this.tags = tags;
        this.options = options;
        this.clock = clock;
    }

    DescribeCertificateResponse describe(Call call, DescribeCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        return database.read(handle -> {
            Certificate found = known.require(handle, call, arn);
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
                    Certificate found = known.require(handle, call, arn);
                    KnownCertificate.requireIssued(found, arn);
                    List<X509Certificate> stored = certificates.chain(handle, found.id());
                    if (stored.isEmpty()) {
                        throw Refusal.notFound(
                                "What is stored of certificate "
                                        + arn
                                        + " cannot be read. The operator of this server must restore"
                                        + " it.");
                    }
                    return Stream.concat(
                                    stored.stream(),
                                    certificates.importedRoot(handle, found.id()).stream())
                            .toList();
                });
        var answer = GetCertificateResponse.builder().certificate(Pem.of(chain.getFirst()));
        if (chain.size() > 1) {
            answer.certificateChain(Pem.of(chain.subList(1, chain.size())));
        }
        return answer.build();
    }

    DeleteCertificateResponse delete(Call call, DeleteCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        database.write(write -> {
            Certificate found = known.require(write.handle(), call, arn);
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
            certificates.delete(write, found.id());
            return found;
        });
        return DeleteCertificateResponse.builder().build();
    }

    AddTagsToCertificateResponse addTags(Call call, AddTagsToCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        Map<String, String> added = AcmTags.checked(request.tags());
        database.write(write -> {
            Certificate found = known.require(write.handle(), call, arn);
            tags.add(write, found.id(), added);
            return found;
        });
        return AddTagsToCertificateResponse.builder().build();
    }

    RemoveTagsFromCertificateResponse removeTags(
            Call call, RemoveTagsFromCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        database.write(write -> {
            Certificate found = known.require(write.handle(), call, arn);
            tags.remove(write, found.id(), request.tags());
            return found;
        });
        return RemoveTagsFromCertificateResponse.builder().build();
    }

    ListTagsForCertificateResponse listTags(Call call, ListTagsForCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        return database.read(handle ->
                ListTagsForCertificateResponse.builder()
                        .tags(tags.of(handle, known.require(handle, call, arn).id()))
                        .build());
    }
}
