/// Amazon Lightsail: operation → feature call → response. Owns what only Lightsail has: resource names and operation records.
///
/// Sees `certificate`, `distribution`, `invalidation`, `traffic`, `dns`, `tag`, `db`, `pki`, `names` and the wire; only the wiring makes a [Lightsail]. Start at
/// [LightsailApi], which lists the operations.
@NullMarked
package dev.nameplate.api.lightsail;

import org.jspecify.annotations.NullMarked;
