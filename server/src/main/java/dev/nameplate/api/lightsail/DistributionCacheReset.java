package dev.nameplate.api.lightsail;

import dev.nameplate.db.Database;
import dev.nameplate.invalidation.Invalidation;
import dev.nameplate.invalidation.InvalidationRefused;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.RandomUuid;

import software.amazon.awssdk.services.lightsail.model.GetDistributionLatestCacheResetRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionLatestCacheResetResponse;
import software.amazon.awssdk.services.lightsail.model.ResetDistributionCacheRequest;
import software.amazon.awssdk.services.lightsail.model.ResetDistributionCacheResponse;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Forgetting everything that is cached for a distribution: an invalidation of all paths.
final class DistributionCacheReset {
    private static final List<String> EVERYTHING = List.of("/*");

    private final Database database;
    private final OwnDistributions own;
    private final Invalidations invalidations;
    private final OperationLog operations;
    private final RandomGenerator random;

    DistributionCacheReset(
            Database database,
            OwnDistributions own,
            Invalidations invalidations,
            OperationLog operations,
            RandomGenerator random) {
        this.database = database;
        this.own = own;
        this.invalidations = invalidations;
        this.operations = operations;
        this.random = random;
    }

    ResetDistributionCacheResponse reset(Call call, ResetDistributionCacheRequest request) {
        call.requireHomeOf(LightsailDistributions.FAMILY);
        String reference = RandomUuid.from(random).toString();
        return database.write(write -> {
            NamedResource resource = own.require(write.handle(), call, request.distributionName());
            Invalidation reset;
            try {
                reset = invalidations.create(write, resource.target(), EVERYTHING, reference);
            } catch (InvalidationRefused.TooManyInProgress _) {
                throw Refusal.invalid(
                        "The cache of the distribution '"
                                + resource.name()
                                + "' is being reset several times already. Please try again in a few"
                                + " minutes.");
            }
            return ResetDistributionCacheResponse.builder()
                    .status(word(reset))
                    .createTime(reset.createdAt())
                    .operation(operations.resetting(write, call, resource.name(), reset.id()))
                    .build();
        });
    }

    /// Both members are absent where there was no reset.
    GetDistributionLatestCacheResetResponse latest(
            Call call, GetDistributionLatestCacheResetRequest request) {
        call.requireHomeOf(LightsailDistributions.FAMILY);
        Optional<Invalidation> latest =
                database.read(handle ->
                        invalidations.latest(
                                handle,
                                own.require(handle, call, request.distributionName()).target()));
        var response = GetDistributionLatestCacheResetResponse.builder();
        latest.ifPresent(reset -> response.status(word(reset)).createTime(reset.createdAt()));
        return response.build();
    }

    private static String word(Invalidation reset) {
        return switch (reset.status()) {
            case IN_PROGRESS -> "InProgress";
            case COMPLETED -> "Completed";
        };
    }
}
