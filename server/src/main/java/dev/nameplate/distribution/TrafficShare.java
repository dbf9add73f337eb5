package dev.nameplate.distribution;

import dev.nameplate.edge.config.Staging;

/// Which requests of a distribution are served as `staging` says.
public record TrafficShare(DistributionId staging, Staging.Choice choice) {}
