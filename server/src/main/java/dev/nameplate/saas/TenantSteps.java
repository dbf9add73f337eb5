package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.ConnectionGroupSummary;
import software.amazon.awssdk.services.cloudfront.model.Customizations;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenant;
import software.amazon.awssdk.services.cloudfront.model.DomainResult;
import software.amazon.awssdk.services.cloudfront.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.EntityNotFoundException;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.ListConnectionGroupsResponse;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The steps of an entry that a tenant serves. CloudFront makes no tenant without a certificate for its domains, so it is made when
/// that is issued; where its names are to lead is known before, from its connection group.
final class TenantSteps implements ServedSteps {
    private final Function<AccountId, CloudFrontClient> cloudFront;
    private final Templates.Look templates;
    private final FreeNames names;
    private final AliasHolders holders;

    /// Of default groups.
    private final Map<AccountId, Optional<String>> endpoints = new ConcurrentHashMap<>();

    TenantSteps(Platform platform, FreeNames names) {
        this.cloudFront = platform.services().cloudFront();
        this.templates = platform.rules().templates().look();
        this.holders = platform.rules().holders();
        this.names = names;
    }

    @Override
    public Progress validate(Entry entry, Instant now) {
        Template template = entry.template().orElseThrow();
        Optional<String> endpoint;
        try {
            templates.require(entry.account(), template);
            endpoint =
                    TenantRequest.tenancy(entry)
                            .connectionGroup()
                            .map(group ->
                                    templates.group(entry.account(), group).routingEndpoint());
        } catch (Templates.UnusableTemplate e) {
            throw new StepRefused(
                    new Failure(Stage.DISTRIBUTION, e.reason(), Failure.Actor.REQUESTER));
        }
        names.require(entry);
        requireName(entry);
        return endpoint.or(() ->
                        endpoints.computeIfAbsent(
                                entry.account(),
                                account -> defaultEndpoint(cloudFront.apply(account))))
                .map(entry.progress()::leadingTo)
                .orElseGet(entry::progress)
                .reached(EntryState.CERTIFICATE, now);
    }

    /// A tenant is made last: without this look, a name that is taken would be found when there is a certificate already.
    private void requireName(Entry entry) {
        if (TenantRequest.tenancy(entry).name().isEmpty()) {
            return;
        }
        find(cloudFront.apply(entry.account()), TenantRequest.name(entry))
                .map(GetDistributionTenantResponse::distributionTenant)
                .filter(tenant -> !TenantRequest.made(entry, tenant))
                .ifPresent(tenant -> {
                    throw taken(tenant);
                });
    }

    private static StepRefused taken(DistributionTenant tenant) {
        return new StepRefused(
                new Failure(
                        Stage.DISTRIBUTION,
                        "the account has a tenant named '"
                                + tenant.name()
                                + "' already, which was not made for this entry",
                        Failure.Actor.REQUESTER));
    }

    /// @return empty while the account has no default group: CloudFront makes that with the first tenant
    private static Optional<String> defaultEndpoint(CloudFrontClient client) {
        String marker = "";
        do {
            String from = marker;
            ListConnectionGroupsResponse page =
                    client.listConnectionGroups(request -> {
                        if (!from.isEmpty()) {
                            request.marker(from);
                        }
                    });
            Optional<String> found =
                    page.connectionGroups().stream()
                            .filter(each -> Boolean.TRUE.equals(each.isDefault()))
                            .map(ConnectionGroupSummary::routingEndpoint)
                            .findFirst();
            if (found.isPresent()) {
                return found;
            }
            marker = Optional.ofNullable(page.nextMarker()).orElse("");
        } while (!marker.isEmpty());
        return Optional.empty();
    }

    @Override
    public Progress make(Entry entry, Instant now) {
        return entry.progress().reached(EntryState.CERTIFICATE, now);
    }

    @Override
    public Progress bind(Entry entry, Instant now) {
        try {
            return with(entry, entry.names()).reached(EntryState.VERIFY, now);
        } catch (CnameAlreadyExistsException e) {
            Set<DomainName> awaited = DistributionSteps.awaited(holders, entry, e);
            // A tenant has a name at least: the first that comes brings it about.
            List<DomainName> here =
                    entry.names().stream().filter(name -> !awaited.contains(name)).toList();
            Progress made = here.isEmpty() ? entry.progress() : with(entry, here);
            return made.lookAgain(
                    DistributionSteps.laterAndLater(entry, now, DistributionSteps.AWAITED));
        }
    }

    private Progress with(Entry entry, List<DomainName> wanted) {
        CloudFrontClient client = cloudFront.apply(entry.account());
        try {
            DistributionTenant made =
                    client.createDistributionTenant(TenantRequest.of(entry, wanted))
                            .distributionTenant();
            return known(client, entry, made);
        } catch (EntityAlreadyExistsException e) {
            GetDistributionTenantResponse found =
                    find(client, TenantRequest.name(entry)).orElseThrow(() -> e);
            DistributionTenant tenant = found.distributionTenant();
            if (!TenantRequest.made(entry, tenant)) {
                throw taken(tenant);
            }
            // A name may have come since the caller looked.
            Set<String> has = has(tenant);
            List<DomainName> all =
                    entry.names().stream()
                            .filter(name -> wanted.contains(name) || has.contains(name.ascii()))
                            .toList();
            if (!isBound(entry, tenant, all)) {
                client.updateDistributionTenant(request ->
                        request.id(tenant.id())
                                .ifMatch(found.eTag())
                                .domains(TenantRequest.domains(all))
                                .customizations(
                                        Optional.ofNullable(tenant.customizations())
                                                .map(Customizations::toBuilder)
                                                .orElseGet(Customizations::builder)
                                                .certificate(certificate ->
                                                        certificate.arn(certificate(entry)))
                                                .build())
                                .enabled(true));
            }
            return known(client, entry, tenant);
        }
    }

    private static boolean isBound(
            Entry entry, DistributionTenant tenant, List<DomainName> wanted) {
        return has(tenant)
                        .equals(wanted.stream().map(DomainName::ascii).collect(Collectors.toSet()))
                && Boolean.TRUE.equals(tenant.enabled())
                && Optional.ofNullable(tenant.customizations())
                        .flatMap(with -> Optional.ofNullable(with.certificate()))
                        .filter(with -> certificate(entry).equals(with.arn()))
                        .isPresent();
    }

    private static Set<String> has(DistributionTenant tenant) {
        return tenant.domains().stream().map(DomainResult::domain).collect(Collectors.toSet());
    }

    private static String certificate(Entry entry) {
        return entry.progress().certificateArn().orElseThrow();
    }

    private static Progress known(CloudFrontClient client, Entry entry, DistributionTenant tenant) {
        String target =
                entry.progress()
                        .target()
                        .or(() ->
                                Optional.of(
                                        client.getConnectionGroup(request ->
                                                        request.identifier(
                                                                tenant.connectionGroupId()))
                                                .connectionGroup()
                                                .routingEndpoint()))
                        .orElseThrow();
        return entry.progress()
                .leadingTo(target)
                .cloned(new Progress.Clone(tenant.id(), tenant.arn(), target));
    }

    @Override
    public Progress unserve(Entry entry, Instant now) {
        CloudFrontClient client = cloudFront.apply(entry.account());
        Optional<Progress.Clone> known = entry.progress().distribution();
        Optional<GetDistributionTenantResponse> found =
                known.isPresent()
                        ? find(client, known.get().id())
                        : find(client, TenantRequest.name(entry))
                                .filter(each ->
                                        TenantRequest.made(entry, each.distributionTenant()));
        if (found.isEmpty()) {
            return gone(entry, now);
        }
        DistributionTenant tenant = found.get().distributionTenant();
        if (Boolean.TRUE.equals(tenant.enabled())) {
            try {
                client.updateDistributionTenant(request ->
                        request.id(tenant.id()).ifMatch(found.get().eTag()).enabled(false));
            } catch (EntityNotFoundException _) {
                return gone(entry, now);
            }
        }
        return known(client, entry, tenant).removes(EntryState.DELETE_DISTRIBUTION, now);
    }

    @Override
    public Progress delete(Entry entry, Instant now) {
        CloudFrontClient client = cloudFront.apply(entry.account());
        Optional<GetDistributionTenantResponse> found =
                find(client, entry.progress().distribution().orElseThrow().id());
        if (found.isEmpty()) {
            return gone(entry, now);
        }
        DistributionTenant tenant = found.get().distributionTenant();
        if (!"Deployed".equals(tenant.status())) {
            return entry.progress()
                    .lookAgain(
                            DistributionSteps.laterAndLater(
                                    entry, now, DistributionSteps.LONGEST_PAUSE));
        }
        try {
            client.deleteDistributionTenant(
                    request -> request.id(tenant.id()).ifMatch(found.get().eTag()));
        } catch (EntityNotFoundException _) {
            // Deleted since it was read.
        }
        return gone(entry, now);
    }

    private static Progress gone(Entry entry, Instant now) {
        return entry.progress().withoutDistribution().removes(EntryState.DELETE_CERTIFICATE, now);
    }

    private static Optional<GetDistributionTenantResponse> find(
            CloudFrontClient client, String idOrName) {
        try {
            return Optional.of(
                    client.getDistributionTenant(request -> request.identifier(idOrName)));
        } catch (EntityNotFoundException _) {
            return Optional.empty();
        }
    }
}
