/// Which site answers for a host, and which of its behaviours for a path.
///
/// Sees `edge.config`, `edge.name`, `edge.cache` (a behaviour knows its cache key), `edge.rules` and `edge.signed`; seen by `edge.serve` and the edge's
/// start. Start at [SiteTable].
@NullMarked
package dev.nameplate.edge.route;

import org.jspecify.annotations.NullMarked;
