package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.RandomUuid;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.CreateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteDistributionResponse;
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

/// Distributions made, read and deleted. How they change: [DistributionChanges].
final class LightsailDistributions {
    /// Begins the refusal of other Regions.
    static final String FAMILY = "Distribution";

    private static final String LIST = "distributions";

    private final Database database;
    private final Distributions distributions;
    private final Invalidations invalidations;
    private final OwnDistributions own;
    private final AttachableCertificates attachable;
    private final ResourceNames names;
    private final LightsailTags tags;
    private final OperationLog operations;
    private final InstantSource clock;
    private final RandomGenerator random;

    LightsailDistributions(
            Database database,
            Distributions distributions,
            Invalidations invalidations,
            OwnDistributions own,
            AttachableCertificates attachable,
            ResourceNames names,
            LightsailTags tags,
            OperationLog operations,
            InstantSource clock,
            RandomGenerator random) {
        this.database = database;
        this.distributions = distributions;
        this.invalidations = invalidations;
        this.own = own;
        this.attachable = attachable;
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
                            .map(given -> attachable.require(handle, call, given));
            DistributionDocument document =
                    certificateName == null ? asked : asked.withCertificate(certificateName);
            UUID id = RandomUuid.from(random);
            Distribution distribution =
                    DistributionChanges.holdingAliases(
                            document.certificateName(),
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
                                view(handle, own.require(handle, call, request.distributionName())))
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
            NamedResource resource = own.require(write.handle(), call, request.distributionName());
            Distribution distribution = own.of(write.handle(), resource);
            tags.removeAll(write, resource);
            names.free(write, resource);
            distributions.delete(write, distribution);
            invalidations.forget(write, distribution.id().value());
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

    private LightsailDistribution view(Handle handle, NamedResource resource) {
        return view(handle, resource, own.of(handle, resource));
    }

    private LightsailDistribution view(
            Handle handle, NamedResource resource, Distribution distribution) {
        return DistributionView.of(
                resource, distribution, tags.of(handle, resource), clock.instant());
    }
}
