package dev.nameplate.edge.name;

import java.util.Locale;
import java.util.Optional;

/// Reads host names that visitors send.
public final class HostNames {
    /// A DNS name in text (RFC 1035 §2.3.4).
    private static final int LONGEST = 253;

    private HostNames() {}

    /// The name in a `Host` header or `:authority`, or empty if it is none. Allocates nothing when the header is
    /// already the bare name.
    public static Optional<String> ofAuthority(String authority) {
        int end = authority.length();
        if (end > 0 && authority.charAt(0) == '[') {
            int close = authority.indexOf(']');
            if (close < 0 || !isPort(authority, close + 1)) {
                return Optional.empty();
            }
            end = close + 1;
        } else {
            int colon = authority.lastIndexOf(':');
            if (colon >= 0) {
                if (!isPort(authority, colon)) {
                    return Optional.empty();
                }
                end = colon;
            }
        }
        return of(end == authority.length() ? authority : authority.substring(0, end));
    }

    /// The bare name in comparable form, or empty if it cannot be a host name or an address.
    public static Optional<String> of(String name) {
        int length = name.length();
        if (length > 1 && name.charAt(length - 1) == '.') {
            length--;
        }
        if (length == 0 || length > LONGEST || name.charAt(0) == '.') {
            return Optional.empty();
        }
        boolean upper = false;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                upper = true;
            } else if (!isLegal(c, name.charAt(0) == '[')
                    || (c == '.' && (i + 1 == length || name.charAt(i + 1) == '.'))) {
                return Optional.empty();
            }
        }
        String bare = length == name.length() ? name : name.substring(0, length);
        return Optional.of(upper ? bare.toLowerCase(Locale.ROOT) : bare);
    }

    private static boolean isLegal(char c, boolean address) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || (address && (c == ':' || c == '[' || c == ']'));
    }

    private static boolean isPort(String authority, int colon) {
        if (colon == authority.length()) {
            return true;
        }
        if (authority.charAt(colon) != ':') {
            return false;
        }
        for (int i = colon + 1; i < authority.length(); i++) {
            if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
