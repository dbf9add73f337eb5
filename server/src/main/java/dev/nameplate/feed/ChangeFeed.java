package dev.nameplate.feed;

import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.List;

/// Appends to and reads the feed. The order of sequences is the order of commits: whoever has read up to a sequence never
/// finds a smaller one later. There may be gaps.
public final class ChangeFeed {
    public ChangeFeed() {}

    /// The number is drawn just before the commit, so the appended change cannot be read back inside the same unit.
    public void append(Write write, Change.Kind kind, String key, Collection<String> names) {
        String lines = String.join("\n", names);
        write.inCommitOrder(() ->
                write.handle()
                        .createUpdate(
                                "INSERT INTO change_feed (kind, key, names) VALUES (:kind, :key, :names)")
                        .bind("kind", kind.name())
                        .bind("key", key)
                        .bind("names", lines)
                        .execute());
    }

    /// Changes after `sequence`, oldest first, at most `limit`.
    public List<Change> after(Handle handle, long sequence, int limit) {
        return handle.createQuery(
                        "SELECT sequence, kind, key, names FROM change_feed WHERE sequence > :sequence"
                                + " ORDER BY sequence LIMIT :limit")
                .bind("sequence", sequence)
                .bind("limit", limit)
                .map((row, _) ->
                        new Change(
                                row.getLong("sequence"),
                                Change.Kind.valueOf(row.getString("kind")),
                                row.getString("key"),
                                row.getString("names").lines().toList()))
                .list();
    }

    /// All changes of a kind after `sequence`, oldest first.
    public List<Change> ofKindAfter(Handle handle, Change.Kind kind, long sequence) {
        return handle.createQuery(
                        "SELECT sequence, key FROM change_feed WHERE sequence > :sequence AND kind = :kind"
                                + " ORDER BY sequence")
                .bind("sequence", sequence)
                .bind("kind", kind.name())
                .map((row, _) ->
                        new Change(row.getLong("sequence"), kind, row.getString("key"), List.of()))
                .list();
    }

    /// The oldest sequence that is not forgotten, 0 when there is none.
    public long oldest(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MIN(sequence), 0) FROM change_feed")
                .mapTo(Long.class)
                .one();
    }

    /// The newest sequence, 0 before the first change.
    public long latest(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(sequence), 0) FROM change_feed")
                .mapTo(Long.class)
                .one();
    }

    /// Forgets changes up to `sequence`, which every reader has long passed.
    public void forget(Write write, long sequence) {
        write.handle()
                .createUpdate("DELETE FROM change_feed WHERE sequence <= :sequence")
                .bind("sequence", sequence)
                .execute();
    }
}
