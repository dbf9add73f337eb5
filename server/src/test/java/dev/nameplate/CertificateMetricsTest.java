package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class CertificateMetricsTest {

    @Test
    void theGaugesFollowTheStore() {
        try (TestStore store = TestStore.sqlite()) {
            TestFeatures features = new TestFeatures(store.database());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            CertificateMetrics.register(
                    registry, store.database(), features.certificates.quarantine(), features.clock);
            assertThat(soonest(registry)).isNaN();

            Certificate imported =
                    features.importCertificate(
                            new AccountId(TestFeatures.ACCOUNT),
                            Region.US_EAST_1,
                            new TestCa(features.clock.instant()).issue("example.com"));
            store.database()
                    .write(write -> {
                        features.certificates.use(write, imported.id(), "distribution/E1");
                        return write.handle()
                                .execute(
                                        "UPDATE certificate_material SET sealed_key = ? WHERE certificate_id = ?",
                                        new byte[64],
                                        imported.id().toString());
                    });
            boolean loads =
                    store.database()
                            .read(handle ->
                                    features.certificates
                                            .material(handle, imported.id())
                                            .isPresent());
            assertThat(loads).isFalse();
            features.clock.advance(Duration.ofMinutes(5));
            assertThat(soonest(registry))
                    .isEqualTo(
                            (double) Duration.ofDays(90).minus(Duration.ofMinutes(5)).toSeconds());
            assertThat(registry.get("nameplate.certificates.quarantined").gauge().value())
                    .isEqualTo(1);
            assertThat(registry.get("nameplate.renewals").tag("status", "FAILED").gauge().value())
                    .isZero();
        }
    }

    private static double soonest(SimpleMeterRegistry registry) {
        return registry.get("nameplate.certificates.soonest.end").gauge().value();
    }
}
