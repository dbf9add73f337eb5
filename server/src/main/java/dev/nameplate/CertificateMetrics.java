package dev.nameplate;

import dev.nameplate.certificate.Quarantine;
import dev.nameplate.certificate.Renewal;
import dev.nameplate.certificate.RenewalFigures;
import dev.nameplate.certificate.Spare;
import dev.nameplate.certificate.Spares;
import dev.nameplate.db.Database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// How the stored certificates fare: renewals and spares by state, the soonest end of one in use, and how many do not load.
final class CertificateMetrics {
    /// The figures cost a look at every certificate.
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Database database;
    private final InstantSource clock;

    /// Guarded by this.
    private RenewalFigures figures = new RenewalFigures(Map.of(), Optional.empty());

    /// Guarded by this.
    private Map<Spare.State, Long> spares = Map.of();

    /// Guarded by this.
    private Instant readAgain = Instant.MIN;

    private CertificateMetrics(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    static void register(
            MeterRegistry registry, Database database, Quarantine quarantine, InstantSource clock) {
        CertificateMetrics metrics = new CertificateMetrics(database, clock);
        Gauge.builder("nameplate.certificates.quarantined", quarantine, Quarantine::size)
                .strongReference(true)
                .register(registry);
        for (Renewal.Status status : Renewal.Status.values()) {
            Gauge.builder(
                            "nameplate.renewals",
                            metrics,
                            each -> each.figures().renewals().getOrDefault(status, 0L))
                    .tag("status", status.name())
                    .strongReference(true)
                    .register(registry);
        }
        for (Spare.State state : Spare.State.values()) {
            Gauge.builder(
                            "nameplate.spares",
                            metrics,
                            each -> each.spares().getOrDefault(state, 0L))
                    .tag("state", state.name())
                    .strongReference(true)
                    .register(registry);
        }
        Gauge.builder("nameplate.certificates.soonest.end", metrics, CertificateMetrics::soonest)
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
    }

    private synchronized RenewalFigures figures() {
        read();
        return figures;
    }

    private synchronized Map<Spare.State, Long> spares() {
        read();
        return spares;
    }

    private synchronized void read() {
        Instant now = clock.instant();
        if (!now.isBefore(readAgain)) {
            figures = database.read(handle -> RenewalFigures.read(handle, now));
            spares = database.read(Spares::counts);
            readAgain = now.plus(KEPT);
        }
    }

    /// Until it; not a number where nothing is in use.
    private double soonest() {
        return figures()
                .soonestEnd()
                .map(end -> (double) Duration.between(clock.instant(), end).toSeconds())
                .orElse(Double.NaN);
    }
}
