/// The access log: one line a request, in files of its own.
///
/// Start at [AccessLog]. Sees the edge's events (`edge.config`). Seen by the wiring.
@NullMarked
package dev.nameplate.accesslog;

import org.jspecify.annotations.NullMarked;
