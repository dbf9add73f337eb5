/// Turns certificates and distributions into what the edge serves, follows the change feed, and says `Deployed` once the edge has it.
///
/// Start at [EdgePublisher]. Sees `certificate`, `distribution`, `feed` and the `edge` module.
@NullMarked
package dev.nameplate.publish;

import org.jspecify.annotations.NullMarked;
