package dev.nameplate.saas;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;

import java.util.ArrayList;
import java.util.List;

/// Every distribution of an account, whoever made it.
public final class AccountDistributions {
    private AccountDistributions() {}

    public static List<DistributionSummary> list(CloudFrontClient client) {
        List<DistributionSummary> all = new ArrayList<>();
        DistributionList page = client.listDistributions(_ -> {}).distributionList();
        all.addAll(page.items());
        while (Boolean.TRUE.equals(page.isTruncated())) {
            String marker = page.nextMarker();
            page = client.listDistributions(request -> request.marker(marker)).distributionList();
            all.addAll(page.items());
        }
        return all;
    }
}
