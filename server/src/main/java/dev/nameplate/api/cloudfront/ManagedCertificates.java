package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.KeyChoice;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.QuotaExceeded;
import dev.nameplate.certificate.Request;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.Validation;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.tenant.ConnectionGroup;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenant.TokenHost;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.DnsConfiguration;
import software.amazon.awssdk.services.cloudfront.model.DnsConfigurationStatus;
import software.amazon.awssdk.services.cloudfront.model.EntityLimitExceededException;
import software.amazon.awssdk.services.cloudfront.model.GetManagedCertificateDetailsRequest;
import software.amazon.awssdk.services.cloudfront.model.GetManagedCertificateDetailsResponse;
import software.amazon.awssdk.services.cloudfront.model.ManagedCertificateDetails;
import software.amazon.awssdk.services.cloudfront.model.ManagedCertificateRequest;
import software.amazon.awssdk.services.cloudfront.model.ManagedCertificateStatus;
import software.amazon.awssdk.services.cloudfront.model.ValidationTokenDetail;
import software.amazon.awssdk.services.cloudfront.model.ValidationTokenHost;
import software.amazon.awssdk.services.cloudfront.model.VerifyDnsConfigurationRequest;
import software.amazon.awssdk.services.cloudfront.model.VerifyDnsConfigurationResponse;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Certificates asked for on behalf of tenants, proven over HTTP: by our edge where the domains lead here already, or by the
/// owner's own web server. Once issued they are attached, and renewed like any other.
final class ManagedCertificates {
    private final Database database;
    private final Certificates certificates;
    private final Tenants tenants;
    private final ConnectionGroups groups;
    private final ProofLookup dns;
    private final InstantSource clock;

    ManagedCertificates(
            Database database,
            Certificates certificates,
            Tenants tenants,
            ConnectionGroups groups,
            ProofLookup dns,
            InstantSource clock) {
        this.database = database;
        this.certificates = certificates;
        this.tenants = tenants;
        this.groups = groups;
        this.dns = dns;
        this.clock = clock;
    }

    /// @param names primary first
    record Wanted(List<DomainName> names, TokenHost host) {}

    /// Outside any transaction, because the DNS is asked.
    Optional<Wanted> check(
            AccountId account,
            @Nullable ManagedCertificateRequest request,
            List<DomainName> domains,
            Optional<String> groupId) {
        if (request == null) {
            return Optional.empty();
        }
        TokenHost host =
                switch (request.validationTokenHost()) {
                    case CLOUDFRONT -> TokenHost.EDGE;
                    case SELF_HOSTED -> TokenHost.OWNER;
                    case UNKNOWN_TO_SDK_VERSION ->
                            throw invalidArgument(
                                    "The parameter ValidationTokenHost must be cloudfront or self-hosted.");
                };
        for (DomainName domain : domains) {
            require(
                    !domain.isWildcard(),
                    "The parameter ManagedCertificateRequest cannot be used with "
                            + domain
                            + ": a wildcard is not proven over HTTP.");
        }
        if (host == TokenHost.EDGE) {
            domains.forEach(domain -> requireLeadsHere(account, domain, groupId));
        }
        List<DomainName> names = new ArrayList<>(domains);
        Optional.ofNullable(request.primaryDomainName())
                .map(TenantFamily::domain)
                .ifPresent(primary -> {
                    require(
                            names.remove(primary),
                            "The parameter PrimaryDomainName must be one of the Domains: "
                                    + primary);
                    names.addFirst(primary);
                });
        return Optional.of(new Wanted(names, host));
    }

    Tenant.Managed request(Write write, AccountId account, Wanted wanted) {
        try {
            Certificate requested =
                    certificates.request(
                            write,
                            account,
                            Region.US_EAST_1,
                            new Request(
                                    Origin.ACM,
                                    wanted.names,
                                    new KeyChoice.Unnamed(KeyAlgorithm.RSA_2048),
                                    Validation.HTTP,
                                    false));
            return new Tenant.Managed(requested.id(), wanted.host, false);
        } catch (QuotaExceeded e) {
            throw EntityLimitExceededException.builder()
                    .message("The entity limit has been exceeded: " + e.getMessage())
                    .build();
        }
    }

    /// The names that a tenant's managed certificate has or will have.
    Set<DomainName> names(Handle handle, Tenant tenant) {
        return tenant.managed()
                .filter(managed -> !managed.settled())
                .flatMap(managed ->
                        certificates.find(handle, tenant.account(), managed.certificate()))
                .map(certificate -> Set.copyOf(certificate.names()))
                .orElse(Set.of());
    }

    GetManagedCertificateDetailsResponse details(
            AccountId account, GetManagedCertificateDetailsRequest request) {
        return database.read(handle -> {
            Tenant tenant =
                    tenants.find(handle, account, request.identifier())
                            .orElseThrow(() -> ConnectionGroupFamily.missing(request.identifier()));
            Tenant.Managed managed =
                    tenant.managed()
                            .orElseThrow(() ->
                                    ConnectionGroupFamily.missing(
                                            "a managed certificate of " + request.identifier()));
            Certificate certificate =
                    certificates
                            .find(handle, account, managed.certificate())
                            .orElseThrow(() ->
                                    ConnectionGroupFamily.missing(
                                            "the managed certificate of " + request.identifier()));
            return GetManagedCertificateDetailsResponse.builder()
                    .managedCertificateDetails(view(certificate, managed.host()))
                    .build();
        });
    }

    /// Whether the domains of a tenant lead to its connection group, as the DNS says now.
    VerifyDnsConfigurationResponse verify(
            AccountId account, VerifyDnsConfigurationRequest request) {
        Tenant tenant =
                database.read(handle ->
                        tenants.find(handle, account, request.identifier())
                                .orElseThrow(
                                        () -> ConnectionGroupFamily.missing(request.identifier())));
        Optional<DomainName> only = Optional.ofNullable(request.domain()).map(TenantFamily::domain);
        only.ifPresent(domain ->
                require(
                        tenant.settings().domains().contains(domain),
                        "The parameter Domain is none of the distribution tenant's: " + domain));
        Optional<String> endpoint = endpoint(account, Optional.of(tenant.settings().groupId()));
        List<DnsConfiguration> found =
                only.map(List::of).orElse(tenant.settings().domains()).stream()
                        .map(domain -> configuration(domain, endpoint))
                        .toList();
        return VerifyDnsConfigurationResponse.builder().dnsConfigurationList(found).build();
    }

    private DnsConfiguration configuration(DomainName domain, Optional<String> endpoint) {
        DnsConfiguration.Builder view = DnsConfiguration.builder().domain(domain.ascii());
        return switch (look(domain, endpoint.orElseThrow())) {
            case Sighting.Found _ ->
                    view.status(DnsConfigurationStatus.VALID_CONFIGURATION).build();
            case Sighting.Absent absent ->
                    view.status(DnsConfigurationStatus.INVALID_CONFIGURATION)
                            .reason(
                                    "The domain has no CNAME to "
                                            + endpoint.get()
                                            + ": "
                                            + absent.finding().words())
                            .build();
            case Sighting.Unreachable unreachable ->
                    view.status(DnsConfigurationStatus.UNKNOWN_CONFIGURATION)
                            .reason(unreachable.finding().words())
                            .build();
        };
    }

    private void requireLeadsHere(AccountId account, DomainName domain, Optional<String> groupId) {
        Optional<String> endpoint = endpoint(account, groupId);
        require(
                endpoint.isPresent() && look(domain, endpoint.get()) instanceof Sighting.Found,
                "The parameter ManagedCertificateRequest with the ValidationTokenHost cloudfront needs a CNAME from "
                        + domain
                        + " to the routing endpoint of its connection group"
                        + endpoint.map(name -> ", " + name).orElse("")
                        + ".");
    }

    private Sighting look(DomainName domain, String endpoint) {
        return dns.look(new CnameRecord(domain.ascii() + ".", endpoint + "."));
    }

    /// Empty for a group that is not there, or a default group that is yet to be made.
    private Optional<String> endpoint(AccountId account, Optional<String> groupId) {
        return database.read(handle ->
                groupId.flatMap(id -> groups.find(handle, account, id))
                        .or(() ->
                                groupId.isPresent()
                                        ? Optional.empty()
                                        : groups.existingDefault(handle, account))
                        .map(ConnectionGroup::routingEndpoint));
    }

    private ManagedCertificateDetails view(Certificate certificate, TokenHost host) {
        List<ValidationTokenDetail> tokens =
                certificate.proofs().stream().flatMap(ManagedCertificates::token).toList();
        return ManagedCertificateDetails.builder()
                .certificateArn(TenantView.certificateArn(certificate.account(), certificate.id()))
                .certificateStatus(status(certificate, clock.instant()))
                .validationTokenHost(
                        switch (host) {
                            case EDGE -> ValidationTokenHost.CLOUDFRONT;
                            case OWNER -> ValidationTokenHost.SELF_HOSTED;
                        })
                .validationTokenDetails(tokens)
                .build();
    }

    private static Stream<ValidationTokenDetail> token(Proof proof) {
        return proof.file().stream()
                .map(file ->
                        ValidationTokenDetail.builder()
                                .domain(proof.name().ascii())
                                .redirectFrom(file.redirectFrom().toString())
                                .redirectTo(file.redirectTo().toString())
                                .build());
    }

    private static ManagedCertificateStatus status(Certificate certificate, Instant now) {
        return switch (certificate.state()) {
            case State.Pending _ -> ManagedCertificateStatus.PENDING_VALIDATION;
            case State.Issued issued ->
                    issued.isExpired(now)
                            ? ManagedCertificateStatus.EXPIRED
                            : ManagedCertificateStatus.ISSUED;
            case State.Revoked _ -> ManagedCertificateStatus.REVOKED;
            case State.Failed _ -> ManagedCertificateStatus.FAILED;
            case State.TimedOut _ -> ManagedCertificateStatus.VALIDATION_TIMED_OUT;
        };
    }
}
