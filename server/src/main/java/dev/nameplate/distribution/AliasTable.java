package dev.nameplate.distribution;

import dev.nameplate.distribution.Distributions.AliasTaken;
import dev.nameplate.distribution.Distributions.Held;
import dev.nameplate.distribution.Distributions.Holder;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Who holds which alias. One holder each, over all accounts; and a wildcard may overlap with another name only within one
/// account, because otherwise one customer could draw another's visitors. Every look-up is by equality on an index.
final class AliasTable {
    private AliasTable() {}

    /// @throws AliasTaken if another distribution or tenant has the alias, or another account a name that overlaps with it
    static void take(Handle handle, Holder holder, AccountId account, DomainName alias) {
        int taken =
                handle.createUpdate(
                                """
                                INSERT INTO distribution_alias (alias, distribution, tenant, account)
                                VALUES (:alias, :distribution, :tenant, :account)
                                ON CONFLICT (alias) DO NOTHING
                                """)
                        .bind("alias", alias.ascii())
                        .bind("distribution", holder.distribution().value())
                        .bind("tenant", holder.tenant().orElse(null))
                        .bind("account", account.value())
                        .execute();
        if (taken == 0) {
            throw new AliasTaken(alias, holderOf(handle, alias).orElseThrow());
        }
        overlapping(handle, account, alias)
                .ifPresent(other -> {
                    throw new AliasTaken(alias, other);
                });
        for (String ancestor : ancestors(alias)) {
            handle.createUpdate(
                            """
                            INSERT INTO distribution_alias_ancestor (ancestor, account, alias)
                            VALUES (:ancestor, :account, :alias)
                            """)
                    .bind("ancestor", ancestor)
                    .bind("account", account.value())
                    .bind("alias", alias.ascii())
                    .execute();
        }
    }

    static void free(Handle handle, Collection<DomainName> aliases) {
        for (DomainName alias : aliases) {
            handle.createUpdate("DELETE FROM distribution_alias WHERE alias = :alias")
                    .bind("alias", alias.ascii())
                    .execute();
            handle.createUpdate("DELETE FROM distribution_alias_ancestor WHERE alias = :alias")
                    .bind("alias", alias.ascii())
                    .execute();
        }
    }

    static Optional<Holder> holderOf(Handle handle, DomainName alias) {
        return handle.createQuery(
                        "SELECT distribution, tenant, account FROM distribution_alias WHERE alias = :alias")
                .bind("alias", alias.ascii())
                .map((row, _) -> holder(row))
                .findOne();
    }

    private static Holder holder(ResultSet row) throws SQLException {
        return new Holder(
                new DistributionId(row.getString("distribution")),
                Optional.ofNullable(row.getString("tenant")),
                new AccountId(row.getString("account")));
    }

    /// The holder of `host` itself, else of the longest wildcard above it. Unlike a certificate's, an alias's wildcard
    /// stands for any number of labels.
    static Optional<Holder> leadingTo(Handle handle, String host) {
        List<String> candidates = new ArrayList<>();
        candidates.add(host);
        for (String domain : domainsAbove(host)) {
            candidates.add("*." + domain);
        }
        record Candidate(String alias, Holder holder) {}
        List<Candidate> held =
                handle.createQuery(
                                """
                                SELECT alias, distribution, tenant, account FROM distribution_alias
                                WHERE alias IN (<candidates>)
                                """)
                        .bindList("candidates", candidates)
                        .map((row, _) -> new Candidate(row.getString("alias"), holder(row)))
                        .list();
        for (String candidate : candidates) {
            for (Candidate found : held) {
                if (found.alias.equals(candidate)) {
                    return Optional.of(found.holder);
                }
            }
        }
        return Optional.empty();
    }

    /// Aliases of distributions other than `own` that are `alias`, lie above it or below it, by name; those after `after`.
    static List<Held> conflicting(
            Handle handle, DistributionId own, DomainName alias, String after, int limit) {
        List<String> exact = new ArrayList<>();
        exact.add(alias.ascii());
        ancestors(alias).forEach(ancestor -> exact.add("*." + ancestor));
        return handle.createQuery(
                        """
                        SELECT alias, distribution, tenant, account FROM distribution_alias
                        WHERE alias > :after AND tenant IS NULL AND distribution <> :own
                          AND (alias IN (<exact>)
                               OR alias IN (SELECT alias FROM distribution_alias_ancestor WHERE ancestor = :below))
                        ORDER BY alias LIMIT :limit
                        """)
                .bind("after", after)
                .bind("own", own.value())
                .bindList("exact", exact)
                .bind("below", alias.isWildcard() ? alias.base().ascii() : "")
                .bind("limit", limit)
                .map((row, _) -> new Held(new DomainName(row.getString("alias")), holder(row)))
                .list();
    }

    private static Optional<Holder> overlapping(
            Handle handle, AccountId account, DomainName alias) {
        List<String> wildcardsAbove =
                ancestors(alias).stream().map(ancestor -> "*." + ancestor).toList();
        if (!wildcardsAbove.isEmpty()) {
            Optional<Holder> above =
                    handle.createQuery(
                                    """
                                    SELECT distribution, tenant, account FROM distribution_alias
                                    WHERE alias IN (<wildcards>) AND account <> :account
                                    """)
                            .bindList("wildcards", wildcardsAbove)
                            .bind("account", account.value())
                            .map((row, _) -> holder(row))
                            .findFirst();
            if (above.isPresent()) {
                return above;
            }
        }
        if (!alias.isWildcard()) {
            return Optional.empty();
        }
        // Two ranges instead of "other than", so that the index finds them among a million of the
        // account's own.
        return handle.createQuery(
                        """
                        SELECT below.distribution, below.tenant, below.account FROM (
                            SELECT alias FROM (
                                SELECT alias FROM distribution_alias_ancestor
                                WHERE ancestor = :base AND account < :account LIMIT 1) AS smaller
                            UNION ALL
                            SELECT alias FROM (
                                SELECT alias FROM distribution_alias_ancestor
                                WHERE ancestor = :base AND account > :account LIMIT 1) AS larger
                        ) AS other
                        JOIN distribution_alias below ON below.alias = other.alias
                        """)
                .bind("base", alias.base().ascii())
                .bind("account", account.value())
                .map((row, _) -> holder(row))
                .findFirst();
    }

    /// Domains of at least two labels that a wildcard over them would match `alias`: for `a.b.example.com` these are
    /// `b.example.com` and `example.com`; for `*.b.example.com` only `example.com`, since equality is the alias's own row.
    private static List<String> ancestors(DomainName alias) {
        return domainsAbove(alias.base().ascii());
    }

    private static List<String> domainsAbove(String host) {
        List<String> domains = new ArrayList<>();
        int dot = host.indexOf('.');
        while (dot >= 0) {
            String domain = host.substring(dot + 1);
            if (domain.indexOf('.') < 0) {
                break;
            }
            domains.add(domain);
            dot = host.indexOf('.', dot + 1);
        }
        return domains;
    }
}
