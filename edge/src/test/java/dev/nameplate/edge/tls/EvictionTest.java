package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

@ExtendWith(NoLeaks.class)
final class EvictionTest {
    /// Room for about three certificates, and changes on top: material is freed while handshakes want it.
    @Test
    void evictionsAndChangesNeverBreakAHandshake() throws Exception {
        try (TestEdge edge =
                new TestEdge(settings ->
                        settings.certificateCacheBytes(8_000)
                                // all visitors begin at once, and share the machine
                                .handshakeTimeout(Duration.ofMinutes(1)))) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                names.add("n" + i + ".test");
                edge.serve(names.getLast());
            }
            try (ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<String>> shown = new ArrayList<>();
                for (int i = 0; i < 120; i++) {
                    String name = names.get(i % names.size());
                    shown.add(
                            visitors.submit(
                                    (Callable<String>)
                                            () -> {
                                                try (RawClient visitor = edge.connect(name)) {
                                                    return visitor.certificate()
                                                            .getSubjectX500Principal()
                                                            .getName();
                                                }
                                            }));
                    edge.edge().changed("any", Set.of(name, "*.other.test"));
                }
                for (int i = 0; i < shown.size(); i++) {
                    assertThat(shown.get(i).get()).isEqualTo("CN=" + names.get(i % names.size()));
                }
            }
        }
    }
}
