package dev.nameplate.job;

import java.time.Instant;
import java.util.Optional;

/// One kind of durable work: rows of a feature's table, each with a state and a due time.
///
/// The engine runs at most one [#advance] per shard at a time in the whole cluster. A run may be killed anywhere, so each
/// step it takes is idempotent and committed on its own.
public interface DueWork {
    /// Stable across releases: it names the scheduler's task in the store.
    String name();

    /// How many independent shards the rows fall into; fixed for the life of a store.
    default int shards() {
        return 1;
    }

    /// Advances a bounded batch of the shard's due rows.
    ///
    /// @return when this shard next has something due (`now` or earlier: call again at once), or empty when nothing waits
    Optional<Instant> advance(int shard, Instant now);
}
