package dev.nameplate.distribution;

/// CloudFront's form: `E` and thirteen upper-case letters or digits.
public record DistributionId(String value) {
    /// The key under which tags and certificate uses name the distribution.
    public String resourceKey() {
        return "distribution/" + value;
    }

    @Override
    public String toString() {
        return value;
    }
}
