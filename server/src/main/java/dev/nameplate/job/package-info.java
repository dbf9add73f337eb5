/// Durable work on db-scheduler: rows with a state and a due time, advanced in batches. Knows no feature.
///
/// Start at [DueWork]. Sees `db`.
@NullMarked
package dev.nameplate.job;

import org.jspecify.annotations.NullMarked;
