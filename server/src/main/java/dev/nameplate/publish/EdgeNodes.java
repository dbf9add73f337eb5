package dev.nameplate.publish;

import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;

/// How far each node that shares the store has followed the feed. A node that was not seen for [#SILENCE] counts as gone: it
/// must not hold up every deployment. The nodes' clocks are taken to agree within that.
final class EdgeNodes {
    static final Duration SILENCE = Duration.ofSeconds(10);

    private EdgeNodes() {}

    static void seen(Write write, String node, long applied, Instant now) {
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO edge_node (id, applied, seen_at) VALUES (:id, :applied, :now)
                        ON CONFLICT (id) DO UPDATE SET applied = excluded.applied, seen_at = excluded.seen_at
                        """)
                .bind("id", node)
                .bind("applied", applied)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void gone(Write write, String node) {
        write.handle()
                .createUpdate("DELETE FROM edge_node WHERE id = :id")
                .bind("id", node)
                .execute();
    }

    /// The smallest sequence that every live node other than `node` has applied; all there is when there is no other.
    static long appliedByOthers(Handle handle, String node, Instant now) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(MIN(applied), :all) FROM edge_node WHERE id <> :id AND seen_at >= :since
                        """)
                .bind("all", Long.MAX_VALUE)
                .bind("id", node)
                .bind("since", now.minus(SILENCE).toEpochMilli())
                .mapTo(Long.class)
                .one();
    }
}
