/// Secrets at rest: sealed under the master key by Tink. Knows no feature, sees nothing of ours. Start at [Vault].
@NullMarked
package dev.nameplate.vault;

import org.jspecify.annotations.NullMarked;
