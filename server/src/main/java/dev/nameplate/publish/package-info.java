/// Turns certificates and distributions into what the edge serves, follows the change feed, and says `Deployed` once the edge has it.
///
/// Start at [EdgePublisher], which the edge asks; [ChangeFollower] tells the edge what to ask again; [PublishWork] says that it
/// has. Sees `certificate`, `distribution`, `feed`, `db`, `job` and the `edge` module.
@NullMarked
package dev.nameplate.publish;

import org.jspecify.annotations.NullMarked;
