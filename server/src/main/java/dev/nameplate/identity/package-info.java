/// Who calls: accounts, access keys and API keys. Sees `db`, `vault`, `names`. Start at [AccessKeys].
@NullMarked
package dev.nameplate.identity;

import org.jspecify.annotations.NullMarked;
