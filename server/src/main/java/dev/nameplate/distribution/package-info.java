/// Distributions, their aliases, every accepted version of their configuration, and names for versions.
///
/// Start at [Distributions]; [ServedConfig] is what a version says, [ConfigVersions] takes old ones up again. Sees `certificate`, `feed`, `db`, `job` (to wake who says
/// Deployed), `names`. Seen by `publish` and the doors.
@NullMarked
package dev.nameplate.distribution;

import org.jspecify.annotations.NullMarked;
