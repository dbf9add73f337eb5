package dev.nameplate.api.lightsail;

import software.amazon.awssdk.services.lightsail.model.DistributionBundle;
import software.amazon.awssdk.services.lightsail.model.GetDistributionBundlesResponse;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Lightsail's plans for distributions. Nothing is billed here and no transfer is cut off: a plan is kept and shown, so that
/// what a client planned can be read back.
final class DistributionBundles {
    private static final List<DistributionBundle> BUNDLES =
            List.of(
                    bundle("small_1_0", "Small", 2.5f, 50),
                    bundle("medium_1_0", "Medium", 10f, 200),
                    bundle("large_1_0", "Large", 35f, 500));

    static final Set<String> IDS =
            BUNDLES.stream().map(DistributionBundle::bundleId).collect(Collectors.toSet());

    private DistributionBundles() {}

    static GetDistributionBundlesResponse describe() {
        return GetDistributionBundlesResponse.builder().bundles(BUNDLES).build();
    }

    /// Once in a calendar month, by UTC.
    static boolean mayChange(DistributionDocument document, Instant now) {
        return document.bundleChangedAt() == 0
                || month(Instant.ofEpochMilli(document.bundleChangedAt())).isBefore(month(now));
    }

    private static YearMonth month(Instant time) {
        return YearMonth.from(time.atOffset(ZoneOffset.UTC));
    }

    private static DistributionBundle bundle(
            String id, String name, float price, int gigabytesPerMonth) {
        return DistributionBundle.builder()
                .bundleId(id)
                .name(name)
                .price(price)
                .transferPerMonthInGb(gigabytesPerMonth)
                .isActive(true)
                .build();
    }
}
