package dev.nameplate.api.cloudfront;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;

import java.util.Optional;

/// An account's distributions, by the id in a request. Another account's does not exist, and neither does one that another
/// door made.
final class OwnedDistributions {
    private final Distributions distributions;

    OwnedDistributions(Distributions distributions) {
        this.distributions = distributions;
    }

    Optional<Distribution> look(Handle handle, AccountId account, String id) {
        return Optional.of(id)
                .filter(DistributionId::isWellFormed)
                .flatMap(text -> distributions.find(handle, new DistributionId(text)))
                .filter(found -> found.account().equals(account))
                .filter(found -> found.kind() == Distribution.Kind.CLOUDFRONT);
    }

    Distribution find(Handle handle, AccountId account, String id) {
        return look(handle, account, id)
                .orElseThrow(() ->
                        NoSuchDistributionException.builder()
                                .message("The specified distribution does not exist.")
                                .build());
    }
}
