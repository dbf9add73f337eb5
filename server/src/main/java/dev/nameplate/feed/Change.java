package dev.nameplate.feed;

import java.util.List;

/// Something an edge may have cached has changed.
///
/// @param sequence position in the feed; later commits have larger numbers
/// @param key the distribution's, certificate's or invalidation's id
/// @param names host names that must be looked up again; empty where the reader derives them
public record Change(long sequence, Kind kind, String key, List<String> names) {
    public Change {
        names = List.copyOf(names);
    }

    public enum Kind {
        DISTRIBUTION,
        CERTIFICATE,
        INVALIDATION
    }
}
