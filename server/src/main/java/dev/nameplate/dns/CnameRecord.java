package dev.nameplate.dns;

/// A CNAME somebody must show: both names fully qualified, lower case, with a trailing dot.
public record CnameRecord(String name, String value) {
    public CnameRecord {
        if (!name.endsWith(".") || !value.endsWith(".")) {
            throw new IllegalArgumentException(
                    "both names end with a dot: " + name + " → " + value);
        }
    }
}
