package dev.nameplate.issuer.ratelimit;

import dev.nameplate.names.DomainName;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A certificate that somebody wants of an issuer.
///
/// @param neededBy who needs it sooner goes first: the end of the certificate that it replaces, or of the patience of whoever asks
public record Demand(Set<DomainName> names, Occasion occasion, Instant neededBy) {
    public Demand {
        names = Set.copyOf(names);
    }

    public enum Occasion {
        /// Names of which this issuer has signed no certificate together.
        NEW,
        /// Exactly the names of an earlier certificate.
        RENEWAL,
        /// The order tells which certificate it replaces.
        ARI_RENEWAL
    }

    /// A limit, and what it is counted for.
    ///
    /// @param scope a registered domain, a host name, a digest of names; empty where all count together
    record Bucket(RateKind kind, String scope) {}

    /// What an order under these limits is counted in.
    List<Bucket> counted(RateLimits limits) {
        List<Bucket> buckets = new ArrayList<>();
        boolean exempt = exempt(limits);
        boolean renewal = occasion != Occasion.NEW && limits.renewalsExempt();
        if (!exempt && !renewal) {
            if (limits.of(RateKind.NEW_ORDERS).isPresent()) {
                buckets.add(new Bucket(RateKind.NEW_ORDERS, ""));
            }
            if (limits.of(RateKind.CERTIFICATES_PER_DOMAIN).isPresent()) {
                for (String domain : registeredDomains(names)) {
                    buckets.add(new Bucket(RateKind.CERTIFICATES_PER_DOMAIN, domain));
                }
            }
        }
        if (!exempt && limits.of(RateKind.CERTIFICATES_PER_NAME_SET).isPresent()) {
            buckets.add(new Bucket(RateKind.CERTIFICATES_PER_NAME_SET, nameSet(names)));
        }
        return buckets;
    }

    /// What must not be used up, though the order itself does not count in it.
    List<Bucket> guarded(RateLimits limits) {
        return exempt(limits) || limits.of(RateKind.FAILED_VALIDATIONS).isEmpty()
                ? List.of()
                : names.stream()
                        .map(name -> new Bucket(RateKind.FAILED_VALIDATIONS, name.base().ascii()))
                        .distinct()
                        .toList();
    }

    private boolean exempt(RateLimits limits) {
        return occasion == Occasion.ARI_RENEWAL && limits.ariExempt();
    }

    static Set<String> registeredDomains(Collection<DomainName> names) {
        Set<String> domains = new LinkedHashSet<>();
        names.forEach(name -> domains.add(name.registeredDomain()));
        return domains;
    }

    /// The same for the same names in whatever order; begins with one of them, for people.
    static String nameSet(Collection<DomainName> names) {
        List<String> sorted =
                List.copyOf(new TreeSet<>(names.stream().map(DomainName::ascii).toList()));
        if (sorted.size() == 1) {
            return sorted.getFirst();
        }
        return sorted.getFirst()
                + "+"
                + (sorted.size() - 1)
                + "#"
                + digest(String.join(" ", sorted));
    }

    private static String digest(String text) {
        try {
            byte[] sha256 =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(sha256, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
