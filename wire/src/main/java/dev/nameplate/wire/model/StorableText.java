package dev.nameplate.wire.model;

import java.util.Optional;

/// What text must not hold to be kept by every store: PostgreSQL takes no U+0000, and half a surrogate pair is no character,
/// so that UTF-8 has no form of it. JSON can write both.
public final class StorableText {
    private StorableText() {}

    /// What is wrong with the text, in words that go on from "must not hold".
    public static Optional<String> flaw(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return Optional.of("the character U+0000");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return Optional.of("half of a surrogate pair");
                }
                i++;
            }
        }
        return Optional.empty();
    }
}
