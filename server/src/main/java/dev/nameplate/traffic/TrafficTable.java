package dev.nameplate.traffic;

import dev.nameplate.edge.config.Traffic.Totals;
import dev.nameplate.traffic.TrafficHistory.Sample;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The rows of minutes and hours.
final class TrafficTable {
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final String SUMS =
            """
            SUM(requests) AS requests, SUM(bytes_out) AS bytes_out, SUM(bytes_in) AS bytes_in,
            SUM(client_errors) AS client_errors, SUM(server_errors) AS server_errors, SUM(hits) AS hits
            """;

    private TrafficTable() {}

    static void keep(Handle handle, String node, Map<TrafficRecorder.Minute, Totals> minutes) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO traffic_minute (distribution, minute, node, requests, bytes_out, bytes_in,
                            client_errors, server_errors, hits)
                        VALUES (:distribution, :minute, :node, :requests, :out, :in, :client, :server, :hits)
                        ON CONFLICT (distribution, minute, node) DO UPDATE SET
                            requests = excluded.requests, bytes_out = excluded.bytes_out,
                            bytes_in = excluded.bytes_in, client_errors = excluded.client_errors,
                            server_errors = excluded.server_errors, hits = excluded.hits
                        """);
        minutes.forEach((minute, totals) ->
                batch.bind("distribution", minute.distribution())
                        .bind("minute", minute.start().toEpochMilli())
                        .bind("node", node)
                        .bind("requests", totals.requests())
                        .bind("out", totals.bytesOut())
                        .bind("in", totals.bytesIn())
                        .bind("client", totals.clientErrors())
                        .bind("server", totals.serverErrors())
                        .bind("hits", totals.hits())
                        .add());
        int[] _ = batch.execute();
    }

    /// Minutes, and hours where the minutes are gone; all processes together, oldest first.
    static List<Sample> between(Handle handle, String distribution, Instant from, Instant to) {
        return handle.createQuery(
                        "SELECT minute AS at, "
                                + SUMS
                                + """
                                FROM traffic_minute
                                WHERE distribution = :distribution AND minute >= :from AND minute < :to
                                GROUP BY minute
                                UNION ALL
                                SELECT hour AS at, requests, bytes_out, bytes_in, client_errors, server_errors, hits
                                FROM traffic_hour
                                WHERE distribution = :distribution AND hour >= :from AND hour < :to
                                ORDER BY at
                                """)
                .bind("distribution", distribution)
                .bind("from", from.toEpochMilli())
                .bind("to", to.toEpochMilli())
                .map((row, _) -> new Sample(Instant.ofEpochMilli(row.getLong("at")), totals(row)))
                .list();
    }

    /// Puts minutes before `before`, which is a full hour, together.
    ///
    /// @return how many hours of distributions, at most `limit`
    static int rollUp(Handle handle, Instant before, int limit) {
        record Hour(String distribution, long start, Totals totals) {}
        List<Hour> hours =
                handle.createQuery(
                                "SELECT distribution, minute / 3600000 AS number, "
                                        + SUMS
                                        + """
                                        FROM traffic_minute WHERE minute < :before
                                        GROUP BY distribution, minute / 3600000 LIMIT :limit
                                        """)
                        .bind("before", before.toEpochMilli())
                        .bind("limit", limit)
                        .map((row, _) ->
                                new Hour(
                                        row.getString("distribution"),
                                        row.getLong("number") * HOUR,
                                        totals(row)))
                        .list();
        for (Hour hour : hours) {
            handle.createUpdate(
                            """
                            INSERT INTO traffic_hour (distribution, hour, requests, bytes_out, bytes_in,
                                client_errors, server_errors, hits)
                            VALUES (:distribution, :hour, :requests, :out, :in, :client, :server, :hits)
                            ON CONFLICT (distribution, hour) DO UPDATE SET
                                requests = traffic_hour.requests + excluded.requests,
                                bytes_out = traffic_hour.bytes_out + excluded.bytes_out,
                                bytes_in = traffic_hour.bytes_in + excluded.bytes_in,
                                client_errors = traffic_hour.client_errors + excluded.client_errors,
                                server_errors = traffic_hour.server_errors + excluded.server_errors,
                                hits = traffic_hour.hits + excluded.hits
                            """)
                    .bind("distribution", hour.distribution())
                    .bind("hour", hour.start())
                    .bind("requests", hour.totals().requests())
                    .bind("out", hour.totals().bytesOut())
                    .bind("in", hour.totals().bytesIn())
                    .bind("client", hour.totals().clientErrors())
                    .bind("server", hour.totals().serverErrors())
                    .bind("hits", hour.totals().hits())
                    .execute();
            handle.createUpdate(
                            """
                            DELETE FROM traffic_minute
                            WHERE distribution = :distribution AND minute >= :from AND minute < :to
                            """)
                    .bind("distribution", hour.distribution())
                    .bind("from", hour.start())
                    .bind("to", hour.start() + HOUR)
                    .execute();
        }
        return hours.size();
    }

    static void forget(Handle handle, Instant before) {
        handle.createUpdate("DELETE FROM traffic_hour WHERE hour < :before")
                .bind("before", before.toEpochMilli())
                .execute();
    }

    private static Totals totals(ResultSet row) throws SQLException {
        return new Totals(
                row.getLong("requests"),
                row.getLong("bytes_out"),
                row.getLong("bytes_in"),
                row.getLong("client_errors"),
                row.getLong("server_errors"),
                row.getLong("hits"));
    }
}
