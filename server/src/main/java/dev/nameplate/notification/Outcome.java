package dev.nameplate.notification;

import java.time.Duration;
import java.util.Optional;

/// How an attempt ended.
public sealed interface Outcome {
    /// The answer's status, where the channel has any.
    Optional<Integer> status();

    /// In words, for whoever looks at deliveries: nothing the receiver said is repeated here.
    String reason();

    /// The receiver has it.
    record Delivered(Optional<Integer> status, String reason) implements Outcome {}

    /// @param after how long the receiver wants to be left alone
    record Failed(Optional<Integer> status, String reason, Optional<Duration> after)
            implements Outcome {
        public Failed(Optional<Integer> status, String reason) {
            this(status, reason, Optional.empty());
        }
    }

    /// It would fail each time.
    record Hopeless(Optional<Integer> status, String reason) implements Outcome {}

    /// The receiver wants nothing any more.
    record Gone(Optional<Integer> status, String reason) implements Outcome {}
}
