package dev.nameplate.names;

import java.util.regex.Pattern;

/// An AWS account id: twelve digits.
public record AccountId(String value) {
    private static final Pattern SHAPE = Pattern.compile("\\d{12}");

    public AccountId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "an account id has twelve digits, not '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
