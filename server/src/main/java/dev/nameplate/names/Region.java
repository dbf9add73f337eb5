package dev.nameplate.names;

import java.util.regex.Pattern;

/// An AWS Region's name. Which Regions a door serves is that door's business.
public record Region(String name) {
    private static final Pattern SHAPE = Pattern.compile("[a-z]{2,}(-[a-z]+)+-\\d{1,2}");

    /// Where Lightsail keeps domains and distributions, and where CloudFront reads certificates.
    public static final Region US_EAST_1 = new Region("us-east-1");

    public Region {
        if (!SHAPE.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a Region name");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
