/// Compresses answers: which of them, with which coding, and how (gzip, brotli).
///
/// Knows neither visitors nor the cache; sees only the edge's configuration. Called by the serving. Start at [Compression].
@NullMarked
package dev.nameplate.edge.compress;

import org.jspecify.annotations.NullMarked;
