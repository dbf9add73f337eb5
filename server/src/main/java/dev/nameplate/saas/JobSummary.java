package dev.nameplate.saas;

import java.time.Instant;
import java.util.Map;

/// A job by numbers.
///
/// @param entries how many are in each state
/// @param due how many have a step before them; also one that has ended, once a roll-back is ordered
public record JobSummary(
        JobId id,
        Platform.Name platform,
        Operation operation,
        boolean autoCreation,
        Order order,
        Instant createdAt,
        Map<EntryState, Integer> entries,
        int due) {
    public JobSummary {
        entries = Map.copyOf(entries);
    }

    public int total() {
        return entries.values().stream().mapToInt(Integer::intValue).sum();
    }

    public int in(EntryState state) {
        return entries.getOrDefault(state, 0);
    }

    /// Whether no entry has a step before it.
    public boolean ended() {
        return entries.keySet().stream().allMatch(EntryState::ended) && !(order.stops() && due > 0);
    }

    public Status status() {
        if (!ended()) {
            return switch (order) {
                case RUN -> Status.RUNNING;
                case PAUSE -> Status.PAUSED;
                case CANCEL -> Status.CANCELLING;
                case REMOVE_ALL, REMOVE_UNSERVED -> Status.ROLLING_BACK;
            };
        }
        if (in(EntryState.DONE) == total()) {
            return Status.SUCCEEDED;
        }
        if (in(EntryState.REMOVED) > 0 && in(EntryState.REMOVED) + in(EntryState.DONE) == total()) {
            return Status.ROLLED_BACK;
        }
        return in(EntryState.CANCELLED) > 0 ? Status.CANCELLED : Status.FAILED;
    }

    public enum Status {
        RUNNING,
        PAUSED,
        CANCELLING,
        ROLLING_BACK,
        SUCCEEDED,
        /// All has ended, and something failed.
        FAILED,
        CANCELLED,
        ROLLED_BACK
    }
}
