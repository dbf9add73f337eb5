package dev.nameplate.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;

import dev.nameplate.db.Database;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/// Runs [DueWork] on db-scheduler: at most one run per shard at a time among all nodes on the store, soon after a wake-up
/// or a due time, and again after any crash.
///
/// What makes it crash-safe: a run is *picked* in the store under this node's name. A node that starts releases what its
/// own predecessor of the same name had picked; what another node had picked is taken over when its heartbeats stop ([Leases]).
public final class JobEngine implements Wakeup, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobEngine.class);

    /// Due times set by this node are met by a timer, and wake-ups by a signal; polling finds what other nodes left.
    private static final Duration POLLING = Duration.ofSeconds(2);

    /// A run counts as dead after four missed heartbeats, at two looks a heartbeat apart: 15 to 18 s.
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    /// [Leases] sees to what db-scheduler would do at its heartbeats.
    private static final Duration NEVER = Duration.ofDays(1);

    /// A run that is in the middle of a step gets this long before it is interrupted, and as long again after.
    private static final Duration GRACE = Duration.ofSeconds(1);

    /// With the last half seconds of [Waker] and [Leases] this makes three.
    private static final Duration LONGEST_CLOSE = Duration.ofMillis(1900);

    /// db-scheduler cuts longer names off, and then nodes might share one.
    private static final int LONGEST_NAME = 50;

    private final Database database;
    private final InstantSource clock;
    private final String nodeName;
    private final Duration heartbeat;
    private final Object lifecycle = new Object();
    private volatile @Nullable Running running;
    private volatile boolean closed;

    private record Running(
            Scheduler scheduler, Waker waker, Leases leases, Map<String, List<Shard>> shards) {}

    /// @param nodeName unique among the nodes on this store and the same after each restart
    public JobEngine(Database database, InstantSource clock, String nodeName) {
        this(database, clock, nodeName, HEARTBEAT);
    }

    /// @param heartbeat between two heartbeats
    JobEngine(Database database, InstantSource clock, String nodeName, Duration heartbeat) {
        if (nodeName.isBlank() || nodeName.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "a node's name has 1 to "
                            + LONGEST_NAME
                            + " characters, not '"
                            + nodeName
                            + "'");
        }
        this.database = database;
        this.clock = clock;
        this.nodeName = nodeName;
        this.heartbeat = heartbeat;
    }

    /// Begins with one run of every shard, whatever its due time says: a new release may see things due that the old did not.
    /// Works are given here and not at construction because they need this engine as their [Wakeup].
    public void start(List<DueWork> works) {
        synchronized (lifecycle) {
            if (running != null || closed) {
                throw new IllegalStateException("a job engine starts once");
            }
            var leases =
                    new Leases(
                            database.schedulerDataSource(),
                            customization(database),
                            clock,
                            nodeName,
                            heartbeat);
            int released = leases.release();
            if (released > 0) {
                LOG.info(
                        "released {} runs that an earlier process of node {} had not finished",
                        released,
                        nodeName);
            }
            Map<String, List<Shard>> shards = new LinkedHashMap<>();
            List<Task<?>> tasks = new ArrayList<>();
            var waker = new Waker(clock);
            for (DueWork work : works) {
                List<Shard> ofWork = new ArrayList<>();
                for (int number = 0; number < work.shards(); number++) {
                    ofWork.add(new Shard(work, number, clock, waker, leases, () -> closed));
                }
                if (shards.put(work.name(), List.copyOf(ofWork)) != null) {
                    throw new IllegalArgumentException("two works are named " + work.name());
                }
                tasks.add(task(work.name(), List.copyOf(ofWork)));
            }
            List<Shard> all = shards.values().stream().flatMap(List::stream).toList();
            Scheduler scheduler =
                    Scheduler.create(database.schedulerDataSource(), tasks)
                            .jdbcCustomization(customization(database))
                            .commitWhenAutocommitDisabled(true)
                            .schedulerName(new SchedulerName.Fixed(nodeName))
                            .clock(clock::instant)
                            // One for each shard: then none ever waits for another.
                            .threads(Math.max(1, all.size()))
                            // Not virtual: a run may compute for long, and calls into SQLite keep
                            // their carrier, of which a machine with one core has one.
                            .executorService(
                                    Executors.newThreadPerTaskExecutor(
                                            Thread.ofPlatform().daemon().name("job-", 0).factory()))
                            .pollingInterval(POLLING)
                            .heartbeatInterval(NEVER)
                            .shutdownMaxWait(GRACE)
                            .enableImmediateExecution()
                            // Shards log their failures themselves, with what happens next.
                            .failureLogging(LogLevel.OFF, false)
                            .build();
            scheduler.start();
            running = new Running(scheduler, waker, leases, Map.copyOf(shards));
            leases.start(scheduler::triggerCheckForDueExecutions);
            waker.start(scheduler, all);
        }
    }

    static JdbcCustomization customization(Database database) {
        return switch (database.dialect()) {
            case SQLITE -> new SqliteJdbcCustomization();
            case POSTGRESQL -> new PostgreSqlJdbcCustomization(false, false);
        };
    }

    private static Task<Void> task(String name, List<Shard> shards) {
        return Tasks.custom(name, Void.class)
                .onFailure((complete, operations) ->
                        shard(shards, complete.getExecution().getId()).failed(complete, operations))
                .execute((instance, context) ->
                        shard(shards, instance.getId()).run(context.getExecution()));
    }

    private static Shard shard(List<Shard> shards, String id) {
        int number = Integer.parseInt(id);
        if (number >= shards.size()) {
            throw new IllegalStateException(
                    "shard "
                            + id
                            + " of "
                            + shards.size()
                            + ": the number of shards of a work is fixed");
        }
        return shards.get(number);
    }

    /// Returns at once. Before [#start] it does nothing, as starting runs everything.
    @Override
    public void wake(String workName) {
        Running current = running;
        if (current == null) {
            return;
        }
        List<Shard> shards = current.shards().get(workName);
        if (shards == null) {
            throw new IllegalArgumentException(
                    "no work is named " + workName + "; there are " + current.shards().keySet());
        }
        shards.forEach(Shard::ask);
        current.waker().signal();
    }

    /// Lets runs finish the step they are in, and returns within three seconds even if they do not; what they leave is
    /// released at the next start.
    @Override
    public void close() {
        synchronized (lifecycle) {
            if (closed) {
                return;
            }
            closed = true;
            Running current = running;
            if (current == null) {
                return;
            }
            Thread stopping =
                    Thread.ofPlatform().daemon().name("job-stop").start(current.scheduler()::stop);
            try {
                current.leases().stop();
                current.waker().stop();
                current.leases().awaitStopped();
                if (!stopping.join(LONGEST_CLOSE)) {
                    LOG.warn(
                            "a run did not end in time and is left behind; it is repeated after the next start");
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                LOG.warn(
                        "interrupted while waiting for runs to end; they are repeated after the next start");
            }
        }
    }
}
