package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.RandomUuid;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.AttachCertificateToDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.AttachCertificateToDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.DetachCertificateFromDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.DetachCertificateFromDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.GetDistributionsRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionsResponse;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;
import software.amazon.awssdk.services.lightsail.model.ResourceType;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Lightsail's distribution operations.
final class LightsailDistributions {
    private static final String FAMILY = "Distribution";
    private static final String LIST = "distributions";

    private final Database database;
    private final Distributions distributions;
    private final Certificates certificates;
    private final ResourceNames names;
    private final LightsailTags tags;
    private final OperationLog operations;
    private final InstantSource clock;
    private final RandomGenerator random;

    LightsailDistributions(
            Database database,
            Distributions distributions,
            Certificates certificates,
            ResourceNames names,
            LightsailTags tags,
            OperationLog operations,
            InstantSource clock,
            RandomGenerator random) {
        this.database = database;
        this.distributions = distributions;
        this.certificates = certificates;
        this.names = names;
        this.tags = tags;
        this.operations = operations;
        this.clock = clock;
        this.random = random;
    }

    CreateDistributionResponse create(Call call, CreateDistributionRequest request) {
        call.requireHomeOf(FAMILY);
        String name = request.distributionName();
        ResourceNames.check("distribution", name);
        DistributionDocument asked = DistributionRules.read(request);
        Map<String, String> tagged = LightsailTags.checked(request.tags());
        @Nullable String certificateName = request.certificateName();
        return database.write(write -> {
            Handle handle = write.handle();
            names.requireFree(handle, call, name);
            Optional<Certificate> certificate =
                    Optional.ofNullable(certificateName)
                            .map(given -> attachable(handle, call, given));
            DistributionDocument document =
                    certificateName == null ? asked : asked.withCertificate(certificateName);
            UUID id = RandomUuid.from(random);
            Distribution distribution =
                    accept(
                            certificateName,
                            () ->
                                    distributions.create(
                                            write,
                                            call.account(),
                                            Distribution.Kind.LIGHTSAIL,
                                            id.toString(),
                                            ServedTranslation.translate(
                                                    document,
                                                    certificate
                                                            .map(Certificate::names)
                                                            .orElse(List.of()),
                                                    certificate.map(Certificate::id)),
                                            document.toJson()));
            var resource =
                    new NamedResource(
                            call.account(),
                            call.region(),
                            name,
                            ResourceType.DISTRIBUTION,
                            id,
                            distribution.id().value(),
                            distribution.createdAt());
            names.take(write, resource);
            tags.put(write, resource, tagged);
            return CreateDistributionResponse.builder()
                    .distribution(view(handle, resource, distribution))
                    .operation(
                            operations.started(
                                    write,
                                    call,
                                    "CreateDistribution",
                                    name,
                                    "",
                                    distribution.id(),
                                    distribution.version()))
                    .build();
        });
    }

    GetDistributionsResponse get(Call call, GetDistributionsRequest request) {
        call.requireHomeOf(FAMILY);
        var start = PageToken.decode(LIST, request.pageToken(), PageToken.Position.OLDEST);
        return database.read(handle -> {
            if (request.distributionName() != null) {
                return GetDistributionsResponse.builder()
                        .distributions(
                                view(handle, require(handle, call, request.distributionName())))
                        .build();
            }
            List<NamedResource> found =
                    names.list(handle, call, ResourceType.DISTRIBUTION, start, PageToken.PAGE + 1);
            var page = PageToken.page(LIST, found, NamedResource::position);
            return GetDistributionsResponse.builder()
                    .distributions(
                            page.items().stream().map(resource -> view(handle, resource)).toList())
                    .nextPageToken(page.nextToken())
                    .build();
        });
    }

    /// Unlike CloudFront, Lightsail needs no disabling first: names and certificate are free when this returns.
    DeleteDistributionResponse delete(Call call, DeleteDistributionRequest request) {
        call.requireHomeOf(FAMILY);
        return database.write(write -> {
            NamedResource resource = require(write.handle(), call, request.distributionName());
            Distribution distribution = distribution(write.handle(), resource);
            tags.removeAll(write, resource);
            names.free(write, resource);
            distributions.delete(write, distribution);
            return DeleteDistributionResponse.builder()
                    .operation(
                            operations.started(
                                    write,
                                    call,
                                    "DeleteDistribution",
                                    resource.name(),
                                    "",
                                    distribution.id(),
                                    distribution.version()))
                    .build();
        });
    }

    AttachCertificateToDistributionResponse attach(
            Call call, AttachCertificateToDistributionRequest request) {
        call.requireHomeOf(FAMILY);
        String certificateName = request.certificateName();
        return database.write(write -> {
            Handle handle = write.handle();
            NamedResource resource = require(handle, call, request.distributionName());
            Certificate certificate = attachable(handle, call, certificateName);
            Distribution distribution = idle(handle, resource);
            DistributionDocument document = DistributionDocument.fromJson(distribution.document());
            if (!document.certificateName().isEmpty()) {
                throw Refusal.invalid(
                        "The certificate '"
                                + document.certificateName()
                                + "' is attached to the distribution '"
                                + resource.name()
                                + "' already. Detach it before you attach "
                                + (document.certificateName().equals(certificateName)
                                        ? "it again."
                                        : "another one."));
            }
            Distribution changed =
                    change(
                            write,
                            distribution,
                            document.withCertificate(certificateName),
                            Optional.of(certificate));
            return AttachCertificateToDistributionResponse.builder()
                    .operation(
                            operations.started(
                                    write,
                                    call,
                                    "AttachCertificateToDistribution",
                                    resource.name(),
                                    certificateName,
                                    changed.id(),
                                    changed.version()))
                    .build();
        });
    }

    DetachCertificateFromDistributionResponse detach(
            Call call, DetachCertificateFromDistributionRequest request) {
        call.requireHomeOf(FAMILY);
        return database.write(write -> {
            NamedResource resource = require(write.handle(), call, request.distributionName());
            Distribution distribution = idle(write.handle(), resource);
            DistributionDocument document = DistributionDocument.fromJson(distribution.document());
            if (document.certificateName().isEmpty()) {
                throw Refusal.invalid(
                        "No certificate is attached to the distribution '"
                                + resource.name()
                                + "'.");
            }
            Distribution changed =
                    change(write, distribution, document.withCertificate(""), Optional.empty());
            return DetachCertificateFromDistributionResponse.builder()
                    .operation(
                            operations.started(
                                    write,
                                    call,
                                    "DetachCertificateFromDistribution",
                                    resource.name(),
                                    document.certificateName(),
                                    changed.id(),
                                    changed.version()))
                    .build();
        });
    }

    private Distribution change(
            Write write,
            Distribution existing,
            DistributionDocument document,
            Optional<Certificate> certificate) {
        return accept(
                document.certificateName(),
                () ->
                        distributions.update(
                                write,
                                existing,
                                ServedTranslation.translate(
                                        document,
                                        certificate.map(Certificate::names).orElse(List.of()),
                                        certificate.map(Certificate::id)),
                                document.toJson()));
    }

    @FunctionalInterface
    private interface Accepting {
        Distribution run();
    }

    private static Distribution accept(@Nullable String certificateName, Accepting change) {
        try {
            return change.run();
        } catch (Distributions.AliasTaken taken) {
            throw Refusal.invalid(
                    "The domain '"
                            + taken.alias()
                            + "' of the certificate '"
                            + certificateName
                            + "' is already in use by another distribution. A domain can belong to"
                            + " only one distribution.");
        }
    }

    /// A certificate of this account that a distribution may serve.
    private Certificate attachable(Handle handle, Call call, String name) {
        NamedResource resource =
                names.find(handle, call, ResourceType.CERTIFICATE, name)
                        .orElseThrow(() -> notHere(handle, call, name));
        Certificate certificate =
                certificates
                        .find(
                                handle,
                                call.account(),
                                new CertificateId(UUID.fromString(resource.target())))
                        .orElseThrow(() -> Refusal.notFound(ResourceType.CERTIFICATE, name));
        CertificateStatus status = CertificateView.status(certificate, clock.instant());
        if (status != CertificateStatus.ISSUED) {
            throw Refusal.invalid(
                    "Sorry, you can only attach a validated certificate to a distribution. The status"
                            + " of '"
                            + name
                            + "' is "
                            + status
                            + ", not ISSUED.");
        }
        return certificate;
    }

    private RuntimeException notHere(Handle handle, Call call, String name) {
        List<Region> elsewhere =
                names.regionsOf(handle, call.account(), ResourceType.CERTIFICATE, name);
        if (elsewhere.isEmpty()) {
            return Refusal.notFound(ResourceType.CERTIFICATE, name);
        }
        return Refusal.invalid(
                "Only certificates created in the us-east-1 Region can be attached to a distribution,"
                        + " and '"
                        + name
                        + "' was created in "
                        + elsewhere.getFirst()
                        + ".");
    }

    private Distribution idle(Handle handle, NamedResource resource) {
        Distribution distribution = distribution(handle, resource);
        if (distribution.status() == Distribution.Status.IN_PROGRESS) {
            throw Refusal.invalid(
                    "A change of the distribution '"
                            + resource.name()
                            + "' is in progress. Please wait for it to complete before trying again.");
        }
        return distribution;
    }

    private NamedResource require(Handle handle, Call call, @Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw Refusal.invalid("The distributionName is missing.");
        }
        return names.require(handle, call, ResourceType.DISTRIBUTION, name);
    }

    private Distribution distribution(Handle handle, NamedResource resource) {
        return distributions
                .find(handle, new DistributionId(resource.target()))
                .orElseThrow(() ->
                        new IllegalStateException(
                                "the distribution of " + resource.arn() + " is gone"));
    }

    private LightsailDistribution view(Handle handle, NamedResource resource) {
        return view(handle, resource, distribution(handle, resource));
    }

    private LightsailDistribution view(
            Handle handle, NamedResource resource, Distribution distribution) {
        return DistributionView.of(resource, distribution, tags.of(handle, resource));
    }
}
