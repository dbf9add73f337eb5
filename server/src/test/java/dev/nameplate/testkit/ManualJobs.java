package dev.nameplate.testkit;

import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs due work by hand on the test's thread, in place of the engine.
public final class ManualJobs implements Wakeup {
    /// More rounds than any test needs: beyond it the work claims to be due for ever.
    private static final int ROUNDS = 10_000;

    private record Shard(DueWork work, int number) {}

    private final InstantSource clock;
    private final Map<Shard, Instant> due = new HashMap<>();

    public ManualJobs(InstantSource clock, DueWork... works) {
        this.clock = clock;
        for (DueWork work : works) {
            add(work);
        }
    }

    /// For works that need this as their [Wakeup].
    public void add(DueWork work) {
        for (int shard = 0; shard < work.shards(); shard++) {
            due.put(new Shard(work, shard), Instant.MIN);
        }
    }

    @Override
    public void wake(String workName) {
        due.replaceAll((shard, at) -> shard.work().name().equals(workName) ? Instant.MIN : at);
    }

    /// Runs everything due now, and what becomes due by it, until nothing is. Move the clock and call it again.
    ///
    /// @return how often some work advanced
    public int tick() {
        for (int rounds = 0; rounds < ROUNDS; rounds++) {
            Instant now = clock.instant();
            List<Shard> ready =
                    due.entrySet().stream()
                            .filter(entry -> !entry.getValue().isAfter(now))
                            .map(Map.Entry::getKey)
                            .toList();
            if (ready.isEmpty()) {
                return rounds;
            }
            for (Shard shard : ready) {
                // Set before the run: a wake-up during it must not be overwritten by an older
                // answer.
                due.put(shard, Instant.MAX);
                Optional<Instant> next = shard.work().advance(shard.number(), now);
                next.ifPresent(at -> due.merge(shard, at, (a, b) -> a.isBefore(b) ? a : b));
            }
        }
        throw new IllegalStateException("still due after " + ROUNDS + " rounds: " + due);
    }

    /// When something is due next; empty when nothing waits.
    public Optional<Instant> nextDue() {
        return due.values().stream().filter(at -> !at.equals(Instant.MAX)).min(Instant::compareTo);
    }
}
