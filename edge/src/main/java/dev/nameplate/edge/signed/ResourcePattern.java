package dev.nameplate.edge.signed;

import java.util.Locale;

/// The `Resource` of a policy. `*` stands for any run of characters and `?` for one, within scheme, domain, path or query;
/// only a `*` at the very end of a path also covers whatever query follows.
final class ResourcePattern {
    private final String pattern;

    ResourcePattern(String pattern) {
        this.pattern = pattern;
    }

    /// @param authority host, with or without port
    /// @param query empty for none
    boolean matches(String scheme, String authority, String path, String query) {
        if (pattern.equals("*")) {
            return true;
        }
        int colon = pattern.indexOf("://");
        if (colon < 0 || !glob(pattern.substring(0, colon), scheme, scheme.length())) {
            return false;
        }
        String rest = pattern.substring(colon + 3);
        int slash = rest.indexOf('/');
        String domain = slash < 0 ? rest : rest.substring(0, slash);
        if (!glob(domain.toLowerCase(Locale.ROOT), authority, authority.length())) {
            return false;
        }
        String paths = slash >= 0 ? rest.substring(slash) : domain.endsWith("*") ? "*" : "/";
        return glob(paths, query.isEmpty() ? path : path + '?' + query, path.length());
    }

    /// @param boundary where in `text` a section ends, which only the pattern's last `*` steps over
    private static boolean glob(String pattern, String text, int boundary) {
        int p = 0;
        int t = 0;
        int star = -1;
        int retry = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                if (p == pattern.length() - 1) {
                    return true;
                }
                star = p++;
                retry = t;
            } else if (p < pattern.length()
                    && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0 && retry != boundary) {
                p = star + 1;
                t = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
