package dev.nameplate.distribution;

import java.util.regex.Pattern;

/// CloudFront's form: `E` and thirteen upper-case letters or digits.
public record DistributionId(String value) {
    private static final Pattern SHAPE = Pattern.compile("E[A-Z0-9]{13}");

    public DistributionId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not a distribution id: E and thirteen letters or digits");
        }
    }

    public static boolean isWellFormed(String value) {
        return SHAPE.matcher(value).matches();
    }

    /// The key under which tags and certificate uses name the distribution.
    public String resourceKey() {
        return "distribution/" + value;
    }

    @Override
    public String toString() {
        return value;
    }
}
