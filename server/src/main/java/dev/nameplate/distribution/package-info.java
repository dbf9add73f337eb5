/// Distributions, their aliases and every accepted version of their configuration.
///
/// Start at [Distributions]. Sees `certificate`, `feed`, `db`, `names`. Seen by `publish` and the doors.
@NullMarked
package dev.nameplate.distribution;

import org.jspecify.annotations.NullMarked;
