package dev.nameplate.distribution;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rows of snapshots, and what each distribution remembers of them.
final class SnapshotTable {
    private static final String SELECT =
            "SELECT distribution, name, number, made_at, note FROM distribution_snapshot WHERE distribution = :id";

    private SnapshotTable() {}

    /// @return false if the distribution has one of this name
    static boolean keep(Handle handle, Snapshot snapshot) {
        return handle.createUpdate(
                                """
                                INSERT INTO distribution_snapshot (distribution, name, number, made_at, note)
                                VALUES (:id, :name, :number, :now, :note)
                                ON CONFLICT (distribution, name) DO NOTHING
                                """)
                        .bind("id", snapshot.distribution().value())
                        .bind("name", snapshot.name().value())
                        .bind("number", snapshot.version())
                        .bind("now", snapshot.madeAt().toEpochMilli())
                        .bind("note", snapshot.note())
                        .execute()
                > 0;
    }

    static Optional<Snapshot> find(Handle handle, DistributionId id, SnapshotName name) {
        return handle.createQuery(SELECT + " AND name = :name")
                .bind("id", id.value())
                .bind("name", name.value())
                .map((row, _) -> snapshot(row))
                .findOne();
    }

    static List<Snapshot> of(Handle handle, DistributionId id) {
        return handle.createQuery(SELECT)
                .bind("id", id.value())
                .map((row, _) -> snapshot(row))
                .list();
    }

    static int count(Handle handle, DistributionId id) {
        return handle.createQuery(
                        "SELECT COUNT(*) FROM distribution_snapshot WHERE distribution = :id")
                .bind("id", id.value())
                .mapTo(Integer.class)
                .one();
    }

    /// Of the account's distributions; those without any are left out.
    static Map<DistributionId, Integer> counts(Handle handle, AccountId account) {
        Map<DistributionId, Integer> counts = new HashMap<>();
        handle.createQuery(
                        """
                        SELECT s.distribution, COUNT(*) FROM distribution_snapshot s
                        JOIN distribution d ON d.id = s.distribution
                        WHERE d.account = :account GROUP BY s.distribution
                        """)
                .bind("account", account.value())
                .map((row, _) -> Map.entry(new DistributionId(row.getString(1)), row.getInt(2)))
                .forEach(each -> counts.put(each.getKey(), each.getValue()));
        return counts;
    }

    static boolean annotate(Handle handle, DistributionId id, SnapshotName name, String note) {
        return handle.createUpdate(
                                "UPDATE distribution_snapshot SET note = :note WHERE distribution = :id AND name = :name")
                        .bind("id", id.value())
                        .bind("name", name.value())
                        .bind("note", note)
                        .execute()
                > 0;
    }

    static boolean delete(Handle handle, DistributionId id, SnapshotName name) {
        return handle.createUpdate(
                                "DELETE FROM distribution_snapshot WHERE distribution = :id AND name = :name")
                        .bind("id", id.value())
                        .bind("name", name.value())
                        .execute()
                > 0;
    }

    static void forget(Handle handle, DistributionId id) {
        handle.createUpdate("DELETE FROM distribution_snapshot WHERE distribution = :id")
                .bind("id", id.value())
                .execute();
    }

    static void applied(Handle handle, DistributionId id, SnapshotName name) {
        handle.createUpdate("UPDATE distribution SET applied_snapshot = :name WHERE id = :id")
                .bind("id", id.value())
                .bind("name", name.value())
                .execute();
    }

    static Optional<SnapshotName> lastApplied(Handle handle, DistributionId id) {
        return handle.createQuery("SELECT applied_snapshot FROM distribution WHERE id = :id")
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .filter(name -> !name.isEmpty())
                .map(SnapshotName::new);
    }

    private static Snapshot snapshot(ResultSet row) throws SQLException {
        return new Snapshot(
                new DistributionId(row.getString("distribution")),
                new SnapshotName(row.getString("name")),
                row.getLong("number"),
                Instant.ofEpochMilli(row.getLong("made_at")),
                row.getString("note"));
    }
}
