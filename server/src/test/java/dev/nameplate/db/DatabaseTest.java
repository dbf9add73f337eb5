package dev.nameplate.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

final class DatabaseTest {
    @Test
    void theFilesOfASqliteStoreAreTheirOwnersAlone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("nameplate.db");
        Database.sqlite(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (Database database = Database.sqlite(file)) {
            insert(database, "a");
            for (String suffix : List.of("", "-wal", "-shm")) {
                assertThat(Files.getPosixFilePermissions(folder.resolve("nameplate.db" + suffix)))
                        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    @StoreTest
    void whatWasWrittenIsThereAfterReopening(TestStore store) {
        insert(store.database(), "a");

        assertThat(keys(store.reopen())).containsExactly("a");
    }

    @StoreTest
    void anExceptionRollsBackAndReachesTheCallerAsItIs(Database database) {
        var planted = new IllegalStateException("planted");
        var ran = new AtomicBoolean();

        assertThatThrownBy(() ->
                        database.write(write -> {
                            insert(write.handle(), "a");
                            write.afterCommit(() -> ran.set(true));
                            throw planted;
                        }))
                .isSameAs(planted);

        assertThat(keys(database)).isEmpty();
        assertThat(ran).isFalse();
    }

    @StoreTest
    void afterCommitRunsOnTheCallersThreadWhenOthersSeeTheWrite(Database database) {
        var thread = new AtomicReference<Thread>();
        var seen = new AtomicReference<List<String>>();

        database.write(write -> {
            insert(write.handle(), "a");
            write.afterCommit(() -> {
                thread.set(Thread.currentThread());
                seen.set(keys(database));
            });
            return true;
        });

        assertThat(thread).hasValue(Thread.currentThread());
        assertThat(seen).hasValue(List.of("a"));
    }

    @StoreTest
    void aWriteInsideAReadOrWriteIsRefused(Database database) {
        assertThatThrownBy(() -> database.write(_ -> database.write(_ -> true)))
                .hasMessageContaining("cannot start inside");
        assertThatThrownBy(() -> database.read(_ -> database.write(_ -> true)))
                .hasMessageContaining("cannot start inside");
    }

    @StoreTest
    void aReadInsideAWriteSeesWhatThatWroteAndNobodyElseDoes(Database database) throws Exception {
        try (ExecutorService elsewhere = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> inside =
                    database.write(write -> {
                        insert(write.handle(), "a");
                        Future<List<String>> outside = elsewhere.submit(() -> keys(database));
                        assertThat(outside)
                                .succeedsWithin(Duration.ofSeconds(60))
                                .isEqualTo(List.of());
                        return keys(database);
                    });
            assertThat(inside).containsExactly("a");
        }
    }

    @StoreTest
    void aReadKeepsItsSnapshotWhileOthersWrite(Database database) throws Exception {
        insert(database, "a");
        try (ExecutorService elsewhere = Executors.newVirtualThreadPerTaskExecutor()) {
            database.read(handle -> {
                assertThat(keys(handle)).containsExactly("a");
                Future<?> writing = elsewhere.submit(() -> insert(database, "b"));
                assertThat(writing).succeedsWithin(Duration.ofSeconds(60));
                assertThat(keys(handle)).containsExactly("a");
                return true;
            });
        }
        assertThat(keys(database)).containsExactly("a", "b");
    }

    @StoreTest
    void aReadCannotWrite(Database database) {
        assertThatThrownBy(() ->
                        database.read(handle -> {
                            insert(handle, "a");
                            return true;
                        }))
                .hasStackTraceContaining(
                        switch (database.dialect()) {
                            case SQLITE -> "readonly database";
                            case POSTGRESQL -> "read-only transaction";
                        });
        assertThat(keys(database)).isEmpty();
    }

    @StoreTest
    void aUnitCannotEndTheTransactionItself(Database database) {
        assertThatThrownBy(() ->
                        database.write(write -> {
                            write.handle().commit();
                            return true;
                        }))
                .hasMessageContaining("the store begins and ends transactions");
        database.write(write ->
                write.handle()
                        .inTransaction(handle -> {
                            insert(handle, "joined");
                            return true;
                        }));
        assertThat(keys(database)).containsExactly("joined");
    }

    @StoreTest
    void countersRaisedByManyThreadsLoseNothing(Database database) throws Exception {
        insert(database, "counter");
        int threads = 8;
        int each = 25;
        var start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                running.add(
                        pool.submit(() -> {
                            start.await();
                            for (int i = 0; i < each; i++) {
                                database.write(DatabaseTest::raise);
                            }
                            return true;
                        }));
            }
            start.countDown();
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertThat(count(database)).isEqualTo(threads * each);
    }

    @StoreTest
    void writesAfterClosingAreRefused(TestStore store) {
        Database second = store.open();
        second.close();
        second.close();

        assertThatThrownBy(() -> second.write(_ -> true)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> second.read(_ -> true)).isInstanceOf(RuntimeException.class);
    }

    private static int raise(Write write) {
        Handle handle = write.handle();
        int value =
                handle.createQuery("SELECT value FROM tag WHERE resource = 'counter'")
                        .mapTo(Integer.class)
                        .one();
        return handle.execute(
                "UPDATE tag SET value = ? WHERE resource = 'counter'", Integer.toString(value + 1));
    }

    private static int count(Database database) {
        return database.read(handle ->
                handle.createQuery("SELECT value FROM tag WHERE resource = 'counter'")
                        .mapTo(Integer.class)
                        .one());
    }

    static void insert(Database database, String key) {
        database.write(write -> {
            insert(write.handle(), key);
            return true;
        });
    }

    static void insert(Handle handle, String key) {
        handle.execute("INSERT INTO tag (resource, key, value) VALUES (?, 'k', '0')", key);
    }

    static List<String> keys(Database database) {
        return database.read(DatabaseTest::keys);
    }

    private static List<String> keys(Handle handle) {
        return handle.createQuery("SELECT resource FROM tag ORDER BY position")
                .mapTo(String.class)
                .list();
    }
}
