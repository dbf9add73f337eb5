package dev.nameplate;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.RsaPool;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// Shows how far RSA keys made in advance suffice.
final class KeyMetrics {
    private KeyMetrics() {}

    static void register(MeterRegistry registry, RsaPool pool) {
        for (KeyAlgorithm kind : pool.kinds()) {
            Gauge.builder("nameplate.rsa.pool.keys", pool, each -> each.level(kind))
                    .tag("algorithm", kind.name())
                    .register(registry);
        }
        FunctionCounter.builder("nameplate.rsa.keys", pool, RsaPool::taken)
                .tag("from", "pool")
                .register(registry);
        FunctionCounter.builder("nameplate.rsa.keys", pool, RsaPool::missed)
                .tag("from", "caller")
                .register(registry);
    }
}
