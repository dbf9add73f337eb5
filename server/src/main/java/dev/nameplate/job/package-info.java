/// Durable work on db-scheduler: rows with a state and a due time, advanced in batches. Knows no feature.
///
/// Start at [DueWork], which a feature implements; it calls [Wakeup] after its commits, and the wiring gives all works to one
/// [JobEngine]. Each work's shards are rows of db-scheduler's table, [Shard] runs one of them, [Waker] carries wake-ups to the
/// table, [Leases] keeps a run this node's own. Sees `db`; seen by `certificate`, `distribution`, `publish` and `saas`.
@NullMarked
package dev.nameplate.job;

import org.jspecify.annotations.NullMarked;
