package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.TicketKey;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestCa;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Certificates, policies and ticket keys change while visitors come, on two event loops.
@ExtendWith(NoLeaks.class)
final class HotSwapTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SWAPS = 60;
    private static final int VISITORS = 4;
    private static final List<String> NAMES = List.of("a.test", "b.test");
    private static final SecurityPolicy[] POLICIES = {
        SecurityPolicy.TLS_V1_2_2021, SecurityPolicy.TLS_V1_3_2025, SecurityPolicy.TLS_V1
    };

    /// Which swap a certificate came with, by name and serial number.
    private final Map<String, Integer> versions = new ConcurrentHashMap<>();

    private final Map<String, AtomicInteger> inForce =
            Map.of(NAMES.get(0), new AtomicInteger(), NAMES.get(1), new AtomicInteger());
    private final KeyPair keys = TestCa.newKeys();

    @Test
    void noHandshakeFailsAndNoneShowsWhatWasReplaced() throws Exception {
        try (TestEdge edge = new TestEdge(settings -> settings.eventLoops(2));
                ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
            NAMES.forEach(edge::serve);
            NAMES.forEach(name -> swap(edge, name, 0));
            AtomicBoolean over = new AtomicBoolean();
            List<Future<Integer>> all = new ArrayList<>();
            AtomicInteger handshakes = new AtomicInteger();
            for (int i = 0; i < VISITORS; i++) {
                String name = NAMES.get(i % NAMES.size());
                all.add(
                        visitors.submit(
                                (Callable<Integer>)
                                        () -> {
                                            int done = 0;
                                            while (!over.get()) {
                                                visit(edge, name);
                                                handshakes.incrementAndGet();
                                                done++;
                                            }
                                            return done;
                                        }));
            }
            for (int swap = 1; swap <= SWAPS; swap++) {
                int before = handshakes.get();
                swap(edge, NAMES.get(swap % 2), swap);
                edge.source().ticketKeys(List.of(key(edge)));
                edge.edge().ticketKeysChanged();
                while (handshakes.get() < before + 2 && all.stream().noneMatch(Future::isDone)) {
                    Thread.onSpinWait();
                }
            }
            over.set(true);
            for (Future<Integer> each : all) {
                assertThat(each.get()).isPositive();
            }
            assertThat(handshakes.get()).isGreaterThanOrEqualTo(2 * SWAPS);
        }
    }

    private void swap(TestEdge edge, String name, int version) {
        ServedCertificate renewed =
                edge.ca().issue(keys, name).under(POLICIES[version % POLICIES.length], true);
        versions.put(serial(name, renewed.id().replaceAll(".*#", "")), version);
        edge.source().certificate(name, renewed);
        edge.edge().changed("any", Set.of(name));
        Objects.requireNonNull(inForce.get(name)).set(version);
    }

    private void visit(TestEdge edge, String name) throws Exception {
        int atLeast = Objects.requireNonNull(inForce.get(name)).get();
        // A context of its own: nothing to resume, so each is shown a certificate.
        try (RawClient visitor = edge.connect(name)) {
            X509Certificate shown = visitor.certificate();
            assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=" + name);
            assertThat(versions.get(serial(name, shown.getSerialNumber().toString())))
                    .isGreaterThanOrEqualTo(atLeast);
        }
    }

    private static String serial(String name, String number) {
        return name + " " + number;
    }

    private static TicketKey key(TestEdge edge) {
        List<byte[]> parts =
                IntStream.range(0, 3)
                        .mapToObj(_ -> {
                            byte[] part = new byte[16];
                            RANDOM.nextBytes(part);
                            return part;
                        })
                        .toList();
        return new TicketKey(parts.get(0), parts.get(1), parts.get(2), edge.clock().instant());
    }
}
