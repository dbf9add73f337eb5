package dev.nameplate.edge.route;

import java.nio.charset.StandardCharsets;

/// A path: what is left has no dot segments, and normalising it again changes nothing.
public final class PathTarget {
    private PathTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String path = "/" + new String(input, StandardCharsets.ISO_8859_1);
        String normal = Paths.normalised(path);
        if (!normal.startsWith("/")
                || normal.contains("/../")
                || normal.contains("/./")
                || normal.endsWith("/..")
                || !Paths.normalised(normal).equals(normal)) {
            throw new AssertionError(path + " became " + normal);
        }
    }
}
