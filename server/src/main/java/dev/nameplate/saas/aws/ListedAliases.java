package dev.nameplate.saas.aws;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.AccountDistributions;
import dev.nameplate.saas.AliasHolders;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The aliases of the account's distributions, by a list that is read again when it is old. What other accounts have is found
/// out when a name is bound: CloudFront does not tell before.
final class ListedAliases implements AliasHolders {
    private static final Duration GOOD_FOR = Duration.ofMinutes(1);

    /// Before a name is refused the list is read again, if it is not as new as this.
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final CloudFrontClient cloudFront;
    private final InstantSource clock;

    /// Guarded by this.
    private Map<String, String> distributions = Map.of();

    /// Guarded by this.
    private Optional<Instant> read = Optional.empty();

    ListedAliases(CloudFrontClient cloudFront, InstantSource clock) {
        this.cloudFront = cloudFront;
        this.clock = clock;
    }

    @Override
    public synchronized Map<DomainName, Holder> of(
            AccountId account, Collection<DomainName> names) {
        refresh(GOOD_FOR);
        if (!held(names).isEmpty()) {
            refresh(FRESH);
        }
        return held(names);
    }

    private void refresh(Duration goodFor) {
        Instant now = clock.instant();
        if (read.filter(at -> at.plus(goodFor).isAfter(now)).isPresent()) {
            return;
        }
        Map<String, String> listed = new HashMap<>();
        for (DistributionSummary each : AccountDistributions.list(cloudFront)) {
            Optional.ofNullable(each.aliases())
                    .ifPresent(aliases ->
                            aliases.items().forEach(name -> listed.put(name, each.id())));
        }
        distributions = Map.copyOf(listed);
        read = Optional.of(now);
    }

    private Map<DomainName, Holder> held(Collection<DomainName> names) {
        Map<DomainName, Holder> held = new HashMap<>();
        for (DomainName name : names) {
            Optional.ofNullable(distributions.get(name.ascii()))
                    .ifPresent(id ->
                            held.put(
                                    name,
                                    new Holder(
                                            id,
                                            "is an alias of distribution "
                                                    + id
                                                    + " already; take it off there first")));
        }
        return held;
    }
}
