package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.testkit.Parts;
import dev.nameplate.testkit.Pebble;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Renewal information (RFC 9773) of a real authority: Pebble from 2.6.0 on, which the environment variable `PEBBLE_ARI` names, since Debian
/// 12's is older.
@Tag("conformance")
final class PebbleRenewalInfoTest {
    private static final Duration LIFE = Duration.ofDays(90);

    private final TestStore store = TestStore.sqlite();

    @AfterEach
    void stop() {
        store.close();
    }

    private static X509Certificate issued(AcmeScene scene, Optional<X509Certificate> replaces) {
        OrderId id = AcmeScene.newId();
        Issuer.Order order = AcmeScene.order(id, "www.example.com");
        scene.issue(new Issuer.Order(id, order.account(), order.names(), order.keys(), replaces));
        return scene.signed(id).chain().getFirst();
    }

    @Test
    void itsWindowIsReadItTakesWhatWeSayWeReplaceAndARevokedCertificateIsToBeRenewedAtOnce() {
        Optional<String> program = Optional.ofNullable(System.getenv("PEBBLE_ARI"));
        if (program.isEmpty()) {
            Parts.absent("Pebble 2.6.0 or later, named by PEBBLE_ARI");
        }
        try (Pebble pebble =
                        Pebble.options()
                                .program(Path.of(program.orElseThrow()))
                                .alwaysValid()
                                .validity(LIFE)
                                .start();
                AcmeScene scene =
                        new AcmeScene(
                                store.database(),
                                AcmeScene.vault(),
                                AcmeScene.ca(pebble.directory(), pebble.tls()))) {
            X509Certificate first = issued(scene, Optional.empty());
            RenewalWindow window = scene.issuer.renewalWindow(first).orElseThrow();
            Instant end = first.getNotAfter().toInstant();
            assertThat(window.start()).isBetween(end.minus(LIFE.dividedBy(2)), end);
            assertThat(window.end()).isBetween(window.start(), end);
            assertThat(window.lookAgain()).isGreaterThan(Duration.ofMinutes(1));

            X509Certificate second = issued(scene, Optional.of(first));
            assertThat(pebble.newOrders()).isEqualTo(2);
            // It refuses an order that takes the place of what another one has replaced.
            issued(scene, Optional.of(first));
            assertThat(pebble.newOrders()).isEqualTo(4);
            assertThat(pebble.certificates()).isEqualTo(3);

            scene.issuer.revoke(second, RevocationReason.SUPERSEDED);
            assertThat(scene.issuer.renewalWindow(second).orElseThrow().end())
                    .isBefore(Instant.now());
        }
    }
}
