/// What distributions served: counted at the edge, kept as minutes and hours, asked for over any period.
///
/// Start at [TrafficRecorder]; [TrafficHistory] answers. Sees `db`, `job` and the edge's counters (`edge.config`). Seen by the
/// wiring and the doors.
@NullMarked
package dev.nameplate.traffic;

import org.jspecify.annotations.NullMarked;
