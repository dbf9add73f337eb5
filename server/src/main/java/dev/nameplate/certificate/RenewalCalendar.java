package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What of an account is renewed, and what ends, in the time to come; counted in the store.
///
/// @param slots without gaps, from now on
/// @param renewals the last or current renewals by how far they are
/// @param soonestEnd of all that are issued and have not ended
public record RenewalCalendar(
        List<Slot> slots, Map<Renewal.Status, Long> renewals, Optional<Instant> soonestEnd) {
    public RenewalCalendar {
        slots = List.copyOf(slots);
        renewals = Map.copyOf(renewals);
    }

    /// @param renewals whose next step falls due: their beginning or, where a proof is missing, the next look
    /// @param ends that nothing renews: imports, and what is neither in use nor exported
    public record Slot(Instant from, long renewals, long ends) {}

    private static final String SAVED =
            """
            origin <> 'IMPORTED' AND (exported_at IS NOT NULL OR EXISTS
                (SELECT 1 FROM certificate_use u WHERE u.certificate_id = certificate.id))
            """;

    /// @param length of each slot
    public static RenewalCalendar read(
            Handle handle, AccountId account, Instant now, Duration length, int slots) {
        long size = length.toMillis();
        long first = now.toEpochMilli() / size;
        Map<Long, Long> renewals = count(handle, account, "renew_due", SAVED, size, first, slots);
        Map<Long, Long> ends =
                count(handle, account, "not_after", "NOT (" + SAVED + ")", size, first, slots);
        List<Slot> all = new ArrayList<>();
        for (long slot = first; slot < first + slots; slot++) {
            all.add(
                    new Slot(
                            Instant.ofEpochMilli(slot * size),
                            renewals.getOrDefault(slot, 0L),
                            ends.getOrDefault(slot, 0L)));
        }
        return new RenewalCalendar(
                all, statuses(handle, account), soonestEnd(handle, account, now));
    }

    private static Map<Long, Long> count(
            Handle handle,
            AccountId account,
            String time,
            String condition,
            long size,
            long first,
            int slots) {
        Map<Long, Long> counts = new HashMap<>();
        handle.createQuery(
                        "SELECT CASE WHEN t / :size < :first THEN :first ELSE t / :size END, n FROM"
                                + " (SELECT "
                                + time
                                + " AS t, COUNT(*) AS n FROM certificate"
                                + " WHERE account = :account AND state = 'ISSUED' AND not_after > :now AND "
                                + time
                                + " < :end AND "
                                + condition
                                + " GROUP BY "
                                + time
                                + ") counted")
                .bind("account", account.value())
                .bind("size", size)
                .bind("first", first)
                .bind("now", first * size)
                .bind("end", (first + slots) * size)
                .map((rs, _) -> Map.entry(rs.getLong(1), rs.getLong(2)))
                .forEach(each -> counts.merge(each.getKey(), each.getValue(), Long::sum));
        return counts;
    }

    private static Map<Renewal.Status, Long> statuses(Handle handle, AccountId account) {
        Map<Renewal.Status, Long> statuses = new EnumMap<>(Renewal.Status.class);
        handle.createQuery(
                        """
                        SELECT r.status, COUNT(*) FROM certificate c
                        JOIN certificate_renewal r ON r.certificate_id = c.id
                        WHERE c.account = :account GROUP BY r.status
                        """)
                .bind("account", account.value())
                .map((rs, _) -> Map.entry(Renewal.Status.valueOf(rs.getString(1)), rs.getLong(2)))
                .forEach(each -> statuses.put(each.getKey(), each.getValue()));
        return statuses;
    }

    private static Optional<Instant> soonestEnd(Handle handle, AccountId account, Instant now) {
        return handle.createQuery(
                        """
                        SELECT not_after FROM certificate
                        WHERE account = :account AND state = 'ISSUED' AND not_after > :now
                        ORDER BY not_after LIMIT 1
                        """)
                .bind("account", account.value())
                .bind("now", now.toEpochMilli())
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }
}
