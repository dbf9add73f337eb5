package dev.nameplate.certificate;

import java.util.regex.Pattern;

/// What an operator calls an issuer in the settings: a lower-case letter, then up to 31 letters, digits or hyphens.
public record IssuerName(String text) {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /// Our own authority, which every installation has.
    public static final IssuerName EMBEDDED = new IssuerName("embedded");

    public IssuerName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is no name of an issuer: it must start with a lower-case letter and go on with up to 31"
                            + " lower-case letters, digits or hyphens");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
