package dev.nameplate.distribution;

/// What a snapshot is called, once in its distribution.
public record SnapshotName(String value) {
    public static final int LONGEST = 255;

    /// Always there: the newest version, whatever that is.
    public static final SnapshotName LATEST = new SnapshotName("_LATEST_");

    /// @throws IllegalArgumentException if it is empty, too long or not one line
    public SnapshotName {
        if (value.isBlank()
                || value.length() > LONGEST
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a snapshot's name is one line of 1 to " + LONGEST + " characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
