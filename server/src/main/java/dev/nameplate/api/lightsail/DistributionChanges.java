package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.Provenance;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.AttachCertificateToDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.AttachCertificateToDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.DetachCertificateFromDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.DetachCertificateFromDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.LightsailException;
import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.SetIpAddressTypeRequest;
import software.amazon.awssdk.services.lightsail.model.SetIpAddressTypeResponse;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionBundleRequest;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionBundleResponse;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionResponse;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The changes of a distribution that exists. Each is a new version of its configuration, and none is taken while another is
/// on its way to the edge.
final class DistributionChanges {
    private final Database database;
    private final Distributions distributions;
    private final OwnDistributions own;
    private final AttachableCertificates attachable;
    private final ResourceNames names;
    private final OperationLog operations;
    private final InstantSource clock;

    DistributionChanges(
            Database database,
            Distributions distributions,
            OwnDistributions own,
            AttachableCertificates attachable,
            ResourceNames names,
            OperationLog operations,
            InstantSource clock) {
        this.database = database;
        this.distributions = distributions;
        this.own = own;
        this.attachable = attachable;
        this.names = names;
        this.operations = operations;
        this.clock = clock;
    }

    UpdateDistributionResponse update(Call call, UpdateDistributionRequest request) {
        requireSomething(request);
        Operation operation =
                change(
                        call,
                        "UpdateDistribution",
                        request.distributionName(),
                        "",
                        existing ->
                                withCertificate(
                                        DistributionRules.updated(existing, request), request));
        return UpdateDistributionResponse.builder().operation(operation).build();
    }

    private static void requireSomething(UpdateDistributionRequest request) {
        boolean nothing =
                request.origin() == null
                        && request.defaultCacheBehavior() == null
                        && request.cacheBehaviorSettings() == null
                        && !request.hasCacheBehaviors()
                        && request.isEnabled() == null
                        && request.viewerMinimumTlsProtocolVersionAsString() == null
                        && request.certificateName() == null
                        && request.useDefaultCertificate() == null;
        if (nothing) {
            throw Refusal.invalid("The request changes nothing; give what is to be changed.");
        }
    }

    /// A name attaches that certificate, in place of another too; the default certificate detaches.
    private static DistributionDocument withCertificate(
            DistributionDocument document, UpdateDistributionRequest request) {
        boolean useDefault = Boolean.TRUE.equals(request.useDefaultCertificate());
        if (request.certificateName() == null) {
            return useDefault ? document.withCertificate("") : document;
        }
        if (useDefault) {
            throw Refusal.invalid(
                    "The request names the certificate '"
                            + request.certificateName()
                            + "' and asks for the default certificate; give one of the two.");
        }
        return document.withCertificate(request.certificateName());
    }

    UpdateDistributionBundleResponse updateBundle(
            Call call, UpdateDistributionBundleRequest request) {
        String bundle = DistributionRules.bundle(request.bundleId());
        Instant now = clock.instant();
        Operation operation =
                change(
                        call,
                        "UpdateDistributionBundle",
                        request.distributionName(),
                        "",
                        existing -> {
                            if (existing.bundleId().equals(bundle)) {
                                throw Refusal.invalid(
                                        "The distribution '"
                                                + request.distributionName()
                                                + "' has the bundle "
                                                + bundle
                                                + " already.");
                            }
                            if (!DistributionBundles.mayChange(existing, now)) {
                                throw Refusal.invalid(
                                        "The bundle of the distribution '"
                                                + request.distributionName()
                                                + "' was changed in this billing month already. You can"
                                                + " change it once in a month.");
                            }
                            return existing.toBuilder().bundle(bundle, now.toEpochMilli()).build();
                        });
        return UpdateDistributionBundleResponse.builder().operation(operation).build();
    }

    SetIpAddressTypeResponse setIpAddressType(Call call, SetIpAddressTypeRequest request) {
        if (request.resourceType() != ResourceType.DISTRIBUTION) {
            throw Refusal.invalid(
                    "The address type of a resource of the type "
                            + request.resourceTypeAsString()
                            + " cannot be set; here it is one of Distribution only.");
        }
        if (request.ipAddressTypeAsString() == null) {
            throw Refusal.invalid("The ipAddressType is missing.");
        }
        String type = DistributionRules.ipAddressType(request.ipAddressTypeAsString());
        Operation operation =
                change(
                        call,
                        "SetIpAddressType",
                        request.resourceName(),
                        "",
                        existing -> existing.toBuilder().ipAddressType(type).build());
        return SetIpAddressTypeResponse.builder().operations(operation).build();
    }

    AttachCertificateToDistributionResponse attach(
            Call call, AttachCertificateToDistributionRequest request) {
        String certificate = request.certificateName();
        Operation operation =
                change(
                        call,
                        "AttachCertificateToDistribution",
                        request.distributionName(),
                        certificate,
                        existing -> {
                            requireNone(existing, request);
                            return existing.withCertificate(certificate);
                        });
        return AttachCertificateToDistributionResponse.builder().operation(operation).build();
    }

    private static void requireNone(
            DistributionDocument existing, AttachCertificateToDistributionRequest request) {
        if (!existing.certificateName().isEmpty()) {
            throw Refusal.invalid(
                    "The certificate '"
                            + existing.certificateName()
                            + "' is attached to the distribution '"
                            + request.distributionName()
                            + "' already. Detach it before you attach "
                            + (existing.certificateName().equals(request.certificateName())
                                    ? "it again."
                                    : "another one."));
        }
    }

    DetachCertificateFromDistributionResponse detach(
            Call call, DetachCertificateFromDistributionRequest request) {
        Operation operation =
                change(
                        call,
                        "DetachCertificateFromDistribution",
                        request.distributionName(),
                        "",
                        existing -> {
                            if (existing.certificateName().isEmpty()) {
                                throw Refusal.invalid(
                                        "No certificate is attached to the distribution '"
                                                + request.distributionName()
                                                + "'.");
                            }
                            return existing.withCertificate("");
                        });
        return DetachCertificateFromDistributionResponse.builder().operation(operation).build();
    }

    /// @param details the other resource's name, where two take part; empty: the certificate that goes, if one does
    private Operation change(
            Call call,
            String type,
            @Nullable String name,
            String details,
            UnaryOperator<DistributionDocument> change) {
        call.requireHomeOf(LightsailDistributions.FAMILY);
        return database.write(write -> {
            NamedResource resource = own.require(write.handle(), call, name);
            if (!details.isEmpty()) {
                // Before the distribution's state: a wrong certificate stays wrong however long one
                // waits.
                attachable.require(write.handle(), call, details);
            }
            Distribution existing = own.of(write.handle(), resource);
            OwnDistributions.requireIdle(existing, resource.name());
            DistributionDocument before = DistributionDocument.fromJson(existing.document());
            DistributionDocument after = change.apply(before);
            Distribution changed =
                    holdingAliases(
                            after.certificateName(),
                            () ->
                                    distributions.update(
                                            write,
                                            existing,
                                            after.certificateName().equals(before.certificateName())
                                                    ? likeBefore(existing, after)
                                                    : served(write.handle(), call, after),
                                            after.toJson()));
            return operations.started(
                    write,
                    call,
                    type,
                    resource.name(),
                    details(type, details, before),
                    changed.id(),
                    changed.version());
        });
    }

    private static String details(String type, String details, DistributionDocument before) {
        return type.equals("DetachCertificateFromDistribution")
                ? before.certificateName()
                : details;
    }

    /// Also with a certificate that has ended meanwhile: its owner must be able to change what else is wrong.
    private static ServedConfig likeBefore(Distribution existing, DistributionDocument document) {
        return ServedTranslation.translate(
                document, existing.config().aliases(), existing.config().certificate());
    }

    private ServedConfig served(Handle handle, Call call, DistributionDocument document) {
        Optional<Certificate> certificate =
                Optional.of(document.certificateName())
                        .filter(name -> !name.isEmpty())
                        .map(name -> attachable.require(handle, call, name));
        return ServedTranslation.translate(
                document,
                certificate.map(Certificate::names).orElse(List.of()),
                certificate.map(Certificate::id));
    }

    /// For who is not Lightsail's API but wants one of its documents accepted: the same checks, the same words. The plan is
    /// not part of how a distribution serves; it stays the one it is.
    ConfigDoor configDoor() {
        return new ConfigDoor() {
            @Override
            public Distribution accept(
                    Write write, Distribution existing, String document, Provenance provenance) {
                return DistributionChanges.this.accept(
                        write,
                        existing,
                        DistributionDocument.fromJson(fitted(document, existing, Names.DOCUMENTS)),
                        provenance);
            }

            @Override
            public String fitted(String document, Distribution target, Names names) {
                DistributionDocument own = DistributionDocument.fromJson(target.document());
                DistributionDocument.Builder fitted =
                        DistributionDocument.fromJson(document).toBuilder()
                                .bundle(own.bundleId(), own.bundleChangedAt());
                return switch (names) {
                    case TARGETS -> fitted.certificateName(own.certificateName()).build().toJson();
                    case DOCUMENTS -> fitted.build().toJson();
                };
            }

            /// The certificate stays attached while a name is left; the name that went does not come back with the next change.
            @Override
            public void giveUp(Write write, Distribution holder, DomainName alias) {
                ServedConfig served = holder.config().without(alias);
                DistributionDocument document = DistributionDocument.fromJson(holder.document());
                distributions.update(
                        write,
                        holder,
                        served,
                        (served.aliases().isEmpty() ? document.withCertificate("") : document)
                                .toJson());
            }
        };
    }

    private Distribution accept(
            Write write,
            Distribution existing,
            DistributionDocument document,
            Provenance provenance) {
        Call call = new Call(existing.account(), Region.US_EAST_1);
        try {
            OwnDistributions.requireIdle(existing, name(write.handle(), existing));
            DistributionRules.recheck(document);
            String certificate =
                    DistributionDocument.fromJson(existing.document()).certificateName();
            ServedConfig served =
                    document.certificateName().equals(certificate)
                            ? likeBefore(existing, document)
                            : served(write.handle(), call, document);
            return holdingAliases(
                    document.certificateName(),
                    () ->
                            distributions.update(
                                    write, existing, served, document.toJson(), provenance));
        } catch (LightsailException refusal) {
            throw new ConfigDoor.Refused(String.valueOf(refusal.getMessage()));
        }
    }

    private String name(Handle handle, Distribution distribution) {
        return names.of(
                        handle,
                        distribution.account(),
                        ResourceType.DISTRIBUTION,
                        distribution.id().value())
                .map(NamedResource::name)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "the distribution " + distribution.id() + " has no name"));
    }

    static Distribution holdingAliases(String certificate, Supplier<Distribution> change) {
        try {
            return change.get();
        } catch (Distributions.AliasTaken taken) {
            throw Refusal.invalid(
                    "The domain '"
                            + taken.alias()
                            + "' of the certificate '"
                            + certificate
                            + "' is already in use by another distribution. A domain can belong to"
                            + " only one distribution.");
        }
    }
}
