package dev.nameplate.distribution;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Write;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The door to the feature: creates, changes and deletes distributions inside the caller's transaction, keeps every accepted
/// configuration as a numbered version, keeps each alias on one distribution, tells certificates who uses them, and appends to
/// the change feed.
public final class Distributions {
    /// The [Wakeup] name of the work that brings changes to the edge and then calls [#deployed].
    public static final String PUBLISH = "publish";

    private static final String SELECT =
            """
            SELECT d.id, d.account, d.kind, d.caller_reference, d.domain_name, d.status, d.version,
                   d.created_at, v.etag, v.accepted_at, v.served, v.document
            FROM distribution d
            JOIN distribution_version v ON v.distribution = d.id AND v.number = d.version
            """;

    private final Certificates certificates;
    private final ChangeFeed feed;
    private final InstantSource clock;
    private final RandomNames names;
    private final Wakeup wakeup;

    /// @param suffix the installation's own zone; each distribution is also reachable as `d….cdn.<suffix>`
    public Distributions(
            Certificates certificates,
            ChangeFeed feed,
            InstantSource clock,
            SecureRandom random,
            String suffix,
            Wakeup wakeup) {
        this.certificates = certificates;
        this.feed = feed;
        this.clock = clock;
        this.names = new RandomNames(random, suffix);
        this.wakeup = wakeup;
    }

    /// @throws AliasTaken if another distribution has one of the aliases
    /// @throws CallerReferenceUsed if the account has a distribution with the reference
    public Distribution create(
            Write write,
            AccountId account,
            Distribution.Kind kind,
            String callerReference,
            ServedConfig config,
            String document) {
        return create(write, account, kind, callerReference, config, document, Provenance.of(kind));
    }

    /// @throws AliasTaken if another distribution has one of the aliases
    /// @throws CallerReferenceUsed if the account has a distribution with the reference
    public Distribution create(
            Write write,
            AccountId account,
            Distribution.Kind kind,
            String callerReference,
            ServedConfig config,
            String document,
            Provenance provenance) {
        Handle handle = write.handle();
        Instant now = now();
        Distribution created =
                new Distribution(
                        names.id(),
                        account,
                        kind,
                        callerReference,
                        names.domainName(),
                        Distribution.Status.IN_PROGRESS,
                        1,
                        names.etag(),
                        now,
                        now,
                        config,
                        document);
        int inserted =
                handle.createUpdate(
                                """
                                INSERT INTO distribution (id, account, kind, caller_reference, domain_name, status, version,
                                    certificate, created_at)
                                VALUES (:id, :account, :kind, :reference, :domain, :status, 1, :certificate, :now)
                                ON CONFLICT (account, kind, caller_reference) DO NOTHING
                                """)
                        .bind("id", created.id().value())
                        .bind("account", account.value())
                        .bind("kind", kind.name())
                        .bind("reference", callerReference)
                        .bind("domain", created.domainName())
                        .bind("status", created.status().name())
                        .bind("certificate", certificateOf(config))
                        .bind("now", now.toEpochMilli())
                        .execute();
        if (inserted == 0) {
            throw new CallerReferenceUsed(
                    callerReference, holderOf(handle, account, kind, callerReference));
        }
        VersionTable.keep(handle, created, provenance);
        Set<DomainName> aliases = new LinkedHashSet<>(config.aliases());
        aliases.forEach(alias -> AliasTable.take(handle, holder(created), account, alias));
        config.certificate()
                .ifPresent(id -> certificates.use(write, id, created.id().resourceKey()));
        announce(write, created, aliases);
        return created;
    }

    /// Accepts a new configuration as the next version; the status becomes in progress.
    ///
    /// @param existing as read in this transaction
    /// @throws AliasTaken if another distribution has one of the aliases
    public Distribution update(
            Write write, Distribution existing, ServedConfig config, String document) {
        return update(write, existing, config, document, Provenance.of(existing.kind()));
    }

    /// Accepts a new configuration as the next version; the status becomes in progress.
    ///
    /// @param existing as read in this transaction
    /// @throws AliasTaken if another distribution has one of the aliases
    public Distribution update(
            Write write,
            Distribution existing,
            ServedConfig config,
            String document,
            Provenance provenance) {
        Handle handle = write.handle();
        Distribution updated =
                new Distribution(
                        existing.id(),
                        existing.account(),
                        existing.kind(),
                        existing.callerReference(),
                        existing.domainName(),
                        Distribution.Status.IN_PROGRESS,
                        existing.version() + 1,
                        names.etag(),
                        existing.createdAt(),
                        now(),
                        config,
                        document);
        handle.createUpdate(
                        """
                        UPDATE distribution SET status = :status, version = :version, certificate = :certificate
                        WHERE id = :id
                        """)
                .bind("id", updated.id().value())
                .bind("status", updated.status().name())
                .bind("version", updated.version())
                .bind("certificate", certificateOf(config))
                .execute();
        VersionTable.keep(handle, updated, provenance);

        Set<DomainName> before = new LinkedHashSet<>(existing.config().aliases());
        Set<DomainName> after = new LinkedHashSet<>(config.aliases());
        AliasTable.free(handle, before.stream().filter(alias -> !after.contains(alias)).toList());
        after.stream()
                .filter(alias -> !before.contains(alias))
                .forEach(alias ->
                        AliasTable.take(handle, holder(updated), updated.account(), alias));

        String resource = updated.id().resourceKey();
        if (!existing.config().certificate().equals(config.certificate())) {
            config.certificate().ifPresent(id -> certificates.use(write, id, resource));
            existing.config()
                    .certificate()
                    .ifPresent(id -> certificates.release(write, id, resource));
        }
        Set<DomainName> touched = new LinkedHashSet<>(before);
        touched.addAll(after);
        announce(write, updated, touched);
        return updated;
    }

    /// Serves the same configuration in another way, because something it names has changed: version, ETag and document stay,
    /// and so do aliases and certificate.
    ///
    /// @param existing as read in this transaction
    public void serveAnew(Write write, Distribution existing, ServedConfig config) {
        write.handle()
                .createUpdate(
                        """
                        UPDATE distribution_version SET served = :served
                        WHERE distribution = :id AND number = :number
                        """)
                .bind("served", ServedConfigJson.write(config))
                .bind("id", existing.id().value())
                .bind("number", existing.version())
                .execute();
        write.handle()
                .createUpdate("UPDATE distribution SET status = 'IN_PROGRESS' WHERE id = :id")
                .bind("id", existing.id().value())
                .execute();
        announce(write, existing, new LinkedHashSet<>(existing.config().aliases()));
    }

    /// The rules of when (disabled and deployed) are the door's. Frees aliases and the certificate.
    public void delete(Write write, Distribution existing) {
        Handle handle = write.handle();
        Set<DomainName> aliases = new LinkedHashSet<>(existing.config().aliases());
        AliasTable.free(handle, aliases);
        existing.config()
                .certificate()
                .ifPresent(id -> certificates.release(write, id, existing.id().resourceKey()));
        SnapshotTable.forget(handle, existing.id());
        handle.createUpdate("DELETE FROM distribution_version WHERE distribution = :id")
                .bind("id", existing.id().value())
                .execute();
        handle.createUpdate("DELETE FROM distribution WHERE id = :id")
                .bind("id", existing.id().value())
                .execute();
        announce(write, existing, aliases);
    }

    public Optional<Distribution> find(Handle handle, DistributionId id) {
        return handle.createQuery(SELECT + "WHERE d.id = :id")
                .bind("id", id.value())
                .map((row, _) -> distribution(row))
                .findOne();
    }

    /// A place in the order of [#page].
    public record Position(long createdAtMillis, String id) {}

    /// Those that follow `after`, oldest first.
    public List<Distribution> page(
            Handle handle,
            AccountId account,
            Distribution.Kind kind,
            Optional<Position> after,
            int limit) {
        Position start = after.orElse(new Position(-1, ""));
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE d.account = :account AND d.kind = :kind
                                  AND (d.created_at > :time OR (d.created_at = :time AND d.id > :id))
                                ORDER BY d.created_at, d.id LIMIT :limit
                                """)
                .bind("account", account.value())
                .bind("kind", kind.name())
                .bind("time", start.createdAtMillis())
                .bind("id", start.id())
                .bind("limit", limit)
                .map((row, _) -> distribution(row))
                .list();
    }

    /// Whether the name lies where distributions have their own names: no alias may, or it could draw another's visitors.
    public boolean reserves(DomainName alias) {
        return names.isOwn(alias.ascii());
    }

    /// The distribution that `host` leads to: the one that bears it as its own name, else the one with this exact alias, else
    /// the one with the closest wildcard alias (of any depth).
    public Optional<Distribution> serving(Handle handle, String host) {
        if (names.isOwn(host)) {
            return named(handle, host);
        }
        return AliasTable.leadingTo(handle, host)
                .flatMap(holder -> find(handle, holder.distribution()));
    }

    /// The distribution that bears one of the names that distributions are given.
    public Optional<Distribution> named(Handle handle, String domainName) {
        return handle.createQuery(SELECT + "WHERE d.domain_name = :host")
                .bind("host", domainName)
                .map((row, _) -> distribution(row))
                .findOne();
    }

    /// Who has an alias: a distribution, or a tenant of one.
    public record Holder(DistributionId distribution, Optional<String> tenant, AccountId account) {}

    private static Holder holder(Distribution distribution) {
        return new Holder(distribution.id(), Optional.empty(), distribution.account());
    }

    /// An alias and who has it.
    public record Held(DomainName alias, Holder holder) {}

    /// What stands in the way of `alias` at `own`: the same name, or one that overlaps with it, at another distribution of
    /// whatever account. In the order of names, from behind `after`.
    public List<Held> conflicting(
            Handle handle, DistributionId own, DomainName alias, String after, int limit) {
        return AliasTable.conflicting(handle, own, alias, after, limit);
    }

    public Optional<Holder> holderOf(Handle handle, DomainName alias) {
        return AliasTable.holderOf(handle, alias);
    }

    /// Whose alias `host` leads to, exactly or by the closest wildcard; empty also for names of our own.
    public Optional<Holder> leadingTo(Handle handle, String host) {
        return names.isOwn(host) ? Optional.empty() : AliasTable.leadingTo(handle, host);
    }

    /// Gives a tenant of one of the account's distributions a domain.
    ///
    /// @throws AliasTaken if another distribution or tenant has it, or another account a name that overlaps with it
    public void take(Write write, Holder tenant, DomainName domain) {
        AliasTable.take(write.handle(), tenant, tenant.account(), domain);
    }

    /// Takes domains away from a tenant.
    public void free(Write write, Collection<DomainName> domains) {
        AliasTable.free(write.handle(), domains);
    }

    /// A name among those that distributions are given, for something else that is reached through the edge.
    public String newDomainName() {
        return names.domainName();
    }

    public List<Distribution> using(Handle handle, CertificateId certificate) {
        return handle.createQuery(SELECT + "WHERE d.certificate = :certificate ORDER BY d.id")
                .bind("certificate", certificate.toString())
                .map((row, _) -> distribution(row))
                .list();
    }

    public List<Distribution> inProgress(Handle handle, int limit) {
        return handle.createQuery(
                        SELECT + "WHERE d.status = 'IN_PROGRESS' ORDER BY d.id LIMIT :limit")
                .bind("limit", limit)
                .map((row, _) -> distribution(row))
                .list();
    }

    /// Says that every edge node has `version`; does nothing if a newer one was accepted meanwhile.
    public void deployed(Write write, DistributionId id, long version) {
        write.handle()
                .createUpdate(
                        "UPDATE distribution SET status = 'DEPLOYED' WHERE id = :id AND version = :version")
                .bind("id", id.value())
                .bind("version", version)
                .execute();
    }

    public Optional<ConfigVersion> version(Handle handle, DistributionId id, long number) {
        return VersionTable.find(handle, id, number);
    }

    private static DistributionId holderOf(
            Handle handle, AccountId account, Distribution.Kind kind, String callerReference) {
        return new DistributionId(
                handle.createQuery(
                                """
                                SELECT id FROM distribution
                                WHERE account = :account AND kind = :kind AND caller_reference = :reference
                                """)
                        .bind("account", account.value())
                        .bind("kind", kind.name())
                        .bind("reference", callerReference)
                        .mapTo(String.class)
                        .one());
    }

    /// `touched` are all names an edge may have cached an answer for, the empty answer included.
    private void announce(Write write, Distribution distribution, Set<DomainName> touched) {
        List<String> hosts = new ArrayList<>();
        touched.forEach(alias -> hosts.add(alias.ascii()));
        hosts.add(distribution.domainName());
        if (distribution.config().template().isPresent()) {
            hosts.addAll(sharedCertificate(write.handle(), distribution));
        }
        feed.append(write, Change.Kind.DISTRIBUTION, distribution.id().value(), hosts);
        write.afterCommit(() -> wakeup.wake(PUBLISH));
    }

    /// The tenants of a template are not listed, there may be a million: an edge knows their sites by the template's id, and
    /// those of their names that show the template's certificate by the names in that certificate, the former one's too.
    private List<String> sharedCertificate(Handle handle, Distribution template) {
        Set<CertificateId> shown = new LinkedHashSet<>();
        template.config().certificate().ifPresent(shown::add);
        if (template.version() > 1) {
            handle.createQuery(
                            "SELECT served FROM distribution_version WHERE distribution = :id AND number = :number")
                    .bind("id", template.id().value())
                    .bind("number", template.version() - 1)
                    .mapTo(String.class)
                    .findOne()
                    .flatMap(served -> ServedConfigJson.read(served).certificate())
                    .ifPresent(shown::add);
        }
        return certificates.find(handle, template.account(), shown).stream()
                .flatMap(certificate -> certificate.names().stream())
                .map(DomainName::ascii)
                .distinct()
                .toList();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS); // as the store keeps it
    }

    private static @Nullable String certificateOf(ServedConfig config) {
        return config.certificate().map(CertificateId::toString).orElse(null);
    }

    private static Distribution distribution(ResultSet row) throws SQLException {
        return new Distribution(
                new DistributionId(row.getString("id")),
                new AccountId(row.getString("account")),
                Distribution.Kind.valueOf(row.getString("kind")),
                row.getString("caller_reference"),
                row.getString("domain_name"),
                Distribution.Status.valueOf(row.getString("status")),
                row.getLong("version"),
                row.getString("etag"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("accepted_at")),
                ServedConfigJson.read(row.getString("served")),
                row.getString("document"));
    }

    public static final class AliasTaken extends RuntimeException {
        private final DomainName alias;
        private final Holder holder;

        public AliasTaken(DomainName alias, Holder holder) {
            super(
                    "the alias "
                            + alias
                            + " belongs to, or overlaps with one of, "
                            + holder.tenant().orElse(holder.distribution().value()));
            this.alias = alias;
            this.holder = holder;
        }

        public DomainName alias() {
            return alias;
        }

        public Holder holder() {
            return holder;
        }
    }

    public static final class CallerReferenceUsed extends RuntimeException {
        private final DistributionId holder;

        public CallerReferenceUsed(String reference, DistributionId holder) {
            super("the caller reference " + reference + " was used for " + holder);
            this.holder = holder;
        }

        public DistributionId holder() {
            return holder;
        }
    }
}
