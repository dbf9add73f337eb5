package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.Provenance;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.tag.Tags;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionNotDisabledException;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.ResourceInUseException;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Distributions: made, read, changed, deleted.
///
/// A configuration is completed and checked ([AcceptedConfig]), bound to its certificate ([ViewerCertificates]), translated to
/// what the edge serves ([ServedTranslation]) and kept whole beside it, so that every read echoes all that was accepted.
///
/// A caller reference is used once: even the same request again is `DistributionAlreadyExists`, as AWS answers today.
/// The message names the distribution, so a client whose answer was lost can find what it made.
final class DistributionFamily {
    private final Database database;
    private final Distributions distributions;
    private final OwnedDistributions owned;
    private final ViewerCertificates viewerCertificates;
    private final GeoRules geo;
    private final Policies policies;
    private final Derivation derivation;
    private final Invalidations invalidations;
    private final Tenants tenants;
    private final Tags tags;

    DistributionFamily(
            Database database,
            Distributions distributions,
            OwnedDistributions owned,
            ViewerCertificates viewerCertificates,
            GeoRules geo,
            Policies policies,
            Derivation derivation,
            Invalidations invalidations,
            Tenants tenants,
            Tags tags) {
        this.database = database;
        this.distributions = distributions;
        this.owned = owned;
        this.viewerCertificates = viewerCertificates;
        this.geo = geo;
        this.policies = policies;
        this.derivation = derivation;
        this.invalidations = invalidations;
        this.tenants = tenants;
        this.tags = tags;
    }

    CreateDistributionResponse create(AccountId account, CreateDistributionRequest request) {
        Distribution created = create(account, request.distributionConfig(), Map.of());
        return CreateDistributionResponse.builder()
                .distribution(full(created))
                .location(DistributionView.location(created))
                .eTag(created.etag())
                .build();
    }

    CreateDistributionWithTagsResponse create(
            AccountId account, CreateDistributionWithTagsRequest request) {
        Distribution created =
                create(
                        account,
                        request.distributionConfigWithTags().distributionConfig(),
                        DistributionTags.read(request.distributionConfigWithTags().tags()));
        return CreateDistributionWithTagsResponse.builder()
                .distribution(full(created))
                .location(DistributionView.location(created))
                .eTag(created.etag())
                .build();
    }

    GetDistributionResponse get(AccountId account, GetDistributionRequest request) {
        return database.read(handle -> {
            Distribution found = owned.find(handle, account, request.id());
            return GetDistributionResponse.builder()
                    .distribution(full(handle, found))
                    .eTag(found.etag())
                    .build();
        });
    }

    GetDistributionConfigResponse getConfig(
            AccountId account, GetDistributionConfigRequest request) {
        Distribution found = database.read(handle -> owned.find(handle, account, request.id()));
        return GetDistributionConfigResponse.builder()
                .distributionConfig(AcceptedConfig.read(found.document()))
                .eTag(found.etag())
                .build();
    }

    UpdateDistributionResponse update(AccountId account, UpdateDistributionRequest request) {
        AcceptedConfig accepted = AcceptedConfig.of(request.distributionConfig());
        return database.write(write -> {
            Distribution existing = owned.find(write.handle(), account, request.id());
            IfMatch.require(existing.etag(), request.ifMatch());
            require(
                    existing.callerReference().equals(accepted.config().callerReference()),
                    () ->
                            IllegalUpdateException.builder()
                                    .message(
                                            "The update contains modifications that are not allowed: the CallerReference"
                                                    + " of a distribution cannot change.")
                                    .build());
            Distribution changed =
                    accept(write, existing, accepted, Provenance.of(existing.kind()));
            return UpdateDistributionResponse.builder()
                    .distribution(full(write.handle(), changed))
                    .eTag(changed.etag())
                    .build();
        });
    }

    DeleteDistributionResponse delete(AccountId account, DeleteDistributionRequest request) {
        return database.write(write -> {
            Distribution existing = owned.find(write.handle(), account, request.id());
            IfMatch.require(existing.etag(), request.ifMatch());
            require(
                    !existing.config().enabled()
                            && existing.status() == Distribution.Status.DEPLOYED,
                    () ->
                            DistributionNotDisabledException.builder()
                                    .message(
                                            "The distribution you are trying to delete has not been disabled.")
                                    .build());
            require(
                    !tenants.hasAny(
                            write.handle(),
                            account,
                            new Tenants.TenantFilter.OfTemplate(existing.id())),
                    () ->
                            ResourceInUseException.builder()
                                    .message(
                                            "Cannot delete this resource because it is in use: the distribution has tenants.")
                                    .build());
            require(
                    !Uses.any(
                            write.handle(),
                            account,
                            Kind.STAGING_DISTRIBUTION,
                            existing.id().value()),
                    () ->
                            ResourceInUseException.builder()
                                    .message(
                                            "Cannot delete this resource because it is in use: a continuous deployment policy names"
                                                    + " the staging distribution.")
                                    .build());
            distributions.delete(write, existing);
            Uses.forget(write.handle(), existing);
            invalidations.forget(write, existing.id().value());
            tags.removeAll(write, existing.id().resourceKey());
            return DeleteDistributionResponse.builder().build();
        });
    }

    private Distribution create(
            AccountId account, DistributionConfig sent, Map<String, String> withTags) {
        AcceptedConfig accepted = AcceptedConfig.of(sent);
        return database.write(write -> create(write, account, accepted, withTags));
    }

    Distribution create(
            Write write, AccountId account, AcceptedConfig accepted, Map<String, String> withTags) {
        require(
                accepted.config().continuousDeploymentPolicyId().isEmpty(),
                "Continuous deployment policy is not supported during distribution creation.");
        ServedConfig served = served(write.handle(), account, accepted);
        Distribution created;
        try {
            created =
                    holdingAliases(
                            account,
                            () ->
                                    distributions.create(
                                            write,
                                            account,
                                            Distribution.Kind.CLOUDFRONT,
                                            accepted.config().callerReference(),
                                            served,
                                            accepted.document()));
        } catch (Distributions.CallerReferenceUsed e) {
            throw DistributionAlreadyExistsException.builder()
                    .message(
                            "The caller reference that you are using to create a distribution is associated with another"
                                    + " distribution. Already exists: "
                                    + e.holder())
                    .build();
        }
        keepUses(write.handle(), created, accepted);
        if (!withTags.isEmpty()) {
            tags.put(write, created.id().resourceKey(), withTags);
        }
        return created;
    }

    private ServedConfig served(Handle handle, AccountId account, AcceptedConfig accepted) {
        geo.requireServed(accepted.config());
        ViewerCertificates.Checked checked =
                viewerCertificates.check(handle, account, accepted.config());
        return derivation.served(handle, account, accepted.config(), checked);
    }

    private software.amazon.awssdk.services.cloudfront.model.Distribution full(
            Distribution distribution) {
        return database.read(handle -> full(handle, distribution));
    }

    software.amazon.awssdk.services.cloudfront.model.Distribution full(
            Handle handle, Distribution distribution) {
        return DistributionView.full(
                distribution,
                invalidations.inProgress(handle, distribution.id().value()).batches(),
                group -> policies.keysOf(handle, distribution.account(), group));
    }

    private void keepUses(Handle handle, Distribution distribution, AcceptedConfig accepted) {
        Uses.keep(handle, distribution, Uses.of(accepted.config()));
        policies.checkNumbers(handle, distribution, accepted.config());
    }

    Distribution accept(Write write, Distribution existing, AcceptedConfig accepted) {
        return accept(write, existing, accepted, Provenance.of(existing.kind()));
    }

    Distribution accept(
            Write write, Distribution existing, AcceptedConfig accepted, Provenance provenance) {
        require(
                existing.config().template().isPresent()
                        == TemplateRules.isTemplate(accepted.config()),
                () ->
                        IllegalUpdateException.builder()
                                .message(
                                        "The update contains modifications that are not allowed: the ConnectionMode of a"
                                                + " distribution cannot change.")
                                .build());
        require(
                existing.config().staging() == accepted.config().staging(),
                () ->
                        IllegalUpdateException.builder()
                                .message(
                                        "The update contains modifications that are not allowed: Staging is set when a distribution"
                                                + " is created, and stays.")
                                .build());
        ServedConfig served = served(write.handle(), existing.account(), accepted);
        Distribution changed =
                holdingAliases(
                        existing.account(),
                        () ->
                                distributions.update(
                                        write, existing, served, accepted.document(), provenance));
        keepUses(write.handle(), changed, accepted);
        return changed;
    }

    /// For who is not CloudFront's API but wants one of its documents accepted: the same checks, the same words.
    ConfigDoor configDoor() {
        return new ConfigDoor() {
            @Override
            public Distribution accept(
                    Write write, Distribution existing, String document, Provenance provenance) {
                try {
                    return DistributionFamily.this.accept(
                            write,
                            existing,
                            AcceptedConfig.of(AcceptedConfig.read(document)),
                            provenance);
                } catch (CloudFrontException refusal) {
                    throw new Refused(String.valueOf(refusal.getMessage()));
                }
            }

            @Override
            public String fitted(String document, Distribution target, Names names) {
                DistributionConfig own = AcceptedConfig.read(target.document());
                DistributionConfig.Builder fitted =
                        AcceptedConfig.read(document).toBuilder()
                                .callerReference(own.callerReference())
                                .continuousDeploymentPolicyId(own.continuousDeploymentPolicyId())
                                .staging(own.staging());
                return ModelJson.write(
                        switch (names) {
                            case TARGETS ->
                                    fitted.aliases(own.aliases())
                                            .viewerCertificate(own.viewerCertificate())
                                            .build();
                            case DOCUMENTS -> fitted.build();
                        });
            }

            @Override
            public void giveUp(Write write, Distribution holder, DomainName alias) {
                ServedConfig served = holder.config().without(alias);
                List<String> names = served.aliases().stream().map(DomainName::ascii).toList();
                DistributionConfig config =
                        AcceptedConfig.read(holder.document())
                                .copy(c ->
                                        c.aliases(all -> all.quantity(names.size()).items(names)));
                if (names.isEmpty()) {
                    config =
                            config.copy(c ->
                                    c.viewerCertificate(
                                            viewer -> viewer.cloudFrontDefaultCertificate(true)));
                }
                distributions.update(
                        write, holder, served, ModelJson.write(ConfigDefaults.filled(config)));
            }
        };
    }

    private static Distribution holdingAliases(AccountId account, Supplier<Distribution> write) {
        try {
            return write.get();
        } catch (Distributions.AliasTaken e) {
            throw Refusals.aliasTaken(account, e);
        }
    }
}
