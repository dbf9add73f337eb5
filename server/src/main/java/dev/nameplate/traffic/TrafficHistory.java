package dev.nameplate.traffic;

import dev.nameplate.edge.config.Traffic.Totals;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What a distribution served over some time, out of the store.
public final class TrafficHistory {
    private TrafficHistory() {}

    /// A minute in which something was served; an hour where minutes are no longer kept.
    public record Sample(Instant start, Totals totals) {}

    /// One period, with the samples that fall into it, at least one.
    public record Period(Instant start, List<Sample> samples) {
        public Period {
            samples = List.copyOf(samples);
        }

        public Totals totals() {
            return samples.stream().map(Sample::totals).reduce(Totals.ZERO, Totals::plus);
        }
    }

    /// Periods in which something was served, oldest first; those in which nothing was are left out.
    ///
    /// @param from begins the first period
    /// @param to is not part of the last one
    public static List<Period> periods(
            Handle handle, String distribution, Instant from, Instant to, Duration period) {
        TreeMap<Long, List<Sample>> grouped = new TreeMap<>();
        for (Sample sample : TrafficTable.between(handle, distribution, from, to)) {
            long number = Duration.between(from, sample.start()).toMillis() / period.toMillis();
            grouped.computeIfAbsent(number, _ -> new ArrayList<>()).add(sample);
        }
        List<Period> periods = new ArrayList<>();
        grouped.forEach((number, samples) ->
                periods.add(new Period(from.plus(period.multipliedBy(number)), samples)));
        return periods;
    }
}
