package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.testkit.FaultCa.Step;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.testkit.TheirIssuer;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/// What is counted of orders at an authority.
final class IssuerMetricsTest {
    @Test
    void ordersAreCountedByHowTheyEndAndHowLongTheyTook() {
        SettableClock clock = new SettableClock();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        IssuerMetrics metrics = new IssuerMetrics(registry, clock);
        try (TestStore store = TestStore.sqlite();
                TheirIssuer theirs =
                        new TheirIssuer(store.database(), TestVault.open(), clock, metrics)) {
            theirs.ca.profiles("short");
            metrics.register(List.of(theirs.issuer));
            theirs.ca.next(
                    Step.NEW_ORDER,
                    FaultCaAnswer.rateLimited("60"),
                    FaultCaAnswer.problem(400, "rejectedIdentifier", "not that one"));
            for (int order = 0; order < 3; order++) {
                theirs.order();
            }
            assertThat(registry.scrape())
                    .contains("nameplate_issuer_orders_open{issuer=\"theirs\"} 3.0");
            for (int round = 0; round < 20; round++) {
                theirs.work();
                clock.advance(Duration.ofSeconds(10));
            }
            assertThat(registry.scrape())
                    .contains(
                            "nameplate_issuer_orders_open{issuer=\"theirs\"} 0.0",
                            "nameplate_issuer_orders_ended_total{issuer=\"theirs\",outcome=\"issued\"} 2.0",
                            "nameplate_issuer_orders_ended_total{issuer=\"theirs\",outcome=\"refused\"} 1.0",
                            "nameplate_issuer_limited_total{issuer=\"theirs\"} 1.0",
                            "nameplate_issuer_issuing_seconds_count{issuer=\"theirs\"} 2");
        }
    }
}
