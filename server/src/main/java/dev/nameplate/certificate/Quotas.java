package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// How many certificates an account may have in a Region, and make there in a year.
///
/// They are counted in the transaction that adds one. Far from the limit a count leaves room for a tenth of what is left,
/// for a minute, so that a bulk request does not count its own rows ten thousand times: up to ten nodes stay exact, and
/// the last ten slots are always counted one by one.
public final class Quotas {
    static final Duration YEAR = Duration.ofDays(365);
    private static final Duration ROOM_LASTS = Duration.ofMinutes(1);
    private static final int NODES = 10;

    private final Limits limits;
    private final InstantSource clock;
    private final Map<Slot, Room> rooms = new ConcurrentHashMap<>();

    Quotas(Limits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /// What is limited.
    public enum Kind {
        ACM_CERTIFICATES(Origin.ACM, false, "certificates requested through ACM"),
        ACM_CERTIFICATES_YEARLY(
                Origin.ACM, true, "certificates requested through ACM within 365 days"),
        IMPORTED_CERTIFICATES(Origin.IMPORTED, false, "imported certificates"),
        IMPORTED_CERTIFICATES_YEARLY(
                Origin.IMPORTED, true, "certificates imported within 365 days"),
        LIGHTSAIL_CERTIFICATES(Origin.LIGHTSAIL, false, "Lightsail certificates"),
        LIGHTSAIL_CERTIFICATES_YEARLY(
                Origin.LIGHTSAIL, true, "Lightsail certificates requested within 365 days");

        private final Origin origin;
        private final boolean yearly;
        private final String meaning;

        Kind(Origin origin, boolean yearly, String meaning) {
            this.origin = origin;
            this.yearly = yearly;
            this.meaning = meaning;
        }

        public String meaning() {
            return meaning;
        }

        /// Whether a slot comes free by time alone, and not by deleting.
        public boolean isYearly() {
            return yearly;
        }
    }

    /// @param certificates requested through one door and there at once, in whatever state
    /// @param yearly requested through one door within 365 days; deleting does not give the slot back
    /// @param imported there at once
    /// @param importedYearly imported within 365 days
    public record Limits(long certificates, long yearly, long imported, long importedYearly) {
        /// AWS gives 2,500 and 5,000 of either (Lightsail 20 a year); a server whose job is many names gives more.
        public static final Limits STANDARD =
                new Limits(1_000_000, 2_000_000, 1_000_000, 2_000_000);

        long of(Kind kind) {
            return switch (kind) {
                case ACM_CERTIFICATES, LIGHTSAIL_CERTIFICATES -> certificates;
                case ACM_CERTIFICATES_YEARLY, LIGHTSAIL_CERTIFICATES_YEARLY -> yearly;
                case IMPORTED_CERTIFICATES -> imported;
                case IMPORTED_CERTIFICATES_YEARLY -> importedYearly;
            };
        }
    }

    /// @param freesAt when the oldest slot of a yearly quota comes free; empty for the others and while none is taken
    public record Usage(Kind kind, long used, long limit, Optional<Instant> freesAt) {}

    public List<Usage> usage(Handle handle, AccountId account, Region region) {
        Instant now = clock.instant();
        List<Usage> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Counted counted = count(handle, account, region, kind, now);
            all.add(
                    new Usage(
                            kind,
                            counted.used(),
                            limits.of(kind),
                            kind.isYearly()
                                    ? counted.oldest().map(at -> at.plus(YEAR))
                                    : Optional.empty()));
        }
        return all;
    }

    /// Takes a slot for a certificate about to be stored in this transaction.
    ///
    /// @throws QuotaExceeded if there is none
    void take(Write write, AccountId account, Region region, Origin origin) {
        for (Kind kind : Kind.values()) {
            if (kind.origin == origin) {
                check(write.handle(), account, region, kind);
            }
        }
    }

    private record Slot(AccountId account, Region region, Kind kind) {}

    /// Guarded by itself.
    private static final class Room {
        private long left;
        private Instant until = Instant.MIN;

        synchronized boolean take(Instant now) {
            if (left <= 0 || !now.isBefore(until)) {
                return false;
            }
            left--;
            return true;
        }

        synchronized void fill(long slots, Instant end) {
            left = slots;
            until = end;
        }
    }

    private void check(Handle handle, AccountId account, Region region, Kind kind) {
        Room room = rooms.computeIfAbsent(new Slot(account, region, kind), _ -> new Room());
        Instant now = clock.instant();
        if (room.take(now)) {
            return;
        }
        long limit = limits.of(kind);
        long used = count(handle, account, region, kind, now).used();
        if (used >= limit) {
            throw new QuotaExceeded(kind, limit);
        }
        room.fill((limit - used) / NODES - 1, now.plus(ROOM_LASTS));
    }

    private record Counted(long used, Optional<Instant> oldest) {}

    private static Counted count(
            Handle handle, AccountId account, Region region, Kind kind, Instant now) {
        long since = kind.yearly ? now.minus(YEAR).toEpochMilli() : Long.MIN_VALUE;
        Counted there = count(handle, "certificate", account, region, kind, since);
        if (!kind.yearly) {
            return there;
        }
        Counted gone = count(handle, "certificate_gone", account, region, kind, since);
        return new Counted(
                there.used() + gone.used(),
                there.oldest()
                        .flatMap(one ->
                                gone.oldest().filter(one::isAfter).or(() -> Optional.of(one)))
                        .or(gone::oldest));
    }

    private static Counted count(
            Handle handle,
            String table,
            AccountId account,
            Region region,
            Kind kind,
            long createdAfter) {
        return handle.createQuery(
                        "SELECT COUNT(*), MIN(created_at) FROM "
                                + table
                                + " WHERE account = :account AND region = :region"
                                + " AND created_at > :since AND origin = :origin")
                .bind("account", account.value())
                .bind("region", region.name())
                .bind("since", createdAfter)
                .bind("origin", kind.origin.name())
                .map((rs, _) -> {
                    long used = rs.getLong(1);
                    long oldest = rs.getLong(2);
                    return new Counted(
                            used,
                            used == 0
                                    ? Optional.empty()
                                    : Optional.of(Instant.ofEpochMilli(oldest)));
                })
                .one();
    }
}
