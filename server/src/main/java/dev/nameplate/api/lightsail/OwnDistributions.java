package dev.nameplate.api.lightsail;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.ResourceType;

/// A caller's distributions, by their Lightsail names.
final class OwnDistributions {
    private final Distributions distributions;
    private final ResourceNames names;

    OwnDistributions(Distributions distributions, ResourceNames names) {
        this.distributions = distributions;
        this.names = names;
    }

    /// @param name a member of the request; the model calls some of them optional that are not
    NamedResource require(Handle handle, Call call, @Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw Refusal.invalid("The distributionName is missing.");
        }
        return names.require(handle, call, ResourceType.DISTRIBUTION, name);
    }

    Distribution of(Handle handle, NamedResource resource) {
        return distributions
                .find(handle, new DistributionId(resource.target()))
                .orElseThrow(() ->
                        new IllegalStateException(
                                "the distribution of " + resource.arn() + " is gone"));
    }

    /// Lightsail takes no second change while one is on its way to the edge. Here that is over within a second, so a client
    /// that repeats at this text, as the known ones do, succeeds at its first repetition.
    static void requireIdle(Distribution distribution, String name) {
        if (distribution.status() == Distribution.Status.IN_PROGRESS) {
            throw Refusal.invalid(
                    "A change of the distribution '"
                            + name
                            + "' is in progress. Please wait for it to complete before trying again.");
        }
    }
}
