/// HTTP towards origins: addresses that are allowed, pooled connections, one request and its answer as streams.
///
/// Knows nothing of visitors: whoever calls passes an [OriginRequest] and listens. Sees `edge.config` and `edge.net`;
/// seen by `edge.serve` and the edge's start. Start at [OriginClient].
@NullMarked
package dev.nameplate.edge.proxy;

import org.jspecify.annotations.NullMarked;
