package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.Pebble;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Test;

import java.security.cert.X509Certificate;
import java.time.InstantSource;

/// Orders at a real authority, with our own DNS as its resolver.
final class PebbleOrdersTest {
    @Test
    void apexAndWildcardAreProvenByTwoTextsAtTheOneTarget() throws Exception {
        try (TestStore store = TestStore.sqlite();
                AcmeScene.Dns dns = new AcmeScene.Dns(store.database(), InstantSource.system());
                Pebble pebble = Pebble.options().resolver(dns.address()).start();
                AcmeScene scene =
                        new AcmeScene(
                                store.database(),
                                AcmeScene.vault(),
                                AcmeScene.ca(pebble.directory(), pebble.tls()),
                                InstantSource.system(),
                                dns::shows,
                                Pacing.NONE)) {
            dns.delegate("example.com");
            OrderId id = AcmeScene.newId();

            assertThat(scene.issue(AcmeScene.order(id, "example.com", "*.example.com")))
                    .isInstanceOf(Answer.UnderWay.class);
            Answer.Signed signed = scene.signed(id);

            X509Certificate leaf = signed.chain().getFirst();
            assertThat(leaf.getSubjectAlternativeNames()).hasSize(2);
            assertThat(leaf.getPublicKey()).isEqualTo(signed.keys().getPublic());
            assertThat(scene.decided).containsExactly(id.certificate());
            assertThat(scene.shownAt(AcmeScene.target(new DomainName("example.com")))).isEmpty();
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }
}
