package dev.nameplate.notification;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One way to reach a receiver. Called outside every transaction, on a virtual thread, and bounds its own time to [#LIMIT].
public interface Channel {
    /// What an attempt may take in all.
    Duration LIMIT = Duration.ofSeconds(20);

    /// How long a first attempt waits for more to be sent along with it.
    default Duration gathering() {
        return Duration.ZERO;
    }

    /// Most events in one [#send].
    default int most() {
        return 1;
    }

    /// Why nobody can be reached at `address`, if so: a sentence's end such as "must begin with https://".
    Optional<String> problem(String address);

    /// Sends events of one account to one receiver. The same events may be sent again after an attempt of which no end is known.
    ///
    /// @param events oldest first, at least one and at most [#most]
    /// @param secrets that sign, the present one first; none but for webhooks
    Outcome send(Subscription to, List<Event> events, List<Secret> secrets);
}
