package dev.nameplate.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.testkit.ChildJvm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;

/// Acknowledged writes survive `kill -9`.
@Tag("slow")
final class KillTest {
    private static final int ROUNDS = 20;

    @StoreTest
    void everyAcknowledgedWriteSurvivesAKill(TestStore store) {
        store.database().close();
        var random = new Random(7);
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildJvm child = ChildJvm.start(Writing.class, store.address(), "r" + round)) {
                int until = 1 + random.nextInt(60);
                for (int i = 0; i < until; i++) {
                    acknowledged.add(child.lineStarting("ack ").substring(4));
                }
                child.kill();
                for (Optional<String> line = child.line(); line.isPresent(); line = child.line()) {
                    // A last line may be cut in the middle by the kill; its end mark tells.
                    if (line.get().startsWith("ack ") && line.get().endsWith(".")) {
                        acknowledged.add(line.get().substring(4));
                    }
                }
            }
        }

        assertThat(DatabaseTest.keys(store.reopen())).containsAll(acknowledged);
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
    }

    /// A process that writes with four threads and says of each write that it is done.
    static final class Writing {
        private Writing() {}

        public static void main(String[] arguments) {
            Database database = TestStore.open(arguments[0]);
            for (int t = 0; t < 4; t++) {
                int thread = t;
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; ; i++) {
                                String key = arguments[1] + "-" + thread + "-" + i + ".";
                                DatabaseTest.insert(database, key);
                                System.out.println("ack " + key);
                            }
                        });
            }
            new Semaphore(0).acquireUninterruptibly();
        }
    }
}
