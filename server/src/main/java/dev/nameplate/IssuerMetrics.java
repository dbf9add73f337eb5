package dev.nameplate;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.issuer.acme.AcmeIssuer;
import dev.nameplate.issuer.acme.OrderWatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Locale;

/// How orders at ACME authorities fare: open ones, how they ended and how long they took, and refusals by a limit of the authority's.
final class IssuerMetrics implements OrderWatch {
    /// The figure costs a look at the open orders.
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final MeterRegistry registry;
    private final InstantSource clock;

    IssuerMetrics(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    void register(Collection<AcmeIssuer> issuers) {
        for (AcmeIssuer issuer : issuers) {
            Gauge.builder("nameplate.issuer.orders.open", new Open(issuer), Open::get)
                    .tag("issuer", issuer.name().text())
                    .strongReference(true)
                    .register(registry);
            for (Outcome outcome : Outcome.values()) {
                ended(issuer.name().text(), outcome);
            }
            limited(issuer.name().text());
        }
    }

    private final class Open {
        private final AcmeIssuer issuer;

        /// Guarded by this.
        private long open;

        /// Guarded by this.
        private Instant readAgain = Instant.MIN;

        Open(AcmeIssuer issuer) {
            this.issuer = issuer;
        }

        private synchronized double get() {
            Instant now = clock.instant();
            if (!now.isBefore(readAgain)) {
                open = issuer.standing().open();
                readAgain = now.plus(KEPT);
            }
            return open;
        }
    }

    @Override
    public void ended(IssuerName issuer, Outcome outcome) {
        ended(issuer.text(), outcome).increment();
    }

    private Counter ended(String issuer, Outcome outcome) {
        return Counter.builder("nameplate.issuer.orders.ended")
                .tag("issuer", issuer)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    @Override
    public void issued(IssuerName issuer, Duration since) {
        Timer.builder("nameplate.issuer.issuing")
                .tag("issuer", issuer.text())
                .register(registry)
                .record(since);
    }

    @Override
    public void limited(IssuerName issuer) {
        limited(issuer.text()).increment();
    }

    private Counter limited(String issuer) {
        return Counter.builder("nameplate.issuer.limited").tag("issuer", issuer).register(registry);
    }
}
