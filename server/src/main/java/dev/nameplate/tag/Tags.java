package dev.nameplate.tag;

import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tags by resource key (`certificate/<uuid>`, `distribution/<id>`, `domain/<name>`), in the order they were added. Limits and
/// wording are the doors' business.
public final class Tags {
    public Tags() {}

    /// Adds or overwrites; an overwritten tag keeps its place.
    public void put(Write write, String resource, Map<String, String> tags) {
        tags.forEach((key, value) ->
                write.handle()
                        .createUpdate(
                                "INSERT INTO tag (resource, key, value) VALUES (:resource, :key, :value)"
                                        + " ON CONFLICT (resource, key) DO UPDATE SET value ="
                                        + " excluded.value")
                        .bind("resource", resource)
                        .bind("key", key)
                        .bind("value", value)
                        .execute());
    }

    public void remove(Write write, String resource, Collection<String> keys) {
        for (String key : keys) {
            write.handle()
                    .createUpdate("DELETE FROM tag WHERE resource = :resource AND key = :key")
                    .bind("resource", resource)
                    .bind("key", key)
                    .execute();
        }
    }

    public void removeAll(Write write, String resource) {
        write.handle()
                .createUpdate("DELETE FROM tag WHERE resource = :resource")
                .bind("resource", resource)
                .execute();
    }

    public Map<String, String> of(Handle handle, String resource) {
        return handle.createQuery(
                        "SELECT key, value FROM tag WHERE resource = :resource ORDER BY position")
                .bind("resource", resource)
                .reduceRows(
                        new LinkedHashMap<>(),
                        (tags, row) -> {
                            tags.put(
                                    row.getColumn("key", String.class),
                                    row.getColumn("value", String.class));
                            return tags;
                        });
    }
}
