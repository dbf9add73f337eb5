package dev.nameplate.certificate;

import dev.nameplate.certificate.ExpectedRenewals.Expected;
import dev.nameplate.certificate.IssuanceForecast.Wanted;
import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Has renewals that would come too thick for their issuer's limits begin sooner, those that end last the least, so that none is still
/// in line when its certificate ends. Looks two months ahead, twice a day; what it has spread it leaves as it is.
public final class RenewalSpreadWork implements DueWork {
    static final Duration EVERY = Duration.ofHours(12);

    private static final Duration AHEAD = Duration.ofDays(60);
    private static final int PART = 500;

    private final Database database;
    private final IssuanceForecast forecast;

    public RenewalSpreadWork(Database database, IssuanceForecast forecast) {
        this.database = database;
        this.forecast = forecast;
    }

    @Override
    public String name() {
        return "renewal-spread";
    }

    private record Sooner(Expected expected, Instant at) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Sooner> sooner = database.read(handle -> sooner(handle, now));
        for (int from = 0; from < sooner.size(); from += PART) {
            List<Sooner> part = sooner.subList(from, Math.min(sooner.size(), from + PART));
            database.write(write -> {
                part.forEach(each -> move(write.handle(), each));
                return part;
            });
        }
        return Optional.of(now.plus(EVERY));
    }

    private List<Sooner> sooner(Handle handle, Instant now) {
        Map<IssuerName, List<Expected>> all =
                ExpectedRenewals.read(
                        handle,
                        "state = 'ISSUED' AND not_after > :now AND renew_due > :now AND renew_due < :end AND "
                                + RenewalCalendar.SAVED
                                + """
                                 AND NOT EXISTS (
                                    SELECT 1 FROM certificate_renewal r WHERE r.certificate_id = certificate.id
                                      AND r.status IN ('PENDING_AUTO_RENEWAL', 'PENDING_VALIDATION'))
                                """,
                        query ->
                                query.bind("now", now.toEpochMilli())
                                        .bind("end", now.plus(AHEAD).toEpochMilli()));
        List<Sooner> sooner = new ArrayList<>();
        all.forEach((issuer, expected) -> {
            if (!forecast.limits(handle, issuer, true)) {
                return;
            }
            List<Wanted> wanted = expected.stream().map(each -> each.wanted(each.due())).toList();
            List<Instant> latest = forecast.latest(handle, issuer, wanted);
            for (int i = 0; i < latest.size(); i++) {
                Instant at = bounded(expected.get(i), latest.get(i), now);
                if (at.isBefore(expected.get(i).due())) {
                    sooner.add(new Sooner(expected.get(i), at));
                }
            }
        });
        return sooner;
    }

    /// Never in the first half of its life: a limit that even that breaks is met by waiting in line.
    private static Instant bounded(Expected expected, Instant latest, Instant now) {
        Instant half =
                expected.notBefore()
                        .plus(
                                Duration.between(expected.notBefore(), expected.notAfter())
                                        .dividedBy(2));
        Instant at = latest.isBefore(half) ? half : latest;
        return at.isBefore(now) ? now : at;
    }

    private static void move(Handle handle, Sooner sooner) {
        Expected expected = sooner.expected();
        int moved =
                handle.createUpdate(
                                """
                                UPDATE certificate SET renew_due = :at
                                WHERE id = :id AND state = 'ISSUED' AND serial = :serial AND renew_due > :at
                                """)
                        .bind("at", sooner.at().toEpochMilli())
                        .bind("id", expected.id())
                        .bind("serial", expected.serial())
                        .execute();
        if (moved == 1) {
            handle.createUpdate(
                            """
                            UPDATE issued_leaf SET spread_at = :at WHERE certificate_id = :id AND serial = :serial
                            """)
                    .bind("at", sooner.at().toEpochMilli())
                    .bind("id", expected.id())
                    .bind("serial", expected.serial())
                    .execute();
        }
    }
}
