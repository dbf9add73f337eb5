package dev.nameplate.issuer.ratelimit;

import dev.nameplate.certificate.IssuanceForecast;
import dev.nameplate.certificate.IssuedLeaves;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Write;
import dev.nameplate.issuer.ratelimit.BudgetRows.Reservation;
import dev.nameplate.issuer.ratelimit.BudgetRows.Used;
import dev.nameplate.issuer.ratelimit.BudgetRows.Waiting;
import dev.nameplate.issuer.ratelimit.Demand.Bucket;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What may be asked of each issuer, counted in the store and so the same for every node and after every restart.
///
/// An order's costs are taken by [#admit] in the transaction before the authority is asked. [#ordered] says that the authority
/// knows the order, [#issued] that it became a certificate, [#withdrawn] that it never will: what an authority counts only for
/// certificates is given back then, and all of it if the order never got there.
///
/// Who is refused is in a line, those who need it sooner first, and is told its own turn, so that a thousand who wait for one
/// domain come back one by one and not together.
public final class IssuerBudgets implements IssuanceForecast {
    /// How long a turn is kept for one who does not come.
    static final Duration GRACE = Duration.ofMinutes(10);

    /// Longer than any published limit's period: what has not been decided until then never is.
    static final Duration STALE = Duration.ofDays(8);

    private static final Duration LONGEST_PAUSE = Duration.ofDays(7);
    private static final Duration USUAL_PAUSE = Duration.ofHours(1);
    private static final Duration UNTIL_LOOKED_AGAIN = Duration.ofMinutes(1);
    private static final int LONGEST_MESSAGE = 1000;

    private final Map<IssuerName, RateLimits> limits;
    private final InstantSource clock;

    /// @param limits of the issuers that have any
    public IssuerBudgets(Map<IssuerName, RateLimits> limits, InstantSource clock) {
        this.limits = Map.copyOf(limits);
        this.clock = clock;
    }

    public RateLimits limits(IssuerName issuer) {
        return limits.getOrDefault(issuer, RateLimits.NONE);
    }

    public boolean knows(IssuerName issuer) {
        return limits.containsKey(issuer);
    }

    /// Takes what an order costs, or says when to come back. Asked again for an order that was granted, it costs nothing more.
    ///
    /// @param owner the order, by a name of its own
    public Admission admit(Write write, IssuerName issuer, String owner, Demand demand) {
        Handle handle = write.handle();
        Instant now = clock.instant();
        if (BudgetRows.reservation(handle, issuer, owner).isPresent()) {
            return new Admission.Granted();
        }
        Optional<Pause> pause = pause(handle, issuer, demand, now);
        if (pause.isPresent()) {
            return new Admission.NotBefore(pause.get().until(), Words.paused(issuer, pause.get()));
        }
        RateLimits rules = limits(issuer);
        Optional<Waiting> waiting = BudgetRows.waiting(handle, issuer, owner);
        Instant neededBy = waiting.map(Waiting::neededBy).orElse(demand.neededBy());
        if (demand.neededBy().isBefore(neededBy)) {
            neededBy = demand.neededBy();
        }
        List<Bucket> counted = demand.counted(rules);
        Optional<Held> held = Optional.empty();
        for (Bucket bucket : counted) {
            held = later(held, held(handle, issuer, owner, bucket, neededBy, now));
        }
        for (Bucket bucket : demand.guarded(rules)) {
            held = later(held, held(handle, issuer, owner, bucket, neededBy, now));
        }
        if (held.isPresent()) {
            Held by = held.get();
            BudgetRows.wait(
                    handle,
                    issuer,
                    owner,
                    new Waiting(by.bucket(), neededBy, waiting.map(Waiting::since).orElse(now)),
                    by.at());
            return new Admission.NotBefore(by.at(), Words.held(issuer, by, now));
        }
        int names = demand.names().size();
        Optional<Integer> most = rules.pendingAuthorizations();
        if (most.isPresent()) {
            int underWay = BudgetRows.namesUnderWay(handle, issuer);
            if (underWay > 0 && underWay + names > most.get()) {
                return new Admission.NotBefore(
                        now.plus(UNTIL_LOOKED_AGAIN),
                        Words.tooManyUnderWay(issuer, underWay, most.get()));
            }
        }
        for (Bucket bucket : counted) {
            take(handle, issuer, bucket, now);
        }
        BudgetRows.waitNoMore(handle, issuer, owner);
        BudgetRows.put(handle, issuer, new Reservation(owner, counted, names), now);
        return new Admission.Granted();
    }

    /// Whether the authority may be asked for another account; costs one if so.
    public Admission admitAccount(Write write, IssuerName issuer) {
        Instant now = clock.instant();
        Optional<Pause> pause = BudgetRows.pause(write.handle(), issuer, List.of(""), now);
        if (pause.isPresent()) {
            return new Admission.NotBefore(pause.get().until(), Words.paused(issuer, pause.get()));
        }
        Bucket bucket = new Bucket(RateKind.NEW_ACCOUNTS, "");
        if (limits(issuer).of(RateKind.NEW_ACCOUNTS).isEmpty()) {
            return new Admission.Granted();
        }
        Optional<Held> held = held(write.handle(), issuer, "", bucket, now, now);
        if (held.isPresent()) {
            return new Admission.NotBefore(held.get().at(), Words.held(issuer, held.get(), now));
        }
        take(write.handle(), issuer, bucket, now);
        return new Admission.Granted();
    }

    /// Whether the authority may be told to look at a name; only a look that fails costs something.
    public Admission admitValidation(Write write, IssuerName issuer, DomainName name) {
        Instant now = clock.instant();
        Bucket bucket = new Bucket(RateKind.FAILED_VALIDATIONS, name.base().ascii());
        Optional<Held> held =
                limits(issuer).of(RateKind.FAILED_VALIDATIONS).isEmpty()
                        ? Optional.empty()
                        : held(write.handle(), issuer, "", bucket, Instant.EPOCH, now);
        return held.isPresent()
                ? new Admission.NotBefore(held.get().at(), Words.held(issuer, held.get(), now))
                : new Admission.Granted();
    }

    /// The authority has taken the order: it counts as one, whatever comes of it.
    public void ordered(Write write, IssuerName issuer, String owner) {
        BudgetRows.reservation(write.handle(), issuer, owner)
                .ifPresent(reservation ->
                        BudgetRows.put(
                                write.handle(),
                                issuer,
                                new Reservation(
                                        owner,
                                        reservation.taken().stream()
                                                .filter(each -> each.kind() != RateKind.NEW_ORDERS)
                                                .toList(),
                                        reservation.names()),
                                clock.instant()));
    }

    /// The order became a certificate.
    public void issued(Write write, IssuerName issuer, String owner) {
        BudgetRows.deleteReservation(write.handle(), issuer, owner);
    }

    /// The order comes to nothing, or is not wanted any more: whatever it has not used is there again for others.
    public void withdrawn(Write write, IssuerName issuer, String owner) {
        Handle handle = write.handle();
        BudgetRows.waitNoMore(handle, issuer, owner);
        BudgetRows.reservation(handle, issuer, owner)
                .ifPresent(reservation -> {
                    for (Bucket bucket : reservation.taken()) {
                        limits(issuer)
                                .of(bucket.kind())
                                .ifPresent(limit ->
                                        BudgetRows.put(
                                                handle,
                                                issuer,
                                                bucket,
                                                BudgetRows.bucket(handle, issuer, bucket, limit)
                                                        .giveBack()));
                    }
                    BudgetRows.deleteReservation(handle, issuer, owner);
                });
    }

    /// The authority did not find what proves a name.
    public void validationFailed(Write write, IssuerName issuer, DomainName name) {
        Bucket bucket = new Bucket(RateKind.FAILED_VALIDATIONS, name.base().ascii());
        limits(issuer)
                .of(RateKind.FAILED_VALIDATIONS)
                .ifPresent(limit ->
                        BudgetRows.put(
                                write.handle(),
                                issuer,
                                bucket,
                                BudgetRows.bucket(write.handle(), issuer, bucket, limit)
                                        .takeAnyway(clock.instant())));
    }

    /// The authority said that it was asked too often: nothing is ordered of it until then, by any node.
    ///
    /// @param domain if it said so of one registered domain only: any name in it
    /// @param until empty if it did not say
    /// @param message its own words
    /// @return until when it is left alone
    public Instant limited(
            Write write,
            IssuerName issuer,
            Optional<DomainName> domain,
            Optional<Instant> until,
            String message) {
        Instant now = clock.instant();
        Instant wanted = until.filter(now::isBefore).orElse(now.plus(USUAL_PAUSE));
        Instant bounded =
                wanted.isAfter(now.plus(LONGEST_PAUSE)) ? now.plus(LONGEST_PAUSE) : wanted;
        BudgetRows.put(
                write.handle(),
                issuer,
                new Pause(
                        domain.map(DomainName::registeredDomain),
                        bounded,
                        now,
                        message.length() > LONGEST_MESSAGE
                                ? message.substring(0, LONGEST_MESSAGE)
                                : message));
        return bounded;
    }

    /// What of an issuer's limits is used, those that are full again last left out; what is common to all first.
    ///
    /// @param domain only what counts for this registered domain, and what is common to all
    public List<Budget> used(
            Handle handle, IssuerName issuer, Optional<DomainName> domain, int most) {
        Instant now = clock.instant();
        RateLimits rules = limits(issuer);
        List<Budget> common = new ArrayList<>();
        for (RateKind kind : List.of(RateKind.NEW_ORDERS, RateKind.NEW_ACCOUNTS)) {
            rules.of(kind)
                    .ifPresent(limit ->
                            common.add(budget(handle, issuer, new Bucket(kind, ""), limit, now)));
        }
        Optional<String> wanted = domain.map(DomainName::registeredDomain);
        List<Budget> all = new ArrayList<>(common);
        for (Used used : BudgetRows.used(handle, issuer, now)) {
            Bucket bucket = used.bucket();
            Optional<RateLimit> limit = rules.of(bucket.kind());
            if (all.size() < most + common.size()
                    && !bucket.scope().isEmpty()
                    && limit.isPresent()
                    && (wanted.isEmpty() || wanted.get().equals(domainOf(bucket)))) {
                all.add(budget(handle, issuer, bucket, limit.get(), now));
            }
        }
        return all;
    }

    public List<Pause> pauses(Handle handle, IssuerName issuer) {
        return BudgetRows.pauses(handle, issuer, clock.instant());
    }

    /// What many orders would come to, from what is used now on.
    public RateForecast forecast(Handle handle, IssuerName issuer) {
        Instant now = clock.instant();
        return new RateForecast(
                limits(issuer),
                BudgetRows.used(handle, issuer, now),
                BudgetRows.pauses(handle, issuer, now),
                now);
    }

    /// Where an issuer wants to be told what is replaced, it is told ([RateLimits#ariExempt]).
    private Demand.Occasion occasion(Handle handle, IssuerName issuer, boolean renewal) {
        if (!renewal) {
            return Demand.Occasion.NEW;
        }
        return limits(issuer).ariExempt() && IssuedLeaves.suggests(handle, issuer)
                ? Demand.Occasion.ARI_RENEWAL
                : Demand.Occasion.RENEWAL;
    }

    @Override
    public boolean limits(Handle handle, IssuerName issuer, boolean renewal) {
        return limits(issuer).limit(occasion(handle, issuer, renewal))
                || !pauses(handle, issuer).isEmpty();
    }

    @Override
    public List<Instant> latest(Handle handle, IssuerName issuer, List<Wanted> wanted) {
        return RateForecast.latest(limits(issuer), wishes(handle, issuer, wanted));
    }

    @Override
    public List<Turn> turns(Handle handle, IssuerName issuer, List<Wanted> wanted) {
        return forecast(handle, issuer).turns(wishes(handle, issuer, wanted)).stream()
                .map(turn ->
                        new Turn(turn.at(), turn.heldBy().map(waits -> Words.limit(issuer, waits))))
                .toList();
    }

    private List<RateForecast.Wish> wishes(Handle handle, IssuerName issuer, List<Wanted> wanted) {
        Map<Boolean, Demand.Occasion> occasions =
                Map.of(
                        true, occasion(handle, issuer, true),
                        false, occasion(handle, issuer, false));
        List<RateForecast.Wish> wishes = new ArrayList<>();
        for (Wanted each : wanted) {
            wishes.add(
                    new RateForecast.Wish(
                            new Demand(
                                    Set.copyOf(each.names()),
                                    Objects.requireNonNull(occasions.get(each.renewal())),
                                    each.neededBy()),
                            each.earliest()));
        }
        return wishes;
    }

    private static String domainOf(Bucket bucket) {
        String name = bucket.scope().split("\\+", 2)[0];
        return new DomainName(name).registeredDomain();
    }

    private static Budget budget(
            Handle handle, IssuerName issuer, Bucket bucket, RateLimit limit, Instant now) {
        TokenBucket state = BudgetRows.bucket(handle, issuer, bucket, limit);
        return new Budget(
                bucket.kind(),
                bucket.scope(),
                limit,
                Math.min(limit.burst(), state.used(now)),
                BudgetRows.waitingFor(handle, issuer, bucket, now.minus(GRACE)),
                Optional.of(state.next(now, 0)).filter(now::isBefore),
                Optional.of(Instant.ofEpochMilli(state.fullAt())).filter(now::isBefore));
    }

    private static Optional<Pause> pause(
            Handle handle, IssuerName issuer, Demand demand, Instant now) {
        List<String> scopes = new ArrayList<>(Demand.registeredDomains(demand.names()));
        scopes.add("");
        return BudgetRows.pause(handle, issuer, scopes, now);
    }

    /// A limit that leaves no room now.
    ///
    /// @param before how many wait for it and need it sooner
    record Held(Bucket bucket, RateLimit limit, int used, long before, Instant at) {}

    private Optional<Held> held(
            Handle handle,
            IssuerName issuer,
            String owner,
            Bucket bucket,
            Instant neededBy,
            Instant now) {
        RateLimit limit = limits(issuer).of(bucket.kind()).orElseThrow();
        TokenBucket state = BudgetRows.bucket(handle, issuer, bucket, limit);
        long before = BudgetRows.before(handle, issuer, bucket, owner, neededBy, now.minus(GRACE));
        Instant at = state.next(now, before);
        return at.isAfter(now)
                ? Optional.of(new Held(bucket, limit, state.used(now), before, at))
                : Optional.empty();
    }

    private static Optional<Held> later(Optional<Held> one, Optional<Held> other) {
        return one.isPresent() && (other.isEmpty() || !other.get().at().isAfter(one.get().at()))
                ? one
                : other;
    }

    private void take(Handle handle, IssuerName issuer, Bucket bucket, Instant now) {
        RateLimit limit = limits(issuer).of(bucket.kind()).orElseThrow();
        BudgetRows.put(
                handle, issuer, bucket, BudgetRows.bucket(handle, issuer, bucket, limit).take(now));
    }
}
