package dev.nameplate.edge.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.net.Transport;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

@ExtendWith(NoLeaks.class)
final class WarmUpTest {
    private static final Duration BURST = Duration.ofMillis(20);

    @Test
    void everyActIsAnsweredAsVisitorsAre() throws Exception {
        Seen seen = new Seen();
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Transport transport = Transport.best(true);
        try (Props props = Props.set(transport, InstantSource.system());
                Edge edge =
                        Edge.start(
                                EdgeSettings.standard(free, free).toBuilder().eventLoops(1).build(),
                                props.source(),
                                seen,
                                InstantSource.system(),
                                new SecureRandom());
                Rehearsal rehearsal =
                        Rehearsal.of(transport, edge.httpsAddress(), InstantSource.system())) {
            for (Rehearsal.Act _ : Rehearsal.Act.PLAY) {
                assertThat(rehearsal.burst(BURST)).isPositive();
            }
        }
        assertThat(seen.kinds)
                .contains("HTTP/1.1 HIT", "HTTP/2.0 HIT", "HTTP/1.1 MISS", "HTTP/2.0 MISS")
                .noneMatch(kind -> kind.endsWith("ERROR"));
        // All of the first act's requests, and a few connections for the others.
        assertThat(seen.handshakes.get()).isGreaterThan(32);
    }

    @Test
    void nobodyIsToldAndVisitorsAreServedMeanwhile() throws Exception {
        try (TestEdge edge = new TestEdge(settings -> settings.warmUp(Duration.ofSeconds(30)))) {
            edge.serve("a.test");
            assertThat(edge.edge().isWarm()).isFalse();
            assertThat(edge.get("a.test", "/").status()).isEqualTo(200);
            assertThat(edge.events().nextRequest().host()).isEqualTo("a.test");
            assertThat(edge.events().nextHandshake()).isEqualTo("a.test");
            Instant before = Instant.now();
            edge.edge().close();
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(edge.edge().isWarm()).isTrue();
            assertThat(edge.events().isQuiet()).isTrue();
        }
    }

    @Test
    void itEndsWhenItsTimeIsUsedUp() throws Exception {
        try (TestEdge edge = new TestEdge(settings -> settings.warmUp(Duration.ofMillis(500)))) {
            edge.edge().awaitWarm();
            assertThat(edge.edge().isWarm()).isTrue();
        }
    }

    private static final class Seen implements EdgeEvents {
        private final Set<String> kinds = ConcurrentHashMap.newKeySet();
        private final AtomicInteger handshakes = new AtomicInteger();

        @Override
        public void requestFinished(RequestEvent event) {
            kinds.add(event.protocol() + " " + event.verdict());
        }

        @Override
        public void handshakeSucceeded(String serverName) {
            handshakes.incrementAndGet();
        }
    }
}
