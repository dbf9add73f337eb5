package dev.nameplate.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The character-strings of a TXT record, from its target as people write it: either plain text, or quoted strings as in a
/// zone file (RFC 1035 section 5.1). What is longer than a string may be goes on in the next one, so that a reader who joins
/// them, as SPF and DKIM ask for, has the text that was meant.
final class TxtStrings {
    /// RFC 1035 section 3.3.14.
    private static final int MAX_STRING = 255;

    private static final Pattern STRING = Pattern.compile("\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(\\d{3}|.)", Pattern.DOTALL);
    private static final int MAX_OCTET = 255;

    private TxtStrings() {}

    /// In the escaped form that dnsjava reads.
    ///
    /// @throws IllegalArgumentException if the text starts and ends with a quote and is yet no sequence of strings
    static List<String> of(String target) {
        var strings = new ArrayList<String>();
        if (target.length() < 2 || !target.startsWith("\"") || !target.endsWith("\"")) {
            cut(target.getBytes(StandardCharsets.UTF_8), strings);
            return strings;
        }
        Matcher string = STRING.matcher(target);
        int end = 0;
        while (string.find(end) && string.start() == end) {
            cut(unescaped(string.group(1)), strings);
            end = string.end();
            if (end == target.length()) {
                return strings;
            }
        }
        throw new IllegalArgumentException("quotes do not match in " + target);
    }

    private static byte[] unescaped(String text) {
        var octets = new ByteArrayOutputStream();
        Matcher escape = ESCAPE.matcher(text);
        int done = 0;
        while (escape.find()) {
            octets.writeBytes(
                    text.substring(done, escape.start()).getBytes(StandardCharsets.UTF_8));
            String escaped = escape.group(1);
            if (escaped.length() == 1) {
                octets.writeBytes(escaped.getBytes(StandardCharsets.UTF_8));
            } else if (Integer.parseInt(escaped) <= MAX_OCTET) {
                octets.write(Integer.parseInt(escaped));
            } else {
                throw new IllegalArgumentException("\\" + escaped + " is no octet");
            }
            done = escape.end();
        }
        octets.writeBytes(text.substring(done).getBytes(StandardCharsets.UTF_8));
        return octets.toByteArray();
    }

    private static void cut(byte[] octets, List<String> into) {
        var string = new StringBuilder();
        for (int i = 0; i < octets.length; i++) {
            if (i > 0 && i % MAX_STRING == 0) {
                into.add(string.toString());
                string.setLength(0);
            }
            int octet = octets[i] & 0xff;
            if (octet < ' ' || octet > '~' || octet == '\\') {
                string.append('\\').append(String.format(Locale.ROOT, "%03d", octet));
            } else {
                string.append((char) octet);
            }
        }
        into.add(string.toString());
    }
}
