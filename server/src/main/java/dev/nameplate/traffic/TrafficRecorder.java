package dev.nameplate.traffic;

import dev.nameplate.db.Database;
import dev.nameplate.edge.config.Traffic.Totals;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Brings the edge's counters to the store: looks each second, so that a request counts for its minute, and writes every ten.
/// A process that is killed loses what it counted since it last wrote, eleven seconds at most; one that is stopped loses nothing.
///
/// A row is this process's own and holds the minute's whole count, so a write that is repeated counts nothing twice.
public final class TrafficRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficRecorder.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int LOOKS_A_WRITE = 10;
    private static final int BATCH = 1_000;

    /// While the store does not take them; what is more is given up, oldest first.
    private static final int MOST_WAITING = 200_000;

    private final Database database;
    private final TrafficRegistry registry;
    private final InstantSource clock;
    private final String node = UUID.randomUUID().toString();
    private final Semaphore closing = new Semaphore(0);
    private final Thread thread;

    /// Of this process, by distribution and minute, as far as it may still grow or is not written. Guarded by this.
    private final Map<Minute, Count> minutes = new HashMap<>();

    record Minute(String distribution, Instant start) {}

    private static final class Count {
        Totals totals = Totals.ZERO;
        boolean written;
    }

    TrafficRecorder(Database database, TrafficRegistry registry, InstantSource clock) {
        this.database = database;
        this.registry = registry;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("traffic-recorder").unstarted(this::record);
    }

    public static TrafficRecorder start(
            Database database, TrafficRegistry registry, InstantSource clock) {
        TrafficRecorder recorder = new TrafficRecorder(database, registry, clock);
        recorder.thread.start();
        return recorder;
    }

    private void record() {
        int looks = 0;
        try {
            while (!closing.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                collect();
                if (++looks % LOOKS_A_WRITE == 0) {
                    tryWrite();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes what was counted since the last time.
    synchronized void collect() {
        Instant now = clock.instant();
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        for (TrafficRegistry.Delta delta : registry.collect(now)) {
            Count count =
                    minutes.computeIfAbsent(
                            new Minute(delta.distribution(), minute), _ -> new Count());
            count.totals = count.totals.plus(delta.totals());
            count.written = false;
        }
    }

    /// Writes what changed.
    synchronized void write() {
        List<Map.Entry<Minute, Count>> changed =
                minutes.entrySet().stream().filter(entry -> !entry.getValue().written).toList();
        for (int from = 0; from < changed.size(); from += BATCH) {
            List<Map.Entry<Minute, Count>> batch =
                    changed.subList(from, Math.min(from + BATCH, changed.size()));
            Map<Minute, Totals> rows = new HashMap<>();
            batch.forEach(entry -> rows.put(entry.getKey(), entry.getValue().totals));
            database.write(write -> {
                TrafficTable.keep(write.handle(), node, rows);
                return rows.size();
            });
            batch.forEach(entry -> entry.getValue().written = true);
        }
        Instant current = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        minutes.entrySet()
                .removeIf(entry ->
                        entry.getValue().written && entry.getKey().start().isBefore(current));
    }

    private void tryWrite() {
        try {
            write();
        } catch (RuntimeException e) {
            LOG.warn("the distributions' traffic could not be written; it is tried again", e);
            giveUpOldest();
        }
    }

    private synchronized void giveUpOldest() {
        int tooMany = minutes.size() - MOST_WAITING;
        if (tooMany > 0) {
            List<Minute> oldest = new ArrayList<>(minutes.keySet());
            oldest.sort((a, b) -> a.start().compareTo(b.start()));
            oldest.subList(0, tooMany).forEach(minutes::remove);
            LOG.warn("the traffic of {} minutes of distributions is given up", tooMany);
        }
    }

    /// Call it after the edge has stopped.
    @Override
    public void close() {
        closing.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        collect();
        tryWrite();
    }
}
