package dev.nameplate.traffic;

import dev.nameplate.edge.config.Traffic;
import dev.nameplate.edge.config.Traffic.Totals;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// The counters of every distribution that this process's edge serves, while it does.
///
/// A counter that did not move for [#IDLE] is held on to by the edge alone, and goes when the edge forgets the distribution's
/// configuration: memory follows what is visited, not what exists. The first so many distributions are *named*: theirs stay,
/// for whoever shows each by name; those of all others are shown together.
public final class TrafficRegistry {
    private static final Duration IDLE = Duration.ofHours(1);

    private final int loops;
    private final int mostNamed;
    private final BiConsumer<String, Traffic> whenNamed;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    /// Guarded by this.
    private int named;

    private volatile Totals unnamed = Totals.ZERO; // written by whoever collects, one at a time

    private static final class Counter {
        final boolean named;
        final WeakReference<Traffic> traffic;

        /// Read by nobody: it keeps the counter alive while it moves.
        @SuppressWarnings("UnusedVariable")
        @Nullable Traffic held;

        Totals collected = Totals.ZERO;
        Instant movedAt = Instant.MAX;

        Counter(Traffic traffic, boolean named) {
            this.named = named;
            this.traffic = new WeakReference<>(traffic);
            this.held = traffic;
        }
    }

    /// What came since the last look.
    record Delta(String distribution, Totals totals) {}

    /// @param loops of the edge
    /// @param whenNamed told once of each of the first `mostNamed` distributions
    public TrafficRegistry(int loops, int mostNamed, BiConsumer<String, Traffic> whenNamed) {
        this.loops = loops;
        this.mostNamed = mostNamed;
        this.whenNamed = whenNamed;
    }

    /// The counter of a distribution.
    ///
    /// @param id what the edge keeps a configuration under; what follows a `/` is part of the same distribution
    public Traffic of(String id) {
        int slash = id.indexOf('/');
        String distribution = slash < 0 ? id : id.substring(0, slash);
        Traffic[] found = new Traffic[1];
        boolean[] fresh = new boolean[1];
        counters.compute(
                distribution,
                (_, known) -> {
                    Traffic alive = known == null ? null : known.traffic.get();
                    if (known != null && alive != null) {
                        found[0] = alive;
                        return known;
                    }
                    Traffic made = new Traffic(loops);
                    Counter counter = new Counter(made, takeName());
                    found[0] = made;
                    fresh[0] = counter.named;
                    return counter;
                });
        if (fresh[0]) {
            whenNamed.accept(distribution, found[0]);
        }
        return found[0];
    }

    private synchronized boolean takeName() {
        if (named >= mostNamed) {
            return false;
        }
        named++;
        return true;
    }

    /// Of all distributions without a name, since the start; never falls.
    public Totals unnamed() {
        return unnamed;
    }

    /// What each distribution did since the last call. Called by one thread at a time.
    List<Delta> collect(Instant now) {
        List<Delta> deltas = new ArrayList<>();
        counters.forEach((distribution, counter) -> {
            Traffic traffic = counter.traffic.get();
            if (traffic == null) {
                counters.remove(distribution, counter);
                return;
            }
            Totals totals = traffic.totals();
            Totals delta = totals.minus(counter.collected);
            if (!delta.equals(Totals.ZERO)) {
                counter.collected = totals;
                counter.movedAt = now;
                counter.held = traffic;
                deltas.add(new Delta(distribution, delta));
                if (!counter.named) {
                    unnamed = unnamed.plus(delta);
                }
            } else if (!counter.named && isIdle(counter, now)) {
                counter.held = null;
            }
        });
        return deltas;
    }

    private static boolean isIdle(Counter counter, Instant now) {
        if (counter.movedAt.equals(Instant.MAX)) {
            counter.movedAt = now; // seen here for the first time
        }
        return counter.movedAt.plus(IDLE).isBefore(now);
    }
}
