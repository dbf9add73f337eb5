package dev.nameplate.saas;

import org.jdbi.v3.core.Handle;

import java.util.HashMap;
import java.util.Map;

/// How many entries, of all jobs, are where.
public record EntryFigures(Map<Key, Long> entries) {
    public EntryFigures {
        entries = Map.copyOf(entries);
    }

    public record Key(Platform.Name platform, EntryState state) {}

    public long of(Platform.Name platform, EntryState state) {
        return entries.getOrDefault(new Key(platform, state), 0L);
    }

    public static EntryFigures read(Handle handle) {
        Map<Key, Long> entries = new HashMap<>();
        handle.createQuery(
                        """
                        SELECT j.platform, e.state, COUNT(*) AS entries
                        FROM saas_entry e JOIN saas_job j ON j.job_id = e.job_id
                        GROUP BY j.platform, e.state
                        """)
                .map((row, _) ->
                        Map.entry(
                                new Key(
                                        Platform.Name.valueOf(row.getString("platform")),
                                        EntryState.valueOf(row.getString("state"))),
                                row.getLong("entries")))
                .forEach(each -> entries.put(each.getKey(), each.getValue()));
        return new EntryFigures(entries);
    }
}
