package dev.nameplate.edge.config;

import java.time.Duration;
import java.util.Optional;

/// What becomes of an origin's error of one status: CloudFront's custom error response.
///
/// @param status of the origin's answer, or the edge's own
/// @param page what is sent instead
/// @param minimum how long the error is kept at least
public record ErrorAnswer(int status, Optional<Page> page, Duration minimum) {
    /// @param path with leading slash, fetched through the site's behaviours
    /// @param status sent instead of the error's
    public record Page(String path, int status) {
        public Page {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("an error page's path starts with /: " + path);
            }
        }
    }
}
