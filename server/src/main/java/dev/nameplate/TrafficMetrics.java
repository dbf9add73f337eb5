package dev.nameplate;

import dev.nameplate.edge.config.Traffic;
import dev.nameplate.edge.config.Traffic.Totals;
import dev.nameplate.traffic.TrafficRegistry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Distributions' traffic in `/metrics`: the first so many by name, those of all others together, so that the number of series
/// is bounded whatever the number of distributions.
final class TrafficMetrics {
    private static final Map<String, ToDoubleFunction<Totals>> COUNTERS =
            Map.of(
                    "requests", Totals::requests,
                    "bytes.out", Totals::bytesOut,
                    "bytes.in", Totals::bytesIn,
                    "errors.4xx", Totals::clientErrors,
                    "errors.5xx", Totals::serverErrors,
                    "hits", Totals::hits);

    private TrafficMetrics() {}

    static TrafficRegistry registry(MeterRegistry metrics, int loops, int mostNamed) {
        TrafficRegistry registry =
                new TrafficRegistry(
                        loops,
                        mostNamed,
                        (distribution, traffic) ->
                                show(metrics, distribution, traffic, Traffic::totals));
        show(metrics, "others", registry, TrafficRegistry::unnamed);
        return registry;
    }

    private static <T> void show(
            MeterRegistry metrics, String distribution, T source, Function<T, Totals> totals) {
        COUNTERS.forEach((name, value) ->
                FunctionCounter.builder(
                                "nameplate.distribution." + name,
                                source,
                                each -> value.applyAsDouble(totals.apply(each)))
                        .tag("distribution", distribution)
                        .register(metrics));
    }
}
