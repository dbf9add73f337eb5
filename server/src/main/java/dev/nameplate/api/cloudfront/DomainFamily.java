package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.Distributions.Holder;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.AccessDeniedException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionResourceId;
import software.amazon.awssdk.services.cloudfront.model.DistributionResourceType;
import software.amazon.awssdk.services.cloudfront.model.DomainConflict;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.InvalidViewerCertificateException;
import software.amazon.awssdk.services.cloudfront.model.ListDomainConflictsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDomainConflictsResponse;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionCnamEsException;
import software.amazon.awssdk.services.cloudfront.model.UpdateDomainAssociationRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDomainAssociationResponse;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who has a domain, and moving it: between an account's distributions and distribution tenants, in one transaction, so that it
/// is never with both or with neither.
final class DomainFamily {
    private final Database database;
    private final Distributions distributions;
    private final OwnedDistributions owned;
    private final DistributionFamily distributionFamily;
    private final Tenants tenants;
    private final TenantFamily tenantFamily;

    DomainFamily(
            Database database,
            Distributions distributions,
            OwnedDistributions owned,
            DistributionFamily distributionFamily,
            Tenants tenants,
            TenantFamily tenantFamily) {
        this.database = database;
        this.distributions = distributions;
        this.owned = owned;
        this.distributionFamily = distributionFamily;
        this.tenants = tenants;
        this.tenantFamily = tenantFamily;
    }

    /// A distribution or a tenant of the account.
    private sealed interface Resource {
        record OfDistribution(Distribution distribution) implements Resource {}

        record OfTenant(Tenant tenant) implements Resource {}

        default String id() {
            return switch (this) {
                case OfDistribution(Distribution distribution) -> distribution.id().value();
                case OfTenant(Tenant tenant) -> tenant.id();
            };
        }

        default String etag() {
            return switch (this) {
                case OfDistribution(Distribution distribution) -> distribution.etag();
                case OfTenant(Tenant tenant) -> tenant.etag();
            };
        }
    }

    /// The holder of the domain itself, and of the wildcard that covers it; the resource that asks is no conflict.
    ListDomainConflictsResponse conflicts(AccountId account, ListDomainConflictsRequest request) {
        DomainName domain = TenantFamily.domain(request.domain());
        return database.read(handle -> {
            Resource asking = resource(handle, account, request.domainControlValidationResource());
            Set<Holder> holders = new LinkedHashSet<>();
            distributions.holderOf(handle, domain).ifPresent(holders::add);
            distributions.leadingTo(handle, domain.ascii()).ifPresent(holders::add);
            List<DomainConflict> conflicts =
                    holders.stream()
                            .filter(holder -> !idOf(holder).equals(asking.id()))
                            .map(holder -> conflict(account, domain, holder))
                            .toList();
            return ListDomainConflictsResponse.builder().domainConflicts(conflicts).build();
        });
    }

    UpdateDomainAssociationResponse move(
            AccountId account, UpdateDomainAssociationRequest request) {
        DomainName domain = TenantFamily.domain(request.domain());
        return database.write(write -> {
            Handle handle = write.handle();
            Resource target = resource(handle, account, request.targetResource());
            if (request.ifMatch() != null) {
                IfMatch.require(target.etag(), request.ifMatch());
            }
            Holder holder =
                    distributions
                            .holderOf(handle, domain)
                            .orElseThrow(() -> ConnectionGroupFamily.missing(domain.ascii()));
            require(
                    holder.account().equals(account),
                    () ->
                            AccessDeniedException.builder()
                                    .message(
                                            "Access denied: "
                                                    + domain
                                                    + " belongs to another account, and is not moved between accounts here.")
                                    .build());
            require(
                    !idOf(holder).equals(target.id()),
                    "The parameter TargetResource has the domain already: " + domain);
            giveUp(write, account, holder, domain);
            Resource moved = take(write, account, target, domain);
            return UpdateDomainAssociationResponse.builder()
                    .domain(domain.ascii())
                    .resourceId(moved.id())
                    .eTag(moved.etag())
                    .build();
        });
    }

    private void giveUp(Write write, AccountId account, Holder holder, DomainName domain) {
        if (holder.tenant().isPresent()) {
            tenants.giveUp(
                    write,
                    tenantFamily.find(write.handle(), account, holder.tenant().get()),
                    domain);
            return;
        }
        Distribution source =
                owned.look(write.handle(), account, holder.distribution().value())
                        .orElseThrow(() ->
                                invalidArgument(
                                        "The parameter Domain belongs to a distribution that another service made: "
                                                + domain));
        List<String> left = new ArrayList<>(aliases(source));
        left.remove(domain.ascii());
        withAliases(write, source, left);
    }

    private Resource take(Write write, AccountId account, Resource target, DomainName domain) {
        return switch (target) {
            case Resource.OfDistribution(Distribution distribution) -> {
                List<String> more = new ArrayList<>(aliases(distribution));
                more.add(domain.ascii());
                try {
                    yield new Resource.OfDistribution(withAliases(write, distribution, more));
                } catch (InvalidViewerCertificateException | TooManyDistributionCnamEsException e) {
                    throw IllegalUpdateException.builder()
                            .message(
                                    "The update contains modifications that are not allowed: "
                                            + e.getMessage())
                            .build();
                }
            }
            case Resource.OfTenant(Tenant tenant) ->
                    new Resource.OfTenant(tenantFamily.take(write, account, tenant, domain));
        };
    }

    private static List<String> aliases(Distribution distribution) {
        return AcceptedConfig.read(distribution.document()).aliases().items();
    }

    private Distribution withAliases(Write write, Distribution distribution, List<String> aliases) {
        DistributionConfig config = AcceptedConfig.read(distribution.document());
        return distributionFamily.accept(
                write,
                distribution,
                AcceptedConfig.of(
                        config.toBuilder()
                                .aliases(all -> all.quantity(aliases.size()).items(aliases))
                                .build()));
    }

    private Resource resource(
            Handle handle, AccountId account, @Nullable DistributionResourceId sent) {
        Optional<DistributionResourceId> named = Optional.ofNullable(sent);
        Optional<String> distribution = named.map(DistributionResourceId::distributionId);
        Optional<String> tenant = named.map(DistributionResourceId::distributionTenantId);
        require(
                distribution.isPresent() != tenant.isPresent(),
                "The parameter DistributionResourceId takes DistributionId or DistributionTenantId: one of them.");
        return distribution
                .<Resource>map(id ->
                        new Resource.OfDistribution(
                                owned.look(handle, account, id)
                                        .orElseThrow(() -> ConnectionGroupFamily.missing(id))))
                .or(() ->
                        tenant.map(id ->
                                new Resource.OfTenant(tenantFamily.find(handle, account, id))))
                .orElseThrow();
    }

    private static String idOf(Holder holder) {
        return holder.tenant().orElse(holder.distribution().value());
    }

    /// Another account's ids are told in part only, as CloudFront does.
    private static DomainConflict conflict(AccountId account, DomainName domain, Holder holder) {
        boolean own = holder.account().equals(account);
        String id = idOf(holder);
        return DomainConflict.builder()
                .domain(domain.ascii())
                .resourceType(
                        holder.tenant().isPresent()
                                ? DistributionResourceType.DISTRIBUTION_TENANT
                                : DistributionResourceType.DISTRIBUTION)
                .resourceId(own ? id : masked(id))
                .accountId(own ? holder.account().value() : masked(holder.account().value()))
                .build();
    }

    private static String masked(String id) {
        int shown = id.length() / 2;
        return "*".repeat(id.length() - shown) + id.substring(id.length() - shown);
    }
}
