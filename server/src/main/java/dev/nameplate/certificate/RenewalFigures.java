package dev.nameplate.certificate;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// How the renewals of all accounts stand; counts in an index with an entry for each, so not for each request.
///
/// @param renewals the last or current ones, by how far they are
/// @param soonestEnd of what is issued, in use and has not ended
public record RenewalFigures(Map<Renewal.Status, Long> renewals, Optional<Instant> soonestEnd) {
    static final String COUNT = "SELECT status, COUNT(*) FROM certificate_renewal GROUP BY status";

    /// Follows the index `certificate_by_end` as far as the first one in use.
    static final String SOONEST_END =
            """
            SELECT not_after FROM certificate
            WHERE state = 'ISSUED' AND not_after > :now AND EXISTS
                (SELECT 1 FROM certificate_use u WHERE u.certificate_id = certificate.id)
            ORDER BY not_after LIMIT 1
            """;

    public RenewalFigures {
        renewals = Map.copyOf(renewals);
    }

    public static RenewalFigures read(Handle handle, Instant now) {
        Map<Renewal.Status, Long> renewals = new EnumMap<>(Renewal.Status.class);
        handle.createQuery(COUNT)
                .map((rs, _) -> Map.entry(Renewal.Status.valueOf(rs.getString(1)), rs.getLong(2)))
                .forEach(each -> renewals.put(each.getKey(), each.getValue()));
        Optional<Instant> soonestEnd =
                handle.createQuery(SOONEST_END)
                        .bind("now", now.toEpochMilli())
                        .mapTo(Long.class)
                        .findOne()
                        .map(Instant::ofEpochMilli);
        return new RenewalFigures(renewals, soonestEnd);
    }
}
