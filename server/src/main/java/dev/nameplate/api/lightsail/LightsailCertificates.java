package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Request;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.lightsail.model.CertificateSummary;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesRequest;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesResponse;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Lightsail's certificate operations.
final class LightsailCertificates {
    private static final int MAX_ALTERNATES = 9;
    private static final String LIST = "certificates";

    private final Database database;
    private final Certificates certificates;
    private final ResourceNames names;
    private final LightsailTags tags;
    private final OperationLog operations;
    private final InstantSource clock;
    private final KeyAlgorithm keyAlgorithm;

    LightsailCertificates(
            Database database,
            Certificates certificates,
            ResourceNames names,
            LightsailTags tags,
            OperationLog operations,
            InstantSource clock,
            KeyAlgorithm keyAlgorithm) {
        this.database = database;
        this.certificates = certificates;
        this.names = names;
        this.tags = tags;
        this.operations = operations;
        this.clock = clock;
        this.keyAlgorithm = keyAlgorithm;
    }

    CreateCertificateResponse create(Call call, CreateCertificateRequest request) {
        LightsailRegions.requireServed(call.region());
        String name = request.certificateName();
        ResourceNames.check("certificate", name);
        List<DomainName> domains = domains(request);
        Map<String, String> tagged = LightsailTags.checked(request.tags());
        return database.write(write -> {
            names.requireFree(write.handle(), call, name);
            Certificate certificate =
                    certificates.request(
                            write,
                            call.account(),
                            call.region(),
                            Request.of(Origin.LIGHTSAIL, domains, keyAlgorithm));
            var resource =
                    new NamedResource(
                            call.account(),
                            call.region(),
                            name,
                            ResourceType.CERTIFICATE,
                            certificate.id().value(),
                            certificate.id().toString(),
                            certificate.createdAt());
            names.take(write, resource);
            tags.put(write, resource, tagged);
            return CreateCertificateResponse.builder()
                    .certificate(summary(write.handle(), resource, certificate, true))
                    .operations(
                            operations.succeeded(
                                    write,
                                    call,
                                    "CreateCertificate",
                                    ResourceType.CERTIFICATE,
                                    name,
                                    ""))
                    .build();
        });
    }

    GetCertificatesResponse get(Call call, GetCertificatesRequest request) {
        boolean named = request.certificateName() != null && !request.certificateName().isEmpty();
        // Listing a single certificate by name has always shown its detail, flag or not; clients
        // rely on it.
        boolean detailed = named || Boolean.TRUE.equals(request.includeCertificateDetails());
        var wanted = Set.copyOf(request.certificateStatusesAsStrings());
        var start = PageToken.decode(LIST, request.pageToken(), PageToken.Position.OLDEST);
        return database.read(handle -> {
            if (named) {
                return GetCertificatesResponse.builder()
                        .certificates(
                                names
                                        .find(
                                                handle,
                                                call,
                                                ResourceType.CERTIFICATE,
                                                request.certificateName())
                                        .stream()
                                        .filter(found -> hasStatus(handle, found, wanted))
                                        .map(found -> summary(handle, found, true))
                                        .toList())
                        .build();
            }
            return page(handle, call, wanted, detailed, start);
        });
    }

    DeleteCertificateResponse delete(Call call, DeleteCertificateRequest request) {
        String name = request.certificateName();
        return database.write(write -> {
            NamedResource resource =
                    names.require(write.handle(), call, ResourceType.CERTIFICATE, name);
            Certificate certificate = certificate(write.handle(), resource);
            delete(write, call, resource, certificate);
            return DeleteCertificateResponse.builder()
                    .operations(
                            operations.succeeded(
                                    write,
                                    call,
                                    "DeleteCertificate",
                                    ResourceType.CERTIFICATE,
                                    name,
                                    ""))
                    .build();
        });
    }

    Certificate certificate(Handle handle, NamedResource resource) {
        return certificates
                .find(
                        handle,
                        resource.account(),
                        new CertificateId(UUID.fromString(resource.target())))
                .orElseThrow(() ->
                        new IllegalStateException(
                                "the certificate of " + resource.arn() + " is gone"));
    }

    private void delete(Write write, Call call, NamedResource resource, Certificate certificate) {
        var users = certificates.usedBy(write.handle(), certificate.id());
        if (!users.isEmpty()) {
            throw Refusal.invalid(
                    "The certificate '"
                            + resource.name()
                            + "' is in use by "
                            + users.stream()
                                    .sorted()
                                    .map(user -> userName(write.handle(), call, user))
                                    .collect(Collectors.joining(", "))
                            + ". Detach it there before you delete it.");
        }
        tags.removeAll(write, resource);
        names.free(write, resource);
        certificates.delete(write, certificate);
    }

    private String userName(Handle handle, Call call, String resourceKey) {
        String target = resourceKey.substring(resourceKey.indexOf('/') + 1);
        return names.of(handle, call.account(), ResourceType.DISTRIBUTION, target)
                .map(resource -> "the distribution '" + resource.name() + "'")
                .orElse(resourceKey);
    }

    private GetCertificatesResponse page(
            Handle handle,
            Call call,
            Set<String> wanted,
            boolean detailed,
            PageToken.Position start) {
        var found = new ArrayList<NamedResource>();
        PageToken.Position at = start;
        while (found.size() <= PageToken.PAGE) {
            List<NamedResource> batch =
                    names.list(handle, call, ResourceType.CERTIFICATE, at, PageToken.PAGE + 1);
            batch.stream()
                    .filter(resource -> hasStatus(handle, resource, wanted))
                    .forEach(found::add);
            if (batch.size() <= PageToken.PAGE) {
                break;
            }
            at = batch.getLast().position();
        }
        var answer = GetCertificatesResponse.builder();
        List<NamedResource> shown = found;
        if (found.size() > PageToken.PAGE) {
            shown = found.subList(0, PageToken.PAGE);
            answer.nextPageToken(PageToken.encode(LIST, shown.getLast().position()));
        }
        return answer.certificates(
                        shown.stream()
                                .map(resource -> summary(handle, resource, detailed))
                                .toList())
                .build();
    }

    private boolean hasStatus(Handle handle, NamedResource resource, Set<String> wanted) {
        return wanted.isEmpty()
                || wanted.contains(
                        CertificateView.status(certificate(handle, resource), now()).toString());
    }

    private CertificateSummary summary(Handle handle, NamedResource resource, boolean detailed) {
        return summary(handle, resource, certificate(handle, resource), detailed);
    }

    private CertificateSummary summary(
            Handle handle, NamedResource resource, Certificate certificate, boolean detailed) {
        List<Tag> tagged = tags.of(handle, resource);
        var summary =
                CertificateSummary.builder()
                        .certificateArn(resource.arn().toString())
                        .certificateName(resource.name())
                        .domainName(certificate.primaryName().ascii())
                        .tags(tagged);
        if (detailed) {
            int uses = certificates.usedBy(handle, certificate.id()).size();
            summary.certificateDetail(
                    CertificateView.detail(resource, certificate, uses, now()).toBuilder()
                            .tags(tagged)
                            .build());
        }
        return summary.build();
    }

    /// The primary first, then the alternates as given, each once.
    private static List<DomainName> domains(CreateCertificateRequest request) {
        var domains = new LinkedHashSet<DomainName>();
        domains.add(CertifiedName.parse("domainName", request.domainName()));
        CertifiedName.requireFitsCommonName(domains.getFirst());
        for (String alternate : request.subjectAlternativeNames()) {
            domains.add(CertifiedName.parse("subjectAlternativeNames", alternate));
        }
        int alternates = domains.size() - 1;
        if (alternates > MAX_ALTERNATES) {
            throw Refusal.invalid(
                    "You can specify a maximum of nine alternate domains in addition to the primary"
                            + " domain name; subjectAlternativeNames has "
                            + alternates
                            + ".");
        }
        return List.copyOf(domains);
    }

    private Instant now() {
        return clock.instant();
    }
}
