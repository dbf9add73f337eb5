package dev.nameplate.saas.aws;

import dev.nameplate.saas.Progress;
import dev.nameplate.saas.ServingCheck;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What a distribution that is deployed everywhere shows: a handshake with the address its own name leads to.
final class DeployedCheck implements ServingCheck {
    /// One look at the status serves all names of an entry, of which each has its own handshake.
    private static final Duration GOOD_FOR = Duration.ofSeconds(30);

    private final CloudFrontClient cloudFront;
    private final Visit visit;
    private final InstantSource clock;
    private final Map<String, Instant> deployed = new ConcurrentHashMap<>();

    DeployedCheck(CloudFrontClient cloudFront, Visit visit, InstantSource clock) {
        this.cloudFront = cloudFront;
        this.visit = visit;
        this.clock = clock;
    }

    @Override
    public Optional<String> servedSerial(Progress.Clone distribution, String host) {
        return isDeployed(distribution.id())
                ? visit.servedSerial(distribution.domainName(), host)
                : Optional.empty();
    }

    private boolean isDeployed(String id) {
        Instant now = clock.instant();
        deployed.values().removeIf(at -> at.plus(GOOD_FOR).isBefore(now));
        if (deployed.containsKey(id)) {
            return true;
        }
        try {
            String status =
                    cloudFront.getDistribution(request -> request.id(id)).distribution().status();
            if ("Deployed".equals(status)) {
                deployed.put(id, now);
                return true;
            }
        } catch (NoSuchDistributionException _) {
            // Deleted meanwhile: it shows nothing.
        }
        return false;
    }
}
