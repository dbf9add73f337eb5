package dev.nameplate.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

final class ChangeFeedTest {
    private final ChangeFeed feed = new ChangeFeed();

    @StoreTest
    void changesComeBackInOrder(Database database) {
        assertThat(latest(database)).isZero();
        append(database, Change.Kind.DISTRIBUTION, "d1", "a.example", "b.example");
        append(database, Change.Kind.CERTIFICATE, "c1");

        List<Change> changes = after(database, 0, 10);

        assertThat(changes)
                .extracting(Change::kind, Change::key, Change::names)
                .containsExactly(
                        tuple(Change.Kind.DISTRIBUTION, "d1", List.of("a.example", "b.example")),
                        tuple(Change.Kind.CERTIFICATE, "c1", List.of()));
        assertThat(latest(database)).isEqualTo(changes.getLast().sequence());
        assertThat(after(database, changes.getFirst().sequence(), 10))
                .containsExactly(changes.getLast());
        assertThat(after(database, 0, 1)).containsExactly(changes.getFirst());
    }

    @StoreTest
    void aRolledBackUnitLeavesNoChange(Database database) {
        assertThatThrownBy(() ->
                        database.write(write -> {
                            feed.append(write, Change.Kind.CERTIFICATE, "c", List.of());
                            throw new IllegalStateException("planted");
                        }))
                .hasMessage("planted");

        assertThat(after(database, 0, 10)).isEmpty();
    }

    @StoreTest
    void aReaderNeverFindsASmallerSequenceLater(Database database) throws Exception {
        int writers = 6;
        int each = 40;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                String name = "w" + w;
                running.add(
                        threads.submit(() -> {
                            for (int i = 0; i < each; i++) {
                                append(database, Change.Kind.DISTRIBUTION, name + "-" + i);
                            }
                        }));
            }
            Callable<Set<String>> follow =
                    () -> {
                        Set<String> seen = new HashSet<>();
                        long position = 0;
                        while (running.stream().anyMatch(writer -> !writer.isDone())
                                || position < latest(database)) {
                            for (Change change : after(database, position, 7)) {
                                assertThat(change.sequence()).isGreaterThan(position);
                                position = change.sequence();
                                seen.add(change.key());
                            }
                        }
                        return seen;
                    };
            Set<String> seen = threads.submit(follow).get();
            for (Future<?> writer : running) {
                writer.get();
            }

            assertThat(seen).hasSize(writers * each);
        }
    }

    private void append(Database database, Change.Kind kind, String key, String... names) {
        database.write(write -> {
            feed.append(write, kind, key, List.of(names));
            return true;
        });
    }

    private List<Change> after(Database database, long sequence, int limit) {
        return database.read(handle -> feed.after(handle, sequence, limit));
    }

    private long latest(Database database) {
        Function<Handle, Long> latest = feed::latest;
        return database.read(latest);
    }
}
