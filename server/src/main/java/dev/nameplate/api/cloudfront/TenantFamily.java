package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.tag.Tags;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.Customizations;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.DomainItem;
import software.amazon.awssdk.services.cloudfront.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantByDomainRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantByDomainResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.InvalidAssociationException;
import software.amazon.awssdk.services.cloudfront.model.Parameter;
import software.amazon.awssdk.services.cloudfront.model.ResourceNotDisabledException;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionTenantResponse;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Distribution tenants: made, read, changed, deleted.
///
/// A domain needs a certificate that covers it, its own or the template's, or a managed one asked for in the same breath; until
/// that is issued the domain is inactive and not served.
final class TenantFamily {
    private static final int LONGEST_VALUE = 256;

    private final Database database;
    private final OwnedDistributions distributions;
    private final Tenants tenants;
    private final ConnectionGroups groups;
    private final ViewerCertificates certificates;
    private final GeoRules geo;
    private final ManagedCertificates managed;
    private final Invalidations invalidations;
    private final Tags tags;

    TenantFamily(
            Database database,
            OwnedDistributions distributions,
            Tenants tenants,
            ConnectionGroups groups,
            ViewerCertificates certificates,
            GeoRules geo,
            ManagedCertificates managed,
            Invalidations invalidations,
            Tags tags) {
        this.database = database;
        this.distributions = distributions;
        this.tenants = tenants;
        this.groups = groups;
        this.certificates = certificates;
        this.geo = geo;
        this.managed = managed;
        this.invalidations = invalidations;
        this.tags = tags;
    }

    CreateDistributionTenantResponse create(
            AccountId account, CreateDistributionTenantRequest request) {
        Checked checked = checked(account, request);
        Tenant created = database.write(write -> create(write, account, request, checked));
        return CreateDistributionTenantResponse.builder()
                .distributionTenant(TenantView.full(created, checked.tags()))
                .eTag(created.etag())
                .build();
    }

    /// In the caller's transaction.
    Tenant create(Write write, AccountId account, CreateDistributionTenantRequest request) {
        return create(write, account, request, checked(account, request));
    }

    private record Checked(
            List<DomainName> domains,
            Map<String, String> parameters,
            Map<String, String> tags,
            Optional<ManagedCertificates.Wanted> managed) {}

    private Checked checked(AccountId account, CreateDistributionTenantRequest request) {
        require(
                ConnectionGroupFamily.NAME.matcher(request.name()).matches(),
                "The parameter Name must have 3 to 128 letters, digits, dots or hyphens: "
                        + request.name());
        List<DomainName> domains = domains(request.domains());
        return new Checked(
                domains,
                parameters(request.parameters()),
                request.tags() == null ? Map.of() : DistributionTags.read(request.tags()),
                managed.check(
                        account,
                        request.managedCertificateRequest(),
                        domains,
                        Optional.ofNullable(request.connectionGroupId())));
    }

    private Tenant create(
            Write write,
            AccountId account,
            CreateDistributionTenantRequest request,
            Checked checked) {
        Tenant.Settings settings =
                settings(
                        write,
                        account,
                        request.distributionId(),
                        groupId(write, account, Optional.ofNullable(request.connectionGroupId())),
                        !Boolean.FALSE.equals(request.enabled()),
                        checked.domains(),
                        checked.parameters(),
                        Optional.ofNullable(request.customizations()));
        Optional<Tenant.Managed> asked =
                checked.managed().map(one -> managed.request(write, account, one));
        Tenant tenant =
                explained(
                        account,
                        () -> tenants.create(write, account, request.name(), settings, asked));
        requireCovered(write.handle(), tenant);
        tags.put(write, tenant.resourceKey(), checked.tags());
        return tenant;
    }

    GetDistributionTenantResponse get(AccountId account, GetDistributionTenantRequest request) {
        return database.read(handle -> {
            Tenant found = find(handle, account, request.identifier());
            return GetDistributionTenantResponse.builder()
                    .distributionTenant(
                            TenantView.full(found, tags.of(handle, found.resourceKey())))
                    .eTag(found.etag())
                    .build();
        });
    }

    GetDistributionTenantByDomainResponse get(
            AccountId account, GetDistributionTenantByDomainRequest request) {
        DomainName domain = domain(request.domain());
        return database.read(handle -> {
            Tenant found =
                    tenants.byDomain(handle, account, domain)
                            .orElseThrow(() -> ConnectionGroupFamily.missing(request.domain()));
            return GetDistributionTenantByDomainResponse.builder()
                    .distributionTenant(
                            TenantView.full(found, tags.of(handle, found.resourceKey())))
                    .eTag(found.etag())
                    .build();
        });
    }

    /// What is not sent stays as it is.
    UpdateDistributionTenantResponse update(
            AccountId account, UpdateDistributionTenantRequest request) {
        Tenant before = database.read(handle -> find(handle, account, request.id()));
        List<DomainName> domains =
                request.hasDomains() ? domains(request.domains()) : before.settings().domains();
        Map<String, String> parameters =
                request.hasParameters()
                        ? parameters(request.parameters())
                        : before.settings().parameters();
        Optional<String> group =
                Optional.of(
                        Optional.ofNullable(request.connectionGroupId())
                                .orElse(before.settings().groupId()));
        Optional<ManagedCertificates.Wanted> wanted =
                managed.check(account, request.managedCertificateRequest(), domains, group);
        Tenant changed =
                database.write(write -> {
                    Tenant existing = find(write.handle(), account, request.id());
                    IfMatch.require(existing.etag(), request.ifMatch());
                    Tenant.Settings was = existing.settings();
                    Tenant.Settings sent =
                            settings(
                                    write,
                                    account,
                                    Optional.ofNullable(request.distributionId())
                                            .orElse(was.template().value()),
                                    groupId(write, account, group),
                                    Optional.ofNullable(request.enabled()).orElse(was.enabled()),
                                    domains,
                                    parameters,
                                    Optional.ofNullable(request.customizations()));
                    Tenant.Settings settings =
                            request.customizations() == null
                                    ? new Tenant.Settings(
                                            sent.template(),
                                            sent.groupId(),
                                            sent.enabled(),
                                            sent.domains(),
                                            sent.parameters(),
                                            was.certificate(),
                                            was.geoRestriction())
                                    : sent;
                    Optional<Tenant.Managed> asked =
                            wanted.map(one -> managed.request(write, account, one))
                                    .or(existing::managed);
                    Tenant tenant =
                            explained(
                                    account,
                                    () -> tenants.update(write, existing, settings, asked));
                    // One whose certificate has ended can still be taken out of service.
                    if (settings.enabled() || !settings.domains().equals(was.domains())) {
                        requireCovered(write.handle(), tenant);
                    }
                    return tenant;
                });
        return UpdateDistributionTenantResponse.builder()
                .distributionTenant(
                        TenantView.full(
                                changed,
                                database.read(handle -> tags.of(handle, changed.resourceKey()))))
                .eTag(changed.etag())
                .build();
    }

    DeleteDistributionTenantResponse delete(
            AccountId account, DeleteDistributionTenantRequest request) {
        return database.write(write -> {
            Tenant existing = find(write.handle(), account, request.id());
            IfMatch.require(existing.etag(), request.ifMatch());
            require(
                    !existing.settings().enabled()
                            && existing.status() == Distribution.Status.DEPLOYED,
                    () ->
                            ResourceNotDisabledException.builder()
                                    .message(
                                            "The specified CloudFront resource hasn't been disabled yet.")
                                    .build());
            tenants.delete(write, existing);
            invalidations.forget(write, existing.contentId());
            tags.removeAll(write, existing.resourceKey());
            return DeleteDistributionTenantResponse.builder().build();
        });
    }

    /// The tenant with one more domain, which must be covered as any other.
    Tenant take(Write write, AccountId account, Tenant tenant, DomainName domain) {
        Tenant changed = explained(account, () -> tenants.take(write, tenant, domain));
        requireCovered(write.handle(), changed);
        return changed;
    }

    Tenant find(Handle handle, AccountId account, String idOrName) {
        return tenants.find(handle, account, idOrName)
                .orElseThrow(() -> ConnectionGroupFamily.missing(idOrName));
    }

    private Tenant.Settings settings(
            Write write,
            AccountId account,
            String template,
            String groupId,
            boolean enabled,
            List<DomainName> domains,
            Map<String, String> parameters,
            Optional<Customizations> customizations) {
        Distribution distribution =
                distributions
                        .look(write.handle(), account, template)
                        .orElseThrow(() -> ConnectionGroupFamily.missing(template));
        require(
                distribution.config().template().isPresent(),
                () ->
                        InvalidAssociationException.builder()
                                .message(
                                        "The specified CloudFront resource can't be associated: the ConnectionMode of "
                                                + template
                                                + " is not tenant-only.")
                                .build());
        customizations.ifPresent(TenantFamily::refuseUnserved);
        return new Tenant.Settings(
                distribution.id(),
                groupId,
                enabled,
                domains,
                parameters,
                customizations
                        .flatMap(sent -> Optional.ofNullable(sent.certificate()))
                        .map(certificate ->
                                certificates.usable(write.handle(), account, certificate.arn())),
                customizations
                        .flatMap(sent -> Optional.ofNullable(sent.geoRestrictions()))
                        .map(geo::customization));
    }

    private static void refuseUnserved(Customizations sent) {
        require(
                sent.webAcl() == null,
                "The parameter WebAcl is not supported: there is no WAF here.");
    }

    private String groupId(Write write, AccountId account, Optional<String> sent) {
        return sent.map(id ->
                        groups.find(write.handle(), account, id)
                                .orElseThrow(() -> ConnectionGroupFamily.missing(id)))
                .orElseGet(() -> groups.byDefault(write, account))
                .id();
    }

    private void requireCovered(Handle handle, Tenant tenant) {
        Set<DomainName> promised = managed.names(handle, tenant);
        for (DomainName domain : tenant.settings().domains()) {
            require(
                    tenant.active().contains(domain) || promised.contains(domain),
                    "The parameter Domains contains "
                            + domain
                            + ", which neither the certificate of the distribution tenant nor that of its distribution covers."
                            + " Name another Certificate, or send a ManagedCertificateRequest.");
        }
    }

    private List<DomainName> domains(List<DomainItem> items) {
        Set<DomainName> domains = new LinkedHashSet<>();
        for (DomainItem item : items) {
            DomainName domain = domain(item.domain());
            certificates.requireFree(domain);
            require(domains.add(domain), "The parameter Domains contains " + domain + " twice.");
        }
        require(!domains.isEmpty(), "The parameter Domains needs at least one domain.");
        return List.copyOf(domains);
    }

    static DomainName domain(String text) {
        try {
            return new DomainName(text);
        } catch (DomainName.IllegalDomainName e) {
            throw invalidArgument("The parameter Domain is not valid: " + e.getMessage());
        }
    }

    private static Map<String, String> parameters(List<Parameter> sent) {
        Map<String, String> parameters = new HashMap<>();
        for (Parameter parameter : sent) {
            require(
                    !parameter.value().isEmpty() && parameter.value().length() <= LONGEST_VALUE,
                    "The value of the parameter "
                            + parameter.name()
                            + " may have 1 to 256 characters.");
            require(
                    parameters.put(parameter.name(), parameter.value()) == null,
                    "The parameter Parameters gives " + parameter.name() + " twice.");
        }
        return parameters;
    }

    private static Tenant explained(AccountId account, Supplier<Tenant> write) {
        try {
            return write.get();
        } catch (Distributions.AliasTaken e) {
            throw Refusals.aliasTaken(account, e);
        } catch (Tenants.NameTaken e) {
            throw EntityAlreadyExistsException.builder()
                    .message("The entity already exists: " + e.getMessage() + ".")
                    .build();
        } catch (Tenants.Unfit e) {
            throw invalidArgument("The parameter Parameters is not valid: " + e.getMessage() + ".");
        }
    }
}
