package dev.nameplate.edge.route;

import java.util.ArrayDeque;
import java.util.Deque;

/// Paths as patterns are matched against.
public final class Paths {
    private Paths() {}

    /// The path without dot segments (RFC 3986 §5.2.4), also where the dots are percent-encoded, so that `/a/../b`
    /// is judged by the behaviour of `/b`. Paths without dot segments are returned as they are.
    public static String normalised(String path) {
        if (!path.contains("/.") && !path.contains("/%2")) {
            return path;
        }
        Deque<String> kept = new ArrayDeque<>();
        boolean directory = false;
        for (String segment : path.substring(1).split("/", -1)) {
            String plain = segment.replace("%2e", ".").replace("%2E", ".");
            directory = plain.equals(".") || plain.equals("..");
            if (plain.equals("..")) {
                kept.pollLast();
            } else if (!plain.equals(".")) {
                kept.addLast(segment);
            }
        }
        String joined = "/" + String.join("/", kept);
        return directory && !joined.endsWith("/") ? joined + "/" : joined;
    }
}
