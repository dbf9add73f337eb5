package dev.nameplate.distribution;

import java.util.Locale;

/// Where a configuration comes from, kept with its version.
///
/// @param door such as `cloudfront`, `lightsail` or `rest`
/// @param note what the caller says about it; empty for none
public record Provenance(String door, String note) {
    /// Of a note.
    public static final int LONGEST = 1000;

    public Provenance {
        checkNote(note);
    }

    /// By the door that made the distribution, without a note.
    public static Provenance of(Distribution.Kind kind) {
        return new Provenance(kind.name().toLowerCase(Locale.ROOT), "");
    }

    /// @param note why; empty for none
    /// @throws IllegalArgumentException if it is too long or not one line
    public static Provenance ofRollBack(String door, ConfigVersion version, String note) {
        return new Provenance(
                door, "rolled back to " + version.number() + (note.isEmpty() ? "" : ": " + note));
    }

    /// @throws IllegalArgumentException if it is too long or has control characters
    public static void checkNote(String note) {
        if (note.length() > LONGEST || note.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a note is one line of at most " + LONGEST + " characters");
        }
    }
}
