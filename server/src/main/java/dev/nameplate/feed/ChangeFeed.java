package dev.nameplate.feed;

import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.List;

/// Appends to and reads the feed. The order of sequences is the order of commits.
public final class ChangeFeed {
    public ChangeFeed() {}

    public void append(Write write, Change.Kind kind, String key, Collection<String> names) {
        throw new UnsupportedOperationException();
    }

    /// Changes after `sequence`, oldest first, at most `limit`.
    public List<Change> after(Handle handle, long sequence, int limit) {
        throw new UnsupportedOperationException();
    }

    public long latest(Handle handle) {
        throw new UnsupportedOperationException();
    }
}
