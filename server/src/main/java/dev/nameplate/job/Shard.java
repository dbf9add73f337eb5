package dev.nameplate.job;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// One shard of a work on this node: its runs, and the wake-ups it still owes one.
///
/// No wake-up is lost: each is counted as asked, and stays unanswered until an `advance` that began after it has returned.
/// While a run is on, the run itself looks again; a run's end looks once more, after the store knows of it, and hands what
/// came in between to the [Waker].
final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    /// Rows that someone committed without a wake-up are found after this at the latest.
    private static final Duration IDLE = Duration.ofSeconds(30);

    /// Ends a run that always finds more, so that the store now and then sees it end and other nodes get their turn.
    private static final int ROUNDS = 1000;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

    private final DueWork work;
    private final int number;
    private final InstantSource clock;
    private final Waker waker;
    private final Leases leases;
    private final BooleanSupplier closing;
    private final TaskInstanceId id;

    /// Held by the run that is on. Another begins meanwhile only where a lease was lost: it waits until the first, which
    /// notices after its step, has ended.
    private final Semaphore turn = new Semaphore(1);

    private final ReentrantLock lock = new ReentrantLock();
    // Starts unanswered: the first run comes without being asked for.
    private long asked = 1;
    private long answered;
    private long carried;
    private boolean running;
    private Optional<Leases.Lease> held = Optional.empty();

    /// When the store will have it run next, as far as this node knows.
    private Instant nextRun = Instant.MAX;

    Shard(
            DueWork work,
            int number,
            InstantSource clock,
            Waker waker,
            Leases leases,
            BooleanSupplier closing) {
        this.work = work;
        this.number = number;
        this.clock = clock;
        this.waker = waker;
        this.leases = leases;
        this.closing = closing;
        this.id = TaskInstanceId.of(work.name(), Integer.toString(number));
    }

    TaskInstanceId id() {
        return id;
    }

    void ask() {
        lock.lock();
        try {
            asked++;
        } finally {
            lock.unlock();
        }
    }

    /// The wake-up that has to be carried to the store, if any.
    Optional<Long> unanswered() {
        lock.lock();
        try {
            return !running && asked > answered && asked > carried
                    ? Optional.of(asked)
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// The store has it due now: the run that follows answers up to this wake-up.
    void carried(long wakeup) {
        lock.lock();
        try {
            carried = wakeup;
        } finally {
            lock.unlock();
        }
    }

    /// When the scheduler should look for it; [Instant#MAX] while it runs or when unknown.
    Instant nextRun() {
        lock.lock();
        try {
            return running ? Instant.MAX : nextRun;
        } finally {
            lock.unlock();
        }
    }

    /// The scheduler has been told to look.
    void looked(Instant at) {
        lock.lock();
        try {
            if (!nextRun.isAfter(at)) {
                nextRun = Instant.MAX;
            }
        } finally {
            lock.unlock();
        }
    }

    /// One run, on a thread of its own. db-scheduler calls exactly one of the returned handler and [#failed] after it, there.
    CompletionHandler<Void> run(Execution picked) {
        Leases.Lease lease = leases.hold(picked);
        // Closing waits for no run for long, so nobody has to interrupt this.
        turn.acquireUninterruptibly();
        lock.lock();
        try {
            running = true;
            held = Optional.of(lease);
        } finally {
            lock.unlock();
        }
        Instant due = advanceUntilNothingIsDue(lease);
        return (complete, operations) -> end(complete, operations, due);
    }

    private Instant advanceUntilNothingIsDue(Leases.Lease lease) {
        for (int round = 0; round < ROUNDS && !closing.getAsBoolean(); round++) {
            if (!leases.keeps(lease)) {
                return clock.instant();
            }
            long heard = heard();
            Optional<Instant> due;
            try {
                due = work.advance(number, clock.instant());
            } finally {
                // Even of a failure: a wake-up does not shorten the pause before the retry of what
                // it led to.
                answer(heard);
            }
            Instant now = clock.instant();
            boolean heardMore = heard() > heard;
            if (!heardMore && due.isEmpty()) {
                return now.plus(IDLE);
            }
            if (!heardMore && due.get().isAfter(now)) {
                Instant idle = now.plus(IDLE);
                return due.get().isBefore(idle) ? due.get() : idle;
            }
        }
        return clock.instant();
    }

    private long heard() {
        lock.lock();
        try {
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private void answer(long wakeup) {
        lock.lock();
        try {
            answered = wakeup;
        } finally {
            lock.unlock();
        }
    }

    void failed(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        int failures = complete.getExecution().consecutiveFailures;
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 6));
        if (pause.compareTo(LONGEST_RETRY) > 0) {
            pause = LONGEST_RETRY;
        }
        if (closing.getAsBoolean()) {
            LOG.debug(
                    "{} shard {} was stopped",
                    work.name(),
                    number,
                    complete.getCause().orElse(null));
            pause = Duration.ZERO;
        } else {
            LOG.error(
                    "{} shard {} failed for the {}. time in a row and is run again in {} s",
                    work.name(),
                    number,
                    failures + 1,
                    pause.toSeconds(),
                    complete.getCause().orElse(null));
        }
        end(complete, operations, clock.instant().plus(pause));
    }

    private void end(
            ExecutionComplete complete, ExecutionOperations<Void> operations, Instant due) {
        Leases.Lease lease = held();
        try {
            if (lease.lost()) {
                LOG.warn(
                        "{} was taken over while its heartbeats were late: this run ended after its step",
                        this);
            } else {
                operations.reschedule(complete, due);
            }
        } finally {
            leases.letGo(lease);
            lock.lock();
            try {
                running = false;
                held = Optional.empty();
                nextRun = due;
            } finally {
                lock.unlock();
            }
            turn.release();
            waker.signal();
        }
    }

    private Leases.Lease held() {
        lock.lock();
        try {
            return held.orElseThrow();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return work.name() + " shard " + number;
    }
}
