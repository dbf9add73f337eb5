/// Distributions, their aliases and every accepted version of their configuration.
///
/// Start at [Distributions]; [ServedConfig] is what a version says. Sees `certificate`, `feed`, `db`, `job` (to wake who says
/// Deployed), `names`. Seen by `publish` and the doors.
@NullMarked
package dev.nameplate.distribution;

import org.jspecify.annotations.NullMarked;
