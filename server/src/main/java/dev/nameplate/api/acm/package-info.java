/// AWS Certificate Manager: operation → feature call → response. Owns what only ACM has: idempotency tokens, request options,
/// the search's filter grammar.
///
/// Sees `certificate`, `dns` (the record that proves a name), `tag`, `db`, `pki`, `names` and the wire; only the wiring makes an [Acm].
/// Start at [AcmApi], which lists the operations.
@NullMarked
package dev.nameplate.api.acm;

import org.jspecify.annotations.NullMarked;
