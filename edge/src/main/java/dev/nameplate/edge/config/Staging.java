package dev.nameplate.edge.config;

import java.time.Duration;
import java.util.Optional;

/// Another configuration of a site that some of its visitors are served by, to try it out: CloudFront's continuous deployment.
///
/// @param site of a distribution of its own, by whose id its answers are cached, logged and counted; while it is disabled, or
///     the site it belongs to is, it takes no visitor
public record Staging(Site site, Choice choice) {
    /// By which a visitor's session stays with one of the two; never passed on to origins. The name is ours, since CloudFront's
    /// is not documented.
    public static final String COOKIE = "CloudFront-CD-Session";

    public Staging {
        if (site.staging().isPresent()) {
            throw new IllegalArgumentException(
                    "the staging distribution " + site.distributionId() + " has one of its own");
        }
    }

    /// Which requests it takes.
    public sealed interface Choice {
        /// Those that have this header with exactly this value.
        ///
        /// @param name in lower case
        record ByHeader(String name, String value) implements Choice {}

        /// As many as chance brings about.
        ///
        /// @param share of 1
        record ByWeight(double share, Optional<Stickiness> stickiness) implements Choice {
            public ByWeight {
                if (!(share >= 0 && share <= 1)) {
                    throw new IllegalArgumentException("a share of 1 cannot be " + share);
                }
            }
        }
    }

    /// What a session is: requests of one visitor, none later than `idle` after the one before or `maximum` after the first.
    public record Stickiness(Duration idle, Duration maximum) {
        public Stickiness {
            if (idle.compareTo(maximum) > 0) {
                throw new IllegalArgumentException(
                        "a session of at most %s cannot be idle for %s".formatted(maximum, idle));
            }
        }
    }
}
