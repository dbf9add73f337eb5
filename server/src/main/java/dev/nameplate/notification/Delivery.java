package dev.nameplate.notification;

import java.time.Instant;
import java.util.Optional;

/// One event on its way to one subscription.
///
/// @param due when it is tried next; while an attempt is under way, when that one is taken for lost
/// @param last how the last attempt ended, if one did
public record Delivery(
        Event event, State state, int attempts, Optional<Instant> due, Optional<Attempt> last) {
    public enum State {
        PENDING,
        DELIVERED,
        /// Given up: nothing more happens until somebody has it replayed.
        DEAD
    }

    /// @param status of the answer, if there was one
    public record Attempt(Instant at, Optional<Integer> status, String reason) {}
}
