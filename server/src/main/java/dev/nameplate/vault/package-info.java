/// Secrets at rest: sealed under the master key by Tink. Knows no feature. Start at [Vault].
@NullMarked
package dev.nameplate.vault;

import org.jspecify.annotations.NullMarked;
