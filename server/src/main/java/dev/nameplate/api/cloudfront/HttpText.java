package dev.nameplate.api.cloudfront;

import java.util.regex.Pattern;

/// Which text can be a header's name or value (RFC 9110 sections 5.1 and 5.5). A line break in either would let one header
/// smuggle in another.
final class HttpText {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

    private HttpText() {}

    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    static boolean isFieldValue(String text) {
        return VALUE.matcher(text).matches();
    }
}
