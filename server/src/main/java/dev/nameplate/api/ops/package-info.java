/// What an operator's monitoring asks: `/healthz`, `/readyz`, `/metrics`. Sees the wire module; only the wiring makes an
/// [Operations]. Start there.
@NullMarked
package dev.nameplate.api.ops;

import org.jspecify.annotations.NullMarked;
