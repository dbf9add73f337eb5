package dev.nameplate.saas;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// Which of an account's distributions has which alias: `enable_cname_check` asks before anything is made.
public final class TakenAliases {
    private final Function<AccountId, CloudFrontClient> cloudFront;

    public TakenAliases(Function<AccountId, CloudFrontClient> cloudFront) {
        this.cloudFront = cloudFront;
    }

    /// Distribution ids by alias.
    public Map<String, String> of(AccountId account) {
        Map<String, String> holders = new HashMap<>();
        for (DistributionSummary each : DistributionSteps.list(cloudFront.apply(account))) {
            if (each.aliases() != null) {
                each.aliases().items().forEach(alias -> holders.put(alias, each.id()));
            }
        }
        return holders;
    }
}
