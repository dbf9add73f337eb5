package dev.nameplate.enrolment;

import java.util.Locale;

/// RFC 8555's words for what an enum says.
public final class Words {
    private Words() {}

    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
