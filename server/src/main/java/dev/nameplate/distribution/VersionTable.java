package dev.nameplate.distribution;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The rows of accepted configurations.
final class VersionTable {
    private static final String SELECT =
            "SELECT distribution, number, etag, accepted_at, door, note, document FROM distribution_version ";

    private VersionTable() {}

    static void keep(Handle handle, Distribution distribution, Provenance provenance) {
        handle.createUpdate(
                        """
                        INSERT INTO distribution_version
                            (distribution, number, etag, accepted_at, served, document, door, note)
                        VALUES (:id, :number, :etag, :now, :served, :document, :door, :note)
                        """)
                .bind("id", distribution.id().value())
                .bind("number", distribution.version())
                .bind("etag", distribution.etag())
                .bind("now", distribution.modifiedAt().toEpochMilli())
                .bind("served", ServedConfigJson.write(distribution.config()))
                .bind("document", distribution.document())
                .bind("door", provenance.door())
                .bind("note", provenance.note())
                .execute();
    }

    static Optional<ConfigVersion> find(Handle handle, DistributionId id, long number) {
        return handle.createQuery(SELECT + "WHERE distribution = :id AND number = :number")
                .bind("id", id.value())
                .bind("number", number)
                .map((row, _) -> version(row))
                .findOne();
    }

    /// Newest first.
    static List<ConfigVersion> below(Handle handle, DistributionId id, long number, int limit) {
        return handle.createQuery(
                        SELECT
                                + "WHERE distribution = :id AND number < :number ORDER BY number DESC LIMIT :limit")
                .bind("id", id.value())
                .bind("number", number)
                .bind("limit", limit)
                .map((row, _) -> version(row))
                .list();
    }

    static boolean annotate(Handle handle, DistributionId id, long number, String note) {
        return handle.createUpdate(
                                "UPDATE distribution_version SET note = :note WHERE distribution = :id AND number = :number")
                        .bind("id", id.value())
                        .bind("number", number)
                        .bind("note", note)
                        .execute()
                > 0;
    }

    /// Deletes versions that are neither among the newest `keep` of their distribution nor accepted since `since`; never the
    /// newest,
    /// and never one that a snapshot names.
    ///
    /// @return how many, at most `limit`
    static int forget(Handle handle, long keep, Instant since, int limit) {
        record Key(String distribution, long number) {}
        List<Key> old =
                handle.createQuery(
                                """
                                SELECT v.distribution, v.number FROM distribution_version v
                                JOIN distribution d ON d.id = v.distribution
                                WHERE v.accepted_at < :since AND v.number <= d.version - :keep
                                  AND NOT EXISTS (SELECT 1 FROM distribution_snapshot s
                                      WHERE s.distribution = v.distribution AND s.number = v.number)
                                ORDER BY v.accepted_at LIMIT :limit
                                """)
                        .bind("since", since.toEpochMilli())
                        .bind("keep", Math.max(1, keep))
                        .bind("limit", limit)
                        .map((row, _) -> new Key(row.getString(1), row.getLong(2)))
                        .list();
        for (Key key : old) {
            handle.createUpdate(
                            "DELETE FROM distribution_version WHERE distribution = :id AND number = :number")
                    .bind("id", key.distribution())
                    .bind("number", key.number())
                    .execute();
        }
        return old.size();
    }

    private static ConfigVersion version(ResultSet row) throws SQLException {
        return new ConfigVersion(
                new DistributionId(row.getString("distribution")),
                row.getLong("number"),
                row.getString("etag"),
                Instant.ofEpochMilli(row.getLong("accepted_at")),
                row.getString("door"),
                row.getString("note"),
                row.getString("document"));
    }
}
