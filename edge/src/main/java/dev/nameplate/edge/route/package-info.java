/// Which site answers for a host, and which of its behaviours for a path.
///
/// Sees `edge.config` and `edge.cache` (a behaviour knows its cache key); seen by `edge.proxy` and `edge.serve`.
/// Start at [SiteTable].
@NullMarked
package dev.nameplate.edge.route;

import org.jspecify.annotations.NullMarked;
