/// Who calls: the account, access keys and API keys. Sees `db`, `vault`, `names`; seen by the wiring alone, which gives the
/// doors a look-up. Start at [AccessKeys].
@NullMarked
package dev.nameplate.identity;

import org.jspecify.annotations.NullMarked;
