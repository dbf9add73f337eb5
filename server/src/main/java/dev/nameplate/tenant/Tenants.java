package dev.nameplate.tenant;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.State;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.Distributions.Holder;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Site;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// The door to the feature: creates, changes and deletes tenants inside the caller's transaction, keeps each domain on one
/// distribution or tenant, tells certificates who uses them, and appends to the change feed.
///
/// A change of a template appends one change for all its tenants: an edge knows their sites by the template's id.
public final class Tenants {
    /// The [Wakeup] name of the work that attaches managed certificates once they are issued.
    public static final String ATTACH = "managed-certificates";

    private final Distributions distributions;
    private final Certificates certificates;
    private final ChangeFeed feed;
    private final InstantSource clock;
    private final TenantIds ids;
    private final Wakeup wakeup;

    public Tenants(
            Distributions distributions,
            Certificates certificates,
            ChangeFeed feed,
            InstantSource clock,
            RandomGenerator random,
            Wakeup wakeup) {
        this.distributions = distributions;
        this.certificates = certificates;
        this.feed = feed;
        this.clock = clock;
        this.ids = new TenantIds(random);
        this.wakeup = wakeup;
    }

    /// @throws Distributions.AliasTaken if another distribution or tenant has one of the domains
    /// @throws NameTaken if the account has a tenant of the name
    /// @throws Unfit if the template cannot be filled in like this
    public Tenant create(
            Write write,
            AccountId account,
            String name,
            Tenant.Settings settings,
            Optional<Tenant.Managed> managed) {
        Handle handle = write.handle();
        Instant now = now();
        Tenant created =
                new Tenant(
                        ids.tenant(),
                        account,
                        name,
                        settings,
                        active(handle, account, settings),
                        managed,
                        ids.etag(),
                        Distribution.Status.IN_PROGRESS,
                        1,
                        now,
                        now);
        if (!TenantRows.insert(handle, created)) {
            throw new NameTaken(name);
        }
        settings.domains().forEach(domain -> distributions.take(write, holder(created), domain));
        settings.certificate().ifPresent(id -> certificates.use(write, id, created.resourceKey()));
        announce(write, created, settings.domains());
        return created;
    }

    /// Accepts new settings; the status becomes in progress.
    ///
    /// @param existing as read in this transaction
    /// @throws Distributions.AliasTaken if another distribution or tenant has one of the domains
    /// @throws Unfit if the template cannot be filled in like this
    public Tenant update(
            Write write,
            Tenant existing,
            Tenant.Settings settings,
            Optional<Tenant.Managed> managed) {
        Handle handle = write.handle();
        Tenant changed =
                new Tenant(
                        existing.id(),
                        existing.account(),
                        existing.name(),
                        settings,
                        active(handle, existing.account(), settings),
                        managed,
                        ids.etag(),
                        Distribution.Status.IN_PROGRESS,
                        existing.version() + 1,
                        existing.createdAt(),
                        now());
        TenantRows.update(handle, changed);
        List<DomainName> before = existing.settings().domains();
        List<DomainName> after = settings.domains();
        boolean moved = !existing.settings().template().equals(settings.template());
        distributions.free(
                write, before.stream().filter(one -> moved || !after.contains(one)).toList());
        after.stream()
                .filter(one -> moved || !before.contains(one))
                .forEach(one -> distributions.take(write, holder(changed), one));
        if (!existing.settings().certificate().equals(settings.certificate())) {
            settings.certificate()
                    .ifPresent(id -> certificates.use(write, id, changed.resourceKey()));
            existing.settings()
                    .certificate()
                    .ifPresent(id -> certificates.release(write, id, changed.resourceKey()));
        }
        Set<DomainName> touched = new LinkedHashSet<>(before);
        touched.addAll(after);
        announce(write, changed, touched);
        return changed;
    }

    /// The rules of when (disabled and deployed) are the door's. Frees domains and certificate.
    public void delete(Write write, Tenant existing) {
        distributions.free(write, existing.settings().domains());
        existing.settings()
                .certificate()
                .ifPresent(id -> certificates.release(write, id, existing.resourceKey()));
        TenantRows.delete(write.handle(), existing.id());
        announce(write, existing, existing.settings().domains());
    }

    /// Moves one domain away, to whoever takes it next in this transaction.
    public Tenant giveUp(Write write, Tenant existing, DomainName domain) {
        List<DomainName> left =
                existing.settings().domains().stream().filter(one -> !one.equals(domain)).toList();
        return update(write, existing, existing.settings().with(left), existing.managed());
    }

    /// Adds one domain.
    ///
    /// @throws Distributions.AliasTaken if another distribution or tenant has it
    public Tenant take(Write write, Tenant existing, DomainName domain) {
        List<DomainName> more = new ArrayList<>(existing.settings().domains());
        more.add(domain);
        return update(write, existing, existing.settings().with(more), existing.managed());
    }

    public Optional<Tenant> find(Handle handle, AccountId account, String idOrName) {
        return TenantRows.find(
                handle, idOrName, TenantIds.TENANT.matcher(idOrName).matches(), account);
    }

    public Optional<Tenant> byDomain(Handle handle, AccountId account, DomainName domain) {
        return distributions
                .holderOf(handle, domain)
                .flatMap(Holder::tenant)
                .flatMap(id -> TenantRows.find(handle, id))
                .filter(tenant -> tenant.account().equals(account));
    }

    /// Those that follow `after`, oldest first.
    public List<Tenant> page(
            Handle handle,
            AccountId account,
            TenantFilter filter,
            Optional<Distributions.Position> after,
            int limit) {
        return TenantRows.page(handle, account, filter, after, limit);
    }

    public boolean hasAny(Handle handle, AccountId account, TenantFilter filter) {
        return !page(handle, account, filter, Optional.empty(), 1).isEmpty();
    }

    /// How a tenant's domain is served: template and tenant in one.
    public record Serving(Site site, ServedConfig config) {}

    /// One read more than a distribution takes; empty for a domain that no certificate covers.
    ///
    /// @param holder of the alias that the host leads to
    public Optional<Serving> serving(
            Handle handle, Holder holder, Distribution template, String host) {
        return serving(handle, holder, template, tenant -> isActive(tenant, host));
    }

    /// The same for a domain that its tenant has no certificate for: whoever brings one can serve it.
    public Optional<Serving> servingAnyway(Handle handle, Holder holder, Distribution template) {
        return serving(handle, holder, template, _ -> true);
    }

    private static Optional<Serving> serving(
            Handle handle, Holder holder, Distribution template, Predicate<Tenant> wanted) {
        return holder.tenant()
                .flatMap(id -> TenantRows.reachable(handle, id))
                .filter(found -> wanted.test(found.tenant()))
                .map(found -> {
                    Tenant tenant = found.tenant();
                    ServedConfig config =
                            TenantSite.filledIn(
                                    template.config(), tenant.settings(), found.groupEnabled());
                    Site site =
                            config.site(template.id(), template.version()).toBuilder()
                                    .tenancy(
                                            Optional.of(
                                                    Site.Tenancy.of(
                                                            template.id().value(),
                                                            tenant.id(),
                                                            tenant.settings().groupId())))
                                    .build();
                    return new Serving(site, config);
                });
    }

    /// By the domain itself, else by a wildcard, which stands for any number of labels.
    private static boolean isActive(Tenant tenant, String host) {
        if (tenant.settings().domains().stream().anyMatch(one -> one.ascii().equals(host))) {
            return tenant.active().stream().anyMatch(one -> one.ascii().equals(host));
        }
        return tenant.active().stream()
                .anyMatch(one -> one.isWildcard() && host.endsWith("." + one.base().ascii()));
    }

    /// Domains served with a certificate that their tenant has for its own, of at most so many tenants.
    public List<DomainName> showing(Handle handle, CertificateId certificate, int limit) {
        return TenantRows.withCertificate(handle, certificate, limit).stream()
                .flatMap(tenant -> tenant.active().stream())
                .toList();
    }

    /// What no edge may have yet.
    public List<Tenant> inProgress(Handle handle, int limit) {
        return TenantRows.inProgress(handle, limit);
    }

    /// Says that every edge node has `version`; does nothing if a newer one was accepted meanwhile.
    public void deployed(Write write, Tenant tenant) {
        TenantRows.deployed(write.handle(), tenant);
    }

    /// Those whose managed certificate is not settled, by id, after one.
    List<Tenant> awaiting(Handle handle, String afterId, int limit) {
        return TenantRows.awaiting(handle, afterId, limit);
    }

    /// Attaches a managed certificate that was issued; of one that never will be, its owner is told by the new ETag.
    void settle(Write write, String id) {
        TenantRows.find(write.handle(), id)
                .ifPresent(tenant ->
                        tenant.managed()
                                .filter(managed -> !managed.settled())
                                .ifPresent(managed -> settle(write, tenant, managed)));
    }

    private void settle(Write write, Tenant tenant, Tenant.Managed managed) {
        Tenant.Settings settings = tenant.settings();
        CertificateId id = managed.certificate();
        Optional<State> state =
                certificates.find(write.handle(), tenant.account(), id).map(Certificate::state);
        if (state.filter(now -> now instanceof State.Pending).isEmpty()) {
            boolean issued = state.filter(now -> now instanceof State.Issued).isPresent();
            update(
                    write,
                    tenant,
                    issued ? settings.with(id) : settings,
                    Optional.of(managed.asSettled()));
        }
    }

    /// The domains that the tenant's own or the template's certificate covers.
    private Set<DomainName> active(Handle handle, AccountId account, Tenant.Settings settings) {
        Distribution template =
                distributions
                        .find(handle, settings.template())
                        .filter(found -> found.account().equals(account))
                        .filter(found -> found.config().template().isPresent())
                        .orElseThrow(() ->
                                new Unfit(
                                        "the distribution "
                                                + settings.template()
                                                + " is no template for tenants"));
        TenantSite.fault(template.config(), settings.parameters())
                .ifPresent(fault -> {
                    throw new Unfit(fault);
                });
        Set<DomainName> active = new LinkedHashSet<>();
        settings.certificate()
                .or(template.config()::certificate)
                .flatMap(id -> certificates.find(handle, account, id))
                .filter(certificate -> certificate.state() instanceof State.Issued)
                .ifPresent(certificate ->
                        settings.domains().stream()
                                .filter(certificate::covers)
                                .forEach(active::add));
        return active;
    }

    /// `touched` are all names an edge may have cached an answer for, the empty answer included.
    private void announce(Write write, Tenant tenant, Collection<DomainName> touched) {
        List<String> hosts = new ArrayList<>();
        touched.forEach(domain -> hosts.add(domain.ascii()));
        feed.append(write, Change.Kind.DISTRIBUTION, tenant.id(), hosts);
        write.afterCommit(() -> {
            wakeup.wake(Distributions.PUBLISH);
            if (tenant.managed().filter(managed -> !managed.settled()).isPresent()) {
                wakeup.wake(ATTACH);
            }
        });
    }

    private static Holder holder(Tenant tenant) {
        return new Holder(tenant.settings().template(), Optional.of(tenant.id()), tenant.account());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS); // as the store keeps it
    }

    /// Which tenants a list is about.
    public sealed interface TenantFilter {
        record All() implements TenantFilter {}

        record OfTemplate(DistributionId template) implements TenantFilter {}

        record InGroup(String groupId) implements TenantFilter {}

        record WithCertificate(CertificateId certificate) implements TenantFilter {}
    }

    public static final class NameTaken extends RuntimeException {
        NameTaken(String name) {
            super("the account has a distribution tenant named " + name);
        }
    }

    /// What was sent does not make the template whole.
    public static final class Unfit extends RuntimeException {
        Unfit(String message) {
            super(message);
        }
    }
}
