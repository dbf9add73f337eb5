package dev.nameplate.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.ChildJvm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

@Tag("slow")
final class JobEngineTest {
    /// Well below the thirty seconds after which an idle shard is looked at anyway.
    private static final long SOON = 20;

    /// Of engines whose heartbeats are held up: what is dead after seconds in life is after a fraction of one.
    private static final Duration BEAT = Duration.ofMillis(100);

    private final InstantSource clock = InstantSource.system();

    @StoreTest
    void everyShardRunsOnceAtTheStart(Database database) throws Exception {
        BlockingQueue<Integer> runs = new LinkedBlockingQueue<>();
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.start(
                    List.of(
                            work(
                                    "a",
                                    3,
                                    (shard, _) -> {
                                        runs.add(shard);
                                        return Optional.empty();
                                    })));

            assertThat(List.of(next(runs), next(runs), next(runs)))
                    .containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @StoreTest
    void aWakeUpRunsTheWorkAtOnce(Database database) throws Exception {
        BlockingQueue<Long> runs = new LinkedBlockingQueue<>();
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.start(
                    List.of(
                            work(
                                    "a",
                                    1,
                                    (_, _) -> {
                                        runs.add(System.nanoTime());
                                        return Optional.empty();
                                    })));
            next(runs);

            long[] micros = new long[60];
            for (int i = 0; i < micros.length; i++) {
                // Let the run before end, so that each wake-up finds an idle shard.
                runs.poll(30, TimeUnit.MILLISECONDS);
                long asked = System.nanoTime();
                engine.wake("a");
                micros[i] = (next(runs) - asked) / 1000;
            }
            Arrays.sort(micros);
            System.out.printf(
                    "wake to run, %s: median %d us, p90 %d us, max %d us%n",
                    database.dialect(),
                    micros[micros.length / 2],
                    micros[micros.length * 9 / 10],
                    micros[micros.length - 1]);
            // The target is 20 ms; a busy build machine is allowed more.
            assertThat(micros[micros.length / 2]).isLessThan(200_000);
        }
    }

    @StoreTest
    void noWakeUpIsLostHoweverItMeetsARun(Database database) throws Exception {
        var rows = new AtomicInteger();
        var drained = new Semaphore(0);
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.start(
                    List.of(
                            work(
                                    "drain",
                                    1,
                                    (_, _) -> {
                                        int taken = rows.getAndSet(0);
                                        drained.release(taken);
                                        return Optional.empty();
                                    })));
            int found = 0;
            for (int i = 0; i < 400; i++) {
                rows.incrementAndGet();
                engine.wake("drain");
                // Sometimes wait for the row, so that runs end, and sometimes go on, so that they
                // are met in the middle.
                if (i % 3 == 0) {
                    assertThat(drained.tryAcquire(i + 1 - found, SOON, TimeUnit.SECONDS))
                            .as("row %d is found", i)
                            .isTrue();
                    found = i + 1;
                }
            }
        }
    }

    @StoreTest
    void aWakeUpDuringARunMakesItRunAgain(Database database) throws Exception {
        BlockingQueue<String> runs = new LinkedBlockingQueue<>();
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.start(
                    List.of(
                            work(
                                    "a",
                                    1,
                                    (_, _) -> {
                                        entered.countDown();
                                        await(leave);
                                        runs.add("ran");
                                        return Optional.empty();
                                    })));
            await(entered);
            engine.wake("a");
            leave.countDown();

            next(runs);
            next(runs);
        }
    }

    @StoreTest
    void workRunsWhenItSaidItIsDue(Database database) throws Exception {
        BlockingQueue<Instant> runs = new LinkedBlockingQueue<>();
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.start(
                    List.of(
                            work(
                                    "a",
                                    1,
                                    (_, now) -> {
                                        runs.add(now);
                                        return Optional.of(now.plusMillis(300));
                                    })));
            // By a timer: the store is polled every other second only. A busy machine may miss a
            // few of them.
            Duration shortest = Duration.ofDays(1);
            Instant last = next(runs);
            for (int i = 0; i < 10 && shortest.toMillis() > 1500; i++) {
                Instant run = next(runs);
                Duration pause = Duration.between(last, run);
                assertThat(pause).isGreaterThanOrEqualTo(Duration.ofMillis(299));
                shortest = pause.compareTo(shortest) < 0 ? pause : shortest;
                last = run;
            }
            assertThat(shortest).isLessThanOrEqualTo(Duration.ofMillis(1500));
        }
    }

    @StoreTest
    void aFailureIsRetriedAfterASecond(Database database) throws Exception {
        BlockingQueue<Instant> runs = new LinkedBlockingQueue<>();
        var failed = new AtomicBoolean();
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.start(
                    List.of(
                            work(
                                    "a",
                                    1,
                                    (_, now) -> {
                                        runs.add(now);
                                        if (failed.compareAndSet(false, true)) {
                                            throw new IllegalStateException("planted");
                                        }
                                        return Optional.empty();
                                    })));
            Instant first = next(runs);
            Instant second = next(runs);

            assertThat(Duration.between(first, second))
                    .isBetween(Duration.ofMillis(950), Duration.ofSeconds(SOON));
        }
    }

    @StoreTest
    void twoNodesNeverRunAShardAtTheSameTime(TestStore store) throws Exception {
        var inside = new AtomicInteger();
        var overlap = new AtomicBoolean();
        var runs = new Semaphore(0);
        DueWork work =
                work(
                        "a",
                        1,
                        (_, _) -> {
                            if (inside.incrementAndGet() > 1) {
                                overlap.set(true);
                            }
                            store.database().read(handle -> handle.execute("SELECT 1"));
                            inside.decrementAndGet();
                            runs.release();
                            return Optional.empty();
                        });
        try (Database second = store.open();
                var one = new JobEngine(store.database(), clock, "one");
                var two = new JobEngine(second, clock, "two")) {
            one.start(List.of(work));
            two.start(List.of(work));
            for (int i = 0; i < 40; i++) {
                one.wake("a");
                two.wake("a");
                assertThat(runs.tryAcquire(SOON, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(overlap).isFalse();
    }

    @StoreTest
    void closingDoesNotWaitForWorkThatHangs(Database database) throws Exception {
        var entered = new CountDownLatch(1);
        var never = new Semaphore(0);
        Instant before;
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.start(
                    List.of(
                            work(
                                    "a",
                                    1,
                                    (_, _) -> {
                                        entered.countDown();
                                        never.acquireUninterruptibly();
                                        return Optional.empty();
                                    })));
            await(entered);
            before = clock.instant();
        }
        assertThat(Duration.between(before, clock.instant())).isLessThan(Duration.ofSeconds(SOON));
        never.release();
    }

    @StoreTest
    void whatAKilledProcessWasRunningIsRunAgainByItsSuccessor(TestStore store) throws Exception {
        try (ChildJvm child = ChildJvm.start(Hanging.class, store.address(), "node")) {
            child.lineStarting("running");
        }
        BlockingQueue<Instant> runs = new LinkedBlockingQueue<>();
        try (var engine = new JobEngine(store.database(), clock, "node")) {
            engine.start(List.of(recording(runs)));
            next(runs);
        }
    }

    @StoreTest
    void whatAKilledNodeWasRunningIsTakenOverByAnother(TestStore store) throws Exception {
        BlockingQueue<Instant> runs = new LinkedBlockingQueue<>();
        try (var engine = new JobEngine(store.database(), clock, "other")) {
            try (ChildJvm child = ChildJvm.start(Hanging.class, store.address(), "node")) {
                child.lineStarting("running");
                engine.start(List.of(recording(runs)));
            }
            assertThat(runs.poll(40, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @StoreTest
    void aRunWhoseHeartbeatsTheStoreHoldsUpIsNotTakenForDeadByItsOwnNode(Database database)
            throws Exception {
        var begun = new Semaphore(0);
        var leave = new Semaphore(0);
        var together = new Together();
        try (var engine = new JobEngine(database, clock, "node", BEAT)) {
            engine.start(List.of(work("a", 2, together.around(standing(begun, leave)))));
            assertThat(begun.tryAcquire(2, SOON, TimeUnit.SECONDS)).isTrue();
            // Ten times what it takes to be dead.
            hold(database, BEAT.multipliedBy(40));

            assertThat(begun.tryAcquire(BEAT.toMillis() * 20, TimeUnit.MILLISECONDS)).isFalse();
            // And it goes on as if nothing had been.
            leave.release(2);
            leave.release(1_000);
            for (int i = 0; i < 5; i++) {
                engine.wake("a");
                assertThat(begun.tryAcquire(2, SOON, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(together.most()).isEqualTo(1);
    }

    @StoreTest
    void aRunThatAnotherNodeTookOverEndsBeforeItsNextStep(Database database) throws Exception {
        var begun = new Semaphore(0);
        var leave = new Semaphore(0);
        var together = new Together();
        try (var engine = new JobEngine(database, clock, "node", BEAT)) {
            engine.start(
                    List.of(
                            work(
                                    "a",
                                    1,
                                    together.around(
                                            standing(begun, leave), Optional.of(Instant.EPOCH)))));
            assertThat(begun.tryAcquire(SOON, TimeUnit.SECONDS)).isTrue();
            picked(database, "other", clock.instant().plusSeconds(60));
            // Until this node has tried to renew what is no longer its own.
            assertThat(begun.tryAcquire(BEAT.toMillis() * 10, TimeUnit.MILLISECONDS)).isFalse();
            leave.release();

            assertThat(begun.tryAcquire(BEAT.toMillis() * 20, TimeUnit.MILLISECONDS)).isFalse();
            picked(database, "other", Instant.EPOCH);
            assertThat(begun.tryAcquire(SOON, TimeUnit.SECONDS)).isTrue();
            leave.release(1_000_000);
        }
        assertThat(together.most()).isEqualTo(1);
    }

    @StoreTest
    void aRunBegunAgainWhileTheOldOneIsStillInAStepWaitsForIt(Database database) throws Exception {
        var begun = new Semaphore(0);
        var leave = new Semaphore(0);
        var together = new Together();
        try (var engine = new JobEngine(database, clock, "node", BEAT)) {
            engine.start(List.of(work("a", 1, together.around(standing(begun, leave)))));
            assertThat(begun.tryAcquire(SOON, TimeUnit.SECONDS)).isTrue();
            // Taken over by another node, which died as well.
            picked(database, "other", Instant.EPOCH);

            assertThat(begun.tryAcquire(BEAT.toMillis() * 40, TimeUnit.MILLISECONDS)).isFalse();
            leave.release(1_000);
            assertThat(begun.tryAcquire(SOON, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(together.most()).isEqualTo(1);
    }

    @StoreTest
    void whatThisNodePickedAndDoesNotRunIsRunAgain(Database database) throws Exception {
        BlockingQueue<Instant> runs = new LinkedBlockingQueue<>();
        try (var engine = new JobEngine(database, clock, "node", BEAT)) {
            engine.start(List.of(recording(runs)));
            next(runs);
            // Its end could not be recorded.
            picked(database, "node", Instant.EPOCH);

            next(runs);
        }
    }

    @StoreTest
    void unknownWorksAndLongNamesAreRefused(Database database) {
        assertThatThrownBy(() -> new JobEngine(database, clock, "n".repeat(51)))
                .hasMessageContaining("50 characters");
        try (var engine = new JobEngine(database, clock, "node")) {
            engine.wake("anything before the start");
            engine.start(List.of());
            assertThatThrownBy(() -> engine.wake("b")).hasMessageContaining("no work is named b");
        }
    }

    /// Counts how many are in a step of the same shard at the same time.
    private static final class Together {
        private final Map<Integer, AtomicInteger> inside = new ConcurrentHashMap<>();
        private final AtomicInteger most = new AtomicInteger();

        BiFunction<Integer, Instant, Optional<Instant>> around(Runnable step) {
            return around(step, Optional.empty());
        }

        BiFunction<Integer, Instant, Optional<Instant>> around(
                Runnable step, Optional<Instant> due) {
            return (shard, _) -> {
                AtomicInteger here = inside.computeIfAbsent(shard, _ -> new AtomicInteger());
                most.accumulateAndGet(here.incrementAndGet(), Math::max);
                try {
                    step.run();
                } finally {
                    here.decrementAndGet();
                }
                return due;
            };
        }

        int most() {
            return most.get();
        }
    }

    /// A step that lasts until it may leave.
    private static Runnable standing(Semaphore begun, Semaphore leave) {
        return () -> {
            begun.release();
            leave.acquireUninterruptibly();
        };
    }

    /// Nothing is written to the engine's rows for this long.
    private static void hold(Database database, Duration time) {
        var never = new CountDownLatch(1);
        boolean ended =
                database.write(write -> {
                    write.handle().execute("UPDATE scheduled_tasks SET priority = priority");
                    try {
                        return never.await(time.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                });
        assertThat(ended).isFalse();
    }

    /// Has the store say that a node picked all there is, and when it last told that it lives.
    private static void picked(Database database, String node, Instant heartbeat) throws Exception {
        try (Connection connection = database.schedulerDataSource().getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE scheduled_tasks SET picked = ?, picked_by = ?,"
                                    + " last_heartbeat = ?, version = version + 1")) {
                update.setBoolean(1, true);
                update.setString(2, node);
                JobEngine.customization(database).setInstant(update, 3, heartbeat);
                update.executeUpdate();
            }
            connection.commit();
        }
    }

    private static DueWork recording(BlockingQueue<Instant> runs) {
        return work(
                "hang",
                1,
                (_, now) -> {
                    runs.add(now);
                    return Optional.empty();
                });
    }

    private static DueWork work(
            String name, int shards, BiFunction<Integer, Instant, Optional<Instant>> advance) {
        return new DueWork() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int shards() {
                return shards;
            }

            @Override
            public Optional<Instant> advance(int shard, Instant now) {
                return advance.apply(shard, now);
            }
        };
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(SOON, TimeUnit.SECONDS);
        assertThat(next).as("a run within %d s", SOON).isNotNull();
        return next;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /// A process whose only run never ends.
    static final class Hanging {
        private Hanging() {}

        public static void main(String[] arguments) {
            Database database = TestStore.open(arguments[0]);
            var engine = new JobEngine(database, InstantSource.system(), arguments[1]);
            engine.start(
                    List.of(
                            work(
                                    "hang",
                                    1,
                                    (_, _) -> {
                                        System.out.println("running");
                                        new Semaphore(0).acquireUninterruptibly();
                                        return Optional.empty();
                                    })));
            new Semaphore(0).acquireUninterruptibly();
        }
    }
}
