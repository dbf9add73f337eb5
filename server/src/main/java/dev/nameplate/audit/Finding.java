package dev.nameplate.audit;

/// Something that must not be.
///
/// @param what the row at fault, by its key
public record Finding(Check check, String what) {
    @Override
    public String toString() {
        return check.sentence() + ": " + what;
    }
}
