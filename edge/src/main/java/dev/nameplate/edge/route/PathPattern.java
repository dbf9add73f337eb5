package dev.nameplate.edge.route;

/// A path pattern: `*` stands for any run of characters, `/` included, `?` for exactly one; the rest is literal.
final class PathPattern {
    private final String pattern;

    /// A leading slash may be left out.
    PathPattern(String pattern) {
        this.pattern = pattern.startsWith("/") || pattern.startsWith("*") ? pattern : "/" + pattern;
    }

    boolean matches(String path) {
        if (pattern.equals("*")) {
            return true;
        }
        int p = 0;
        int s = 0;
        int star = -1;
        int retry = 0;
        while (s < path.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = s;
            } else if (p < pattern.length()
                    && (pattern.charAt(p) == '?' || pattern.charAt(p) == path.charAt(s))) {
                p++;
                s++;
            } else if (star >= 0) {
                p = star + 1;
                s = ++retry;
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
