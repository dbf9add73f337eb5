package dev.nameplate.issuer.ratelimit;

import dev.nameplate.issuer.ratelimit.BudgetRows.Used;
import dev.nameplate.issuer.ratelimit.Demand.Bucket;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/// What orders to one issuer would come to: when each could be placed. Reckons only; whoever asks later may have come first.
public final class RateForecast {
    private final RateLimits limits;
    private final Map<Bucket, TokenBucket> buckets = new HashMap<>();
    private final Map<Bucket, Integer> inLine = new HashMap<>();
    private final Map<String, Instant> pauses = new HashMap<>();
    private final Instant now;

    RateForecast(RateLimits limits, List<Used> used, List<Pause> pauses, Instant now) {
        this.limits = limits;
        this.now = now;
        for (Used each : used) {
            limits.of(each.bucket().kind())
                    .ifPresent(limit ->
                            buckets.put(each.bucket(), new TokenBucket(limit, each.fullAt())));
        }
        pauses.forEach(pause -> this.pauses.put(pause.domain().orElse(""), pause.until()));
    }

    /// Of an issuer nothing of which is used.
    public static RateForecast fresh(RateLimits limits, Instant now) {
        return new RateForecast(limits, List.of(), List.of(), now);
    }

    /// @param earliest when it would be ordered if nothing were limited
    public record Wish(Demand demand, Instant earliest) {}

    /// @param heldBy what it waits for last, if it has to wait
    public record Turn(Instant at, Optional<Waits> heldBy) {}

    /// @param scope as in [Budget#scope]
    public record Waits(RateKind kind, String scope, RateLimit limit) {}

    /// One that has to wait again and again waits in one line after another, as in the store.
    private record Event(Instant at, int index, Optional<Bucket> line) {}

    /// When each would have its turn; in the order given where they need it equally soon.
    public List<Turn> turns(List<Wish> wishes) {
        List<Turn> turns = new ArrayList<>(wishes.size());
        wishes.forEach(wish -> turns.add(new Turn(wish.earliest(), Optional.empty())));
        run(wishes, turns::set);
        return turns;
    }

    /// For each the latest moment, not after its own, at which it could be placed so that each limit gives one an interval and no
    /// more. What a bucket holds beyond is left for those nobody foresees.
    static List<Instant> latest(RateLimits limits, List<Wish> wishes) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < wishes.size(); i++) {
            order.add(i);
        }
        // From the last to the first; of those for one moment, who needs it sooner goes sooner.
        order.sort(
                Comparator.<Integer, Instant>comparing(i -> wishes.get(i).earliest())
                        .thenComparing(i -> wishes.get(i).demand().neededBy())
                        .reversed());
        Map<Bucket, Long> free = new HashMap<>();
        Instant[] latest = new Instant[wishes.size()];
        for (int i : order) {
            List<Bucket> counted = wishes.get(i).demand().counted(limits);
            long at = wishes.get(i).earliest().toEpochMilli();
            for (Bucket bucket : counted) {
                at = Math.min(at, free.getOrDefault(bucket, at));
            }
            for (Bucket bucket : counted) {
                free.put(bucket, at - limits.of(bucket.kind()).orElseThrow().interval());
            }
            latest[i] = Instant.ofEpochMilli(at);
        }
        return List.of(latest);
    }

    private void run(List<Wish> wishes, Told told) {
        PriorityQueue<Event> events =
                new PriorityQueue<>(
                        Comparator.comparing(Event::at)
                                .thenComparing(
                                        event -> wishes.get(event.index()).demand().neededBy())
                                .thenComparingInt(Event::index));
        Map<Integer, Bucket> last = new HashMap<>();
        for (int i = 0; i < wishes.size(); i++) {
            Instant earliest = wishes.get(i).earliest();
            Instant from = earliest.isBefore(now) ? now : earliest;
            events.add(new Event(unpaused(wishes.get(i).demand(), from), i, Optional.empty()));
        }
        for (Event event = events.poll(); event != null; event = events.poll()) {
            event.line().ifPresent(bucket -> inLine.merge(bucket, -1, Integer::sum));
            Demand demand = wishes.get(event.index()).demand();
            List<Bucket> counted = demand.counted(limits);
            Optional<Bucket> holding = Optional.empty();
            Instant at = event.at();
            for (Bucket bucket : counted) {
                // Those left in the line it comes from stand behind it.
                boolean first = event.line().filter(bucket::equals).isPresent();
                Instant free =
                        state(bucket).next(event.at(), first ? 0 : inLine.getOrDefault(bucket, 0));
                if (free.isAfter(at)) {
                    at = free;
                    holding = Optional.of(bucket);
                }
            }
            if (holding.isPresent()) {
                inLine.merge(holding.get(), 1, Integer::sum);
                last.put(event.index(), holding.get());
                events.add(new Event(at, event.index(), holding));
                continue;
            }
            for (Bucket bucket : counted) {
                buckets.put(bucket, state(bucket).take(event.at()));
            }
            told.set(
                    event.index(),
                    new Turn(
                            event.at(),
                            Optional.ofNullable(last.get(event.index())).map(this::waits)));
        }
    }

    @FunctionalInterface
    private interface Told {
        void set(int index, Turn turn);
    }

    private Waits waits(Bucket bucket) {
        return new Waits(bucket.kind(), bucket.scope(), state(bucket).limit());
    }

    private TokenBucket state(Bucket bucket) {
        return buckets.computeIfAbsent(
                bucket, each -> new TokenBucket(limits.of(each.kind()).orElseThrow(), 0));
    }

    private Instant unpaused(Demand demand, Instant from) {
        Instant at = from;
        if (!pauses.isEmpty()) {
            List<String> scopes = new ArrayList<>(Demand.registeredDomains(demand.names()));
            scopes.add("");
            for (String scope : scopes) {
                Instant until = pauses.getOrDefault(scope, at);
                at = until.isAfter(at) ? until : at;
            }
        }
        return at;
    }
}
