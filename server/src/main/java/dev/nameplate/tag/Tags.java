package dev.nameplate.tag;

import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Tags by resource key (`certificate/<uuid>`, `distribution/<id>`, `domain/<name>`), in the order they were added. Limits and
/// wording are the doors' business.
public final class Tags {
    public Tags() {}

    /// Adds or overwrites.
    public void put(Write write, String resource, Map<String, String> tags) {
        throw new UnsupportedOperationException();
    }

    public void remove(Write write, String resource, Collection<String> keys) {
        throw new UnsupportedOperationException();
    }

    public void removeAll(Write write, String resource) {
        throw new UnsupportedOperationException();
    }

    public Map<String, String> of(Handle handle, String resource) {
        throw new UnsupportedOperationException();
    }

    /// Resources carrying `key` = `value`, oldest first.
    public List<String> resourcesWith(Handle handle, String key, String value) {
        throw new UnsupportedOperationException();
    }
}
