package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Optional;

/// Entries one after the other, as they come in.
interface Lines {
    /// Longest entry: a certificate, a key and a chain stay far below.
    int LONGEST = 1024 * 1024;

    /// @param place such as `line 17`
    record Line(String place, JsonNode entry) {}

    /// @throws BadRequest naming the place of what cannot be read; nothing behind it can be then
    Optional<Line> next() throws IOException;
}
