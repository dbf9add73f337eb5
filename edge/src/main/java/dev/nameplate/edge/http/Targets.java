package dev.nameplate.edge.http;

/// Checks request targets.
final class Targets {
    private Targets() {}

    /// Whether the target can be written into a request line without changing its shape: no space, no control
    /// character, no fragment.
    static boolean isClean(CharSequence target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#' || c > 0xff) {
                return false;
            }
        }
        return true;
    }

    /// Whether this can be a method. Of the characters of a token (RFC 9110 §5.6.2) those that methods are made of.
    static boolean isToken(CharSequence method) {
        for (int i = 0; i < method.length(); i++) {
            char c = method.charAt(i);
            if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && c != '-' && c != '_') {
                return false;
            }
        }
        return !method.isEmpty();
    }
}
