package dev.nameplate;

import dev.nameplate.db.Database;
import dev.nameplate.saas.EntryFigures;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.aws.CallWatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How SSL for SaaS jobs fare: entries by platform and state, and the calls to AWS.
final class SaasMetrics implements CallWatch {
    /// The figures cost a look at every entry.
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final MeterRegistry registry;
    private final Database database;
    private final InstantSource clock;
    private final Map<String, Double> rates = new ConcurrentHashMap<>();

    /// Guarded by this.
    private EntryFigures figures = new EntryFigures(Map.of());

    /// Guarded by this.
    private Instant readAgain = Instant.MIN;

    private SaasMetrics(MeterRegistry registry, Database database, InstantSource clock) {
        this.registry = registry;
        this.database = database;
        this.clock = clock;
    }

    static SaasMetrics register(MeterRegistry registry, Database database, InstantSource clock) {
        SaasMetrics metrics = new SaasMetrics(registry, database, clock);
        for (Platform.Name platform : Platform.Name.values()) {
            for (EntryState state : EntryState.values()) {
                Gauge.builder(
                                "nameplate.saas.entries",
                                metrics,
                                each -> each.figures().of(platform, state))
                        .tag("platform", platform.name())
                        .tag("state", state.name())
                        .strongReference(true)
                        .register(registry);
            }
        }
        return metrics;
    }

    @Override
    public void called(String operation, Outcome outcome, double rate) {
        Counter.builder("nameplate.aws.calls")
                .tag("operation", operation)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
        if (rates.put(operation, rate) == null) {
            Gauge.builder("nameplate.aws.rate", rates, each -> each.getOrDefault(operation, 0.0))
                    .tag("operation", operation)
                    .baseUnit("calls per second")
                    .strongReference(true)
                    .register(registry);
        }
    }

    @Override
    public void postponed(String operation) {
        Counter.builder("nameplate.aws.postponed")
                .tag("operation", operation)
                .register(registry)
                .increment();
    }

    private synchronized EntryFigures figures() {
        Instant now = clock.instant();
        if (!now.isBefore(readAgain)) {
            figures = database.read(EntryFigures::read);
            readAgain = now.plus(KEPT);
        }
        return figures;
    }
}
