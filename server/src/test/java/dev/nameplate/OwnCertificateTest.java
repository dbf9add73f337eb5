package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.api.ApiServer;
import dev.nameplate.api.Door;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.Site;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.publish.HandshakeCheck;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The server's own certificates, over listeners that stay up.
final class OwnCertificateTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final SettableClock clock = new SettableClock();
    private final TestStore store = TestStore.sqlite();
    private final KeyPairs keyPairs = KeyPairs.fastest(new SecureRandom());
    private final EmbeddedCa ca =
            EmbeddedCa.open(
                    store.database(),
                    TestVault.open(),
                    keyPairs,
                    new SecureRandom(),
                    clock,
                    CaSettings.defaults("nameplate.internal"),
                    _ -> {});

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theApiPortServesAnewOneBeforeTheEndOfTheOld() {
        OwnCertificate own = own("localhost");
        try (ApiServer api =
                ApiServer.start(
                        LOOPBACK,
                        0,
                        Optional.of(own.sslContext()),
                        List.of(
                                new Door(
                                        "any",
                                        _ -> true,
                                        0,
                                        _ -> new HttpResponse(200, Headers.none(), new byte[0]))),
                        Duration.ofSeconds(1))) {
            HandshakeCheck look =
                    new HandshakeCheck(() -> new InetSocketAddress(LOOPBACK, api.port()), LIMIT);
            X509Certificate first = look.servedLeaf("localhost").orElseThrow();
            clock.set(end(first).minus(Duration.ofDays(67)));
            assertThat(look.servedLeaf("localhost")).contains(first);
            clock.set(end(first).minus(Duration.ofDays(65)));
            X509Certificate second = look.servedLeaf("localhost").orElseThrow();
            assertThat(end(second)).isAfter(end(first).plus(Duration.ofDays(100)));
            assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
            assertThat(look.servedLeaf("localhost")).contains(second);
        }
    }

    @Test
    void theEdgeIsToldOfANewOne() {
        OwnCertificate own = own("*.cdn.nameplate.internal");
        try (Edge edge = edge(own)) {
            OwnNames names = OwnNames.of(own, edge::changed);
            HandshakeCheck look = new HandshakeCheck(edge::httpsAddress, LIMIT);
            String name = "d111.cdn.nameplate.internal";
            X509Certificate first = look.servedLeaf(name).orElseThrow();
            names.look();
            assertThat(look.servedLeaf(name)).contains(first);

            clock.set(end(first).minus(Duration.ofDays(65)));
            // What is in memory never ends by itself.
            assertThat(look.servedLeaf(name)).contains(first);
            names.look();
            X509Certificate second = look.servedLeaf(name).orElseThrow();
            assertThat(end(second)).isAfter(end(first));
        }
    }

    @Test
    void anIssuerThatCannotSignLeavesTheCurrentOneInPlace() {
        OwnCertificate own = own("localhost");
        OwnCertificate.Issued first = own.now();
        clock.set(end(first.chain().getFirst()).minus(Duration.ofDays(65)));
        store.database().close();
        assertThat(own.now()).isSameAs(first);
    }

    private OwnCertificate own(String name) {
        return new OwnCertificate(ca, keyPairs, clock, List.of(name), List.of());
    }

    private Edge edge(OwnCertificate own) {
        EdgeSource source =
                new EdgeSource() {
                    @Override
                    public Optional<ServedCertificate> certificate(String serverName) {
                        var material = own.material();
                        return Optional.of(
                                new ServedCertificate(
                                        material.version(),
                                        material.chain(),
                                        material.privateKey()));
                    }

                    @Override
                    public Optional<Site> site(String host) {
                        return Optional.empty();
                    }
                };
        return Edge.start(
                EdgeSettings.standard(
                        new InetSocketAddress(LOOPBACK, 0), new InetSocketAddress(LOOPBACK, 0)),
                source,
                EdgeEvents.NONE,
                clock,
                new Random(1));
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }
}
