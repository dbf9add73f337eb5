package dev.nameplate.api.cloudfront;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions.Position;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which distributions name which policies, key groups and origin access controls in their newest configuration, which key
/// groups name which public keys, and which continuous deployment policies name which staging distributions.
final class Uses {
    private Uses() {}

    record Named(Kind kind, String id) {}

    /// A distribution in a list by what it uses, with its time of creation, which is the list's order.
    record User(DistributionId distribution, Instant createdAt) {}

    /// What a configuration names.
    static Set<Named> of(DistributionConfig config) {
        Set<Named> named = new LinkedHashSet<>();
        add(named, Kind.CONTINUOUS_DEPLOYMENT_POLICY, config.continuousDeploymentPolicyId());
        for (CacheBehaviorView view : CacheBehaviorView.all(config)) {
            add(named, Kind.CACHE_POLICY, view.settings().cachePolicyId());
            add(named, Kind.ORIGIN_REQUEST_POLICY, view.settings().originRequestPolicyId());
            add(named, Kind.RESPONSE_HEADERS_POLICY, view.settings().responseHeadersPolicyId());
            view.settings()
                    .trustedKeyGroups()
                    .items()
                    .forEach(group -> add(named, Kind.KEY_GROUP, group));
        }
        config.origins()
                .items()
                .forEach(origin ->
                        add(named, Kind.ORIGIN_ACCESS_CONTROL, origin.originAccessControlId()));
        return named;
    }

    static void keep(Handle handle, Distribution distribution, Set<Named> named) {
        keep(
                handle,
                distribution.id().value(),
                distribution.account(),
                distribution.createdAt(),
                named);
    }

    /// @param user a distribution's id, or that of what names something itself
    static void keep(
            Handle handle, String user, AccountId account, Instant createdAt, Set<Named> named) {
        forget(handle, user);
        for (Named one : named) {
            handle.createUpdate(
                            """
                            INSERT INTO cloudfront_use (kind, id, account, created_at, distribution)
                            VALUES (:kind, :id, :account, :created, :distribution)
                            """)
                    .bind("kind", one.kind.name())
                    .bind("id", one.id)
                    .bind("account", account.value())
                    .bind("created", createdAt.toEpochMilli())
                    .bind("distribution", user)
                    .execute();
        }
    }

    static void forget(Handle handle, Distribution distribution) {
        forget(handle, distribution.id().value());
    }

    static boolean any(Handle handle, AccountId account, Kind kind, String id) {
        return handle.createQuery(
                        """
                        SELECT 1 FROM cloudfront_use
                        WHERE kind = :kind AND id = :id AND account = :account LIMIT 1
                        """)
                .bind("kind", kind.name())
                .bind("id", id)
                .bind("account", account.value())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    static void forget(Handle handle, String user) {
        handle.createUpdate("DELETE FROM cloudfront_use WHERE distribution = :distribution")
                .bind("distribution", user)
                .execute();
    }

    /// Those that follow `after`, oldest first.
    static List<User> page(
            Handle handle,
            AccountId account,
            Kind kind,
            String id,
            Optional<Position> after,
            int limit) {
        Position start = after.orElse(new Position(-1, ""));
        return handle.createQuery(
                        """
                        SELECT distribution, created_at FROM cloudfront_use
                        WHERE kind = :kind AND id = :id AND account = :account
                          AND (created_at > :time OR (created_at = :time AND distribution > :last))
                        ORDER BY created_at, distribution LIMIT :limit
                        """)
                .bind("kind", kind.name())
                .bind("id", id)
                .bind("account", account.value())
                .bind("time", start.createdAtMillis())
                .bind("last", start.id())
                .bind("limit", limit)
                .map((row, _) ->
                        new User(
                                new DistributionId(row.getString("distribution")),
                                Instant.ofEpochMilli(row.getLong("created_at"))))
                .list();
    }

    private static void add(Set<Named> named, Kind kind, @Nullable String id) {
        if (id != null && !id.isEmpty()) {
            named.add(new Named(kind, id));
        }
    }
}
