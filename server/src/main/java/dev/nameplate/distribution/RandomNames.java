package dev.nameplate.distribution;

import java.security.SecureRandom;

/// Makes ids, ETags and domain names in CloudFront's shapes. Thirteen of 36 characters are 67 bits: enough that no one
/// guesses another's name, and that two never meet.
final class RandomNames {
    private static final String UPPER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String LOWER = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 13;

    private final SecureRandom random;
    private final String zone;

    /// @param suffix the zone delegated to this installation; domain names are `d….cdn.<suffix>`
    RandomNames(SecureRandom random, String suffix) {
        this.random = random;
        this.zone = "cdn." + suffix;
    }

    DistributionId id() {
        return new DistributionId("E" + characters(UPPER));
    }

    String etag() {
        return "E" + characters(UPPER);
    }

    String domainName() {
        return "d" + characters(LOWER) + "." + zone;
    }

    /// Whether `host` is, or lies below, the zone that domain names are made in.
    boolean isOwn(String host) {
        return host.endsWith(zone)
                && (host.length() == zone.length()
                        || host.charAt(host.length() - zone.length() - 1) == '.');
    }

    private String characters(String alphabet) {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
