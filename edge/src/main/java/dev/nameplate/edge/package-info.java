/// The data plane: TLS by SNI, routing, cache, proxy. Knows only its own configuration types.
@NullMarked
package dev.nameplate.edge;

import org.jspecify.annotations.NullMarked;
