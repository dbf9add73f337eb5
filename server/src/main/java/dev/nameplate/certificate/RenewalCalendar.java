package dev.nameplate.certificate;

import dev.nameplate.certificate.ExpectedRenewals.Expected;
import dev.nameplate.certificate.IssuanceForecast.Turn;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
/// @param issuers what each other authority than our own is expected to be asked for, under its limits
public record RenewalCalendar(
        List<Slot> slots,
        Map<Renewal.Status, Long> renewals,
        Optional<Instant> soonestEnd,
        List<Plan> issuers) {
    public RenewalCalendar {
        slots = List.copyOf(slots);
        renewals = Map.copyOf(renewals);
        issuers = List.copyOf(issuers);
    }

    /// The account's renewals at one issuer, laid under its limits, which all accounts share.
    ///
    /// @param renewals that it can be asked for, by slot
    /// @param held how many have to wait for a limit
    /// @param late how many of them beyond their certificate's end
    /// @param heldBy what the one waits for that waits longest
    public record Plan(
            IssuerName issuer, List<Long> renewals, long held, long late, Optional<String> heldBy) {
        public Plan {
            renewals = List.copyOf(renewals);
        }
    }

    /// @param renewals whose next step falls due: their beginning or, where a proof is missing, the next look
    /// @param ends that nothing renews: imports, and what is neither in use nor exported
    public record Slot(Instant from, long renewals, long ends) {}

    /// What is renewed by itself.
    static final String SAVED =
            """
            origin <> 'IMPORTED' AND (exported_at IS NOT NULL OR EXISTS
                (SELECT 1 FROM certificate_use u WHERE u.certificate_id = certificate.id))
            """;

    /// @param length of each slot
    public static RenewalCalendar read(
            Handle handle,
            AccountId account,
            Instant now,
            Duration length,
            int slots,
            IssuanceForecast forecast) {
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
                all,
                statuses(handle, account),
                soonestEnd(handle, account, now),
                plans(handle, account, now, length, slots, forecast));
    }

    private static List<Plan> plans(
            Handle handle,
            AccountId account,
            Instant now,
            Duration length,
            int slots,
            IssuanceForecast forecast) {
        long first = now.toEpochMilli() / length.toMillis();
        long end = (first + slots) * length.toMillis();
        List<Plan> plans = new ArrayList<>();
        ExpectedRenewals.read(
                        handle,
                        "state = 'ISSUED' AND not_after > :now AND renew_due < :end AND " + SAVED,
                        query -> query.bind("now", now.toEpochMilli()).bind("end", end))
                .forEach((issuer, expected) -> {
                    expected.sort(
                            Comparator.comparing(Expected::due)
                                    .thenComparing(Expected::notAfter)
                                    .thenComparing(Expected::id));
                    List<Turn> turns =
                            forecast.turns(
                                    handle,
                                    issuer,
                                    expected.stream()
                                            .map(each ->
                                                    each.wanted(
                                                            each.due().isBefore(now)
                                                                    ? now
                                                                    : each.due()))
                                            .toList());
                    plan(issuer, account, expected, turns, first, length.toMillis(), slots)
                            .ifPresent(plans::add);
                });
        plans.sort(Comparator.comparing(plan -> plan.issuer().text()));
        return plans;
    }

    private static Optional<Plan> plan(
            IssuerName issuer,
            AccountId account,
            List<Expected> expected,
            List<Turn> turns,
            long first,
            long size,
            int slots) {
        long[] renewals = new long[slots];
        long held = 0;
        long late = 0;
        boolean any = false;
        Instant latest = Instant.MIN;
        Optional<String> heldBy = Optional.empty();
        for (int i = 0; i < turns.size(); i++) {
            if (!expected.get(i).account().equals(account)) {
                continue;
            }
            any = true;
            Turn turn = turns.get(i);
            long slot = Math.max(0, turn.at().toEpochMilli() / size - first);
            if (slot < slots) {
                renewals[(int) slot]++;
            }
            if (turn.heldBy().isPresent()) {
                held++;
                late += turn.at().isBefore(expected.get(i).notAfter()) ? 0 : 1;
                if (turn.at().isAfter(latest)) {
                    latest = turn.at();
                    heldBy = turn.heldBy();
                }
            }
        }
        return any
                ? Optional.of(
                        new Plan(
                                issuer,
                                Arrays.stream(renewals).boxed().toList(),
                                held,
                                late,
                                heldBy))
                : Optional.empty();
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
