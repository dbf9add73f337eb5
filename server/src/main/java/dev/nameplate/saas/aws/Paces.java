package dev.nameplate.saas.aws;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The pace of every operation that jobs call. ACM's are the quotas of its user guide, per Region and account. CloudFront
/// publishes none; ours are what bulk tools were seen to get along with.
final class Paces {
    private static final Map<String, Double> PER_SECOND =
            Map.ofEntries(
                    Map.entry("RequestCertificate", 5.0),
                    Map.entry("ImportCertificate", 1.0),
                    Map.entry("DescribeCertificate", 10.0),
                    Map.entry("DeleteCertificate", 10.0),
                    Map.entry("ListCertificates", 8.0),
                    Map.entry("ListTagsForCertificate", 10.0),
                    Map.entry("CreateDistributionWithTags", 1.0),
                    Map.entry("UpdateDistribution", 1.0),
                    Map.entry("DeleteDistribution", 1.0),
                    Map.entry("GetDistribution", 5.0),
                    Map.entry("GetDistributionConfig", 5.0),
                    Map.entry("ListDistributions", 2.0));

    private static final double OTHERS = 1.0;

    private final double share;
    private final Map<String, Pace> paces = new ConcurrentHashMap<>();

    /// @param percent of those rates that is used
    Paces(int percent) {
        this.share = percent / 100.0;
    }

    Pace of(String operation) {
        return paces.computeIfAbsent(
                operation, name -> new Pace(PER_SECOND.getOrDefault(name, OTHERS) * share));
    }
}
