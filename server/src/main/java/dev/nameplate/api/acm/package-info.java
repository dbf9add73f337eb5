/// AWS Certificate Manager: operation → feature call → response. Owns what only ACM has: idempotency tokens and request options.
///
/// Sees `certificate`, `tag`, `db`, `names` and the wire; only `Wiring` makes an [Acm]. Start at [AcmApi], which lists the
/// operations.
@NullMarked
package dev.nameplate.api.acm;

import org.jspecify.annotations.NullMarked;
