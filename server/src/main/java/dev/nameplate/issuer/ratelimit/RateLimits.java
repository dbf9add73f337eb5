package dev.nameplate.issuer.ratelimit;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What one issuer allows.
///
/// @param limits what is not there is not limited
/// @param pendingAuthorizations how many names may be under way at once
/// @param renewalsExempt whether an order for exactly the names of an earlier certificate counts neither as a new order nor
///     against its domains
/// @param ariExempt whether an order that says which certificate it replaces (RFC 9773 section 5) counts against nothing
public record RateLimits(
        Map<RateKind, RateLimit> limits,
        Optional<Integer> pendingAuthorizations,
        boolean renewalsExempt,
        boolean ariExempt) {
    public static final RateLimits NONE = new RateLimits(Map.of(), Optional.empty(), false, false);

    /// As Let's Encrypt publishes them (June 2025): token buckets that start full; a pending authorization is not limited any
    /// more.
    public static final RateLimits LETS_ENCRYPT =
            new RateLimits(
                    Map.of(
                            RateKind.NEW_ORDERS,
                            new RateLimit(300, Duration.ofHours(3)),
                            RateKind.CERTIFICATES_PER_DOMAIN,
                            new RateLimit(50, Duration.ofDays(7)),
                            RateKind.CERTIFICATES_PER_NAME_SET,
                            new RateLimit(5, Duration.ofDays(7)),
                            RateKind.FAILED_VALIDATIONS,
                            new RateLimit(5, Duration.ofHours(1)),
                            RateKind.NEW_ACCOUNTS,
                            new RateLimit(10, Duration.ofHours(3))),
                    Optional.empty(),
                    true,
                    true);

    private static final String PENDING = "pendingAuthorizations";
    private static final String RENEWALS_EXEMPT = "renewalsExempt";
    private static final String ARI_EXEMPT = "ariExempt";

    public RateLimits {
        limits = limits.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(limits));
    }

    /// @param name `letsencrypt` or `none`
    /// @throws IllegalArgumentException if there is no such preset
    public static RateLimits preset(String name) {
        return switch (name) {
            case "letsencrypt" -> LETS_ENCRYPT;
            case "none" -> NONE;
            default ->
                    throw new IllegalArgumentException(
                            "there is no preset '" + name + "'; give letsencrypt or none");
        };
    }

    /// These with some figures changed.
    ///
    /// @param figures by [RateKind#key], `pendingAuthorizations`, `renewalsExempt` or `ariExempt`; `none` takes a limit away
    /// @throws IllegalArgumentException names the figure that is wrong, and why
    public RateLimits with(Map<String, String> figures) {
        RateLimits changed = this;
        for (Map.Entry<String, String> figure : figures.entrySet()) {
            try {
                changed = changed.with(figure.getKey(), figure.getValue().strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "limits." + figure.getKey() + ": " + e.getMessage(), e);
            }
        }
        return changed;
    }

    private RateLimits with(String key, String value) {
        boolean none = value.equals("none");
        return switch (key) {
            case PENDING ->
                    new RateLimits(
                            limits,
                            none ? Optional.empty() : Optional.of(count(value)),
                            renewalsExempt,
                            ariExempt);
            case RENEWALS_EXEMPT ->
                    new RateLimits(limits, pendingAuthorizations, yes(value), ariExempt);
            case ARI_EXEMPT ->
                    new RateLimits(limits, pendingAuthorizations, renewalsExempt, yes(value));
            default -> {
                Map<RateKind, RateLimit> all = new EnumMap<>(RateKind.class);
                all.putAll(limits);
                RateKind kind =
                        Arrays.stream(RateKind.values())
                                .filter(each -> each.key().equals(key))
                                .findFirst()
                                .orElseThrow(() -> new IllegalArgumentException(unknown()));
                if (none) {
                    all.remove(kind);
                } else {
                    all.put(kind, RateLimit.parse(value));
                }
                yield new RateLimits(all, pendingAuthorizations, renewalsExempt, ariExempt);
            }
        };
    }

    private static String unknown() {
        return "there is no such limit; there are "
                + Arrays.stream(RateKind.values())
                        .map(RateKind::key)
                        .collect(Collectors.joining(", "))
                + ", "
                + String.join(", ", PENDING, RENEWALS_EXEMPT, ARI_EXEMPT);
    }

    private static int count(String value) {
        try {
            int count = Integer.parseInt(value);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException _) {
            // Refused below.
        }
        throw new IllegalArgumentException("'" + value + "' is not a number above zero, or none");
    }

    private static boolean yes(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + value + "' is not true or false");
        };
    }

    /// Whether an order of this kind can have to wait at all.
    boolean limit(Demand.Occasion occasion) {
        return switch (occasion) {
            case NEW -> !limits.isEmpty();
            case RENEWAL ->
                    renewalsExempt
                            ? limits.containsKey(RateKind.CERTIFICATES_PER_NAME_SET)
                            : !limits.isEmpty();
            case ARI_RENEWAL -> !ariExempt && !limits.isEmpty();
        };
    }

    Optional<RateLimit> of(RateKind kind) {
        return Optional.ofNullable(limits.get(kind));
    }
}
