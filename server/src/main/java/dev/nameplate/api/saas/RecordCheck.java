package dev.nameplate.api.saas;

import java.util.Optional;

/// Asks authoritative DNS, now, whether a record is shown.
@FunctionalInterface
public interface RecordCheck {
    /// @param record names with a trailing dot
    Seen look(Wanted record);

    /// @param type CNAME or TXT
    record Wanted(String name, String type, String value) {}

    /// @param finding a sentence
    /// @param remedy empty where nobody has to act
    /// @param instead what stands there instead
    record Seen(boolean shown, String finding, String remedy, Optional<String> instead) {}
}
