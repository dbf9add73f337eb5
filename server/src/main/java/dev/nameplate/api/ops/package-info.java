/// What an operator's monitoring asks: `/healthz`, `/readyz`, `/metrics`. Start at [Operations].
@NullMarked
package dev.nameplate.api.ops;

import org.jspecify.annotations.NullMarked;
