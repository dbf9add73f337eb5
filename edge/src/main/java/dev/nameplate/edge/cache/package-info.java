/// The cache: what two requests have in common, how long an answer is fresh, where answers are kept.
///
/// [CacheDecision] decides purely (RFC 9111 with CloudFront's TTLs), [Freshness] is what it decided, [CacheStore] is the port behind which answers are
/// kept, [MemoryStore] keeps them off the heap. Sees `edge.config`; seen by `edge.route`, `edge.http`, `edge.serve` and
/// the edge's start. Start at [CacheDecision].
@NullMarked
package dev.nameplate.edge.cache;

import org.jspecify.annotations.NullMarked;
