package dev.nameplate.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The thread that carries wake-ups to the store, so that callers do not wait for it and many wake-ups cost one write; and
/// that makes the scheduler look when something falls due, so that it need not poll often.
final class Waker {
    private static final Logger LOG = LoggerFactory.getLogger(Waker.class);

    /// Between attempts to wake a shard that another node is running, or while the store is busy.
    private static final Duration RETRY = Duration.ofMillis(100);

    /// Shards are due more often than this anyway.
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final Duration LONGEST_WRITE = Duration.ofMillis(500);

    private final InstantSource clock;
    private final Semaphore signals = new Semaphore(0);
    private volatile boolean stopped;
    private Optional<Thread> thread = Optional.empty();

    Waker(InstantSource clock) {
        this.clock = clock;
    }

    void start(Scheduler scheduler, List<Shard> shards) {
        // Every shard begins with a wake-up to carry.
        signal();
        thread =
                Optional.of(
                        Thread.ofVirtual().name("job-waker").start(() -> run(scheduler, shards)));
    }

    void signal() {
        signals.release();
    }

    /// Waits for the write it may be in the middle of, since the store is closed next.
    void stop() throws InterruptedException {
        stopped = true;
        signal();
        if (thread.isPresent()) {
            thread.get().join(LONGEST_WRITE);
        }
    }

    private void run(Scheduler scheduler, List<Shard> shards) {
        boolean retry = false;
        while (await(shards, retry)) {
            Instant now = clock.instant();
            retry = false;
            boolean due = false;
            for (Shard shard : shards) {
                retry |= !carry(scheduler, shard, now);
                if (!shard.nextRun().isAfter(now)) {
                    shard.looked(now);
                    due = true;
                }
            }
            if (due) {
                scheduler.triggerCheckForDueExecutions();
            }
        }
    }

    /// Waits for a signal, the next due time, or the next attempt.
    ///
    /// @return false once stopped
    private boolean await(List<Shard> shards, boolean retry) {
        try {
            if (signals.tryAcquire(untilNext(shards, retry).toNanos(), TimeUnit.NANOSECONDS)) {
                signals.drainPermits();
            }
            return !stopped;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private Duration untilNext(List<Shard> shards, boolean retry) {
        Instant next =
                shards.stream().map(Shard::nextRun).min(Instant::compareTo).orElse(Instant.MAX);
        Duration longest = retry ? RETRY : IDLE;
        Instant now = clock.instant();
        if (next.isAfter(now.plus(longest))) {
            return longest;
        }
        // A little late rather than a little early, when nothing would be found due.
        return Duration.between(now, next).plusMillis(1);
    }

    /// @return false if it has to be tried again
    private static boolean carry(Scheduler scheduler, Shard shard, Instant now) {
        Optional<Long> wakeup = shard.unanswered();
        if (wakeup.isEmpty()) {
            return true;
        }
        try {
            boolean moved;
            try {
                moved = scheduler.reschedule(shard.id(), now);
            } catch (TaskInstanceNotFoundException _) {
                moved =
                        scheduler.scheduleIfNotExists(
                                new TaskInstance<Void>(
                                        shard.id().getTaskName(), shard.id().getId()),
                                now);
            }
            if (moved) {
                shard.carried(wakeup.get());
            }
            return moved;
        } catch (TaskInstanceCurrentlyExecutingException _) {
            // On another node, or on this one and just beginning or ending.
            return false;
        } catch (ExecutionException lostRace) {
            // Someone picked it between the scheduler's look and its update.
            LOG.debug("{} was taken while being woken", shard, lostRace);
            return false;
        } catch (RuntimeException failed) {
            LOG.warn("{} could not be woken; trying again", shard, failed);
            return false;
        }
    }
}
