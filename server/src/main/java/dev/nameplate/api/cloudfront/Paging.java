package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.distribution.Distributions.Position;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Pages of lists that are ordered by age: `MaxItems` and `Marker` as requests carry them.
///
/// @param marker as sent; empty for the first page
/// @param after where the page starts; empty for the first page
record Paging(String marker, Optional<Position> after, int size) {
    private static final int LARGEST = 100;

    static Paging of(@Nullable String marker, @Nullable String maxItems) {
        String text = Optional.ofNullable(marker).orElse("");
        return new Paging(
                text,
                text.isEmpty() ? Optional.empty() : Optional.of(position(text)),
                size(maxItems));
    }

    /// One page, and how the next one is asked for.
    record Page<T>(List<T> items, Optional<String> next) {
        boolean isTruncated() {
            return next.isPresent();
        }
    }

    /// @param found what follows [#after], one more than the page takes if there are more
    /// @param marker a marker that starts behind an item
    <T> Page<T> page(List<T> found, Function<T, String> marker) {
        if (found.size() <= size) {
            return new Page<>(found, Optional.empty());
        }
        List<T> items = found.subList(0, size);
        return new Page<>(items, Optional.of(marker.apply(items.getLast())));
    }

    /// Id and time of creation, so that a page can follow one whose last item is gone.
    static String marker(String id, Instant createdAt) {
        return id + "_" + Long.toString(createdAt.toEpochMilli(), 36);
    }

    private static int size(@Nullable String maxItems) {
        if (maxItems == null || maxItems.isEmpty()) {
            return LARGEST;
        }
        try {
            int size = Integer.parseInt(maxItems);
            require(size >= 1, "The parameter MaxItems must be at least 1.");
            return Math.min(size, LARGEST);
        } catch (NumberFormatException e) {
            throw invalidArgument("The parameter MaxItems is not a number: " + maxItems);
        }
    }

    private static Position position(String marker) {
        try {
            int end = marker.lastIndexOf('_');
            require(end > 0, "The parameter Marker is not one that a list returned: " + marker);
            return new Position(
                    Long.parseLong(marker.substring(end + 1), 36), marker.substring(0, end));
        } catch (NumberFormatException e) {
            throw invalidArgument(
                    "The parameter Marker is not one that a list returned: " + marker);
        }
    }
}
