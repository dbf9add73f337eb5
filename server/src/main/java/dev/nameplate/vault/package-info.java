/// Secrets at rest: sealed under the master key by Tink. Knows no feature, sees nothing of ours; seen by whoever keeps a secret
/// in the store (`identity`, `certificate`, `issuer.ca`, `saas`). Start at [Vault].
@NullMarked
package dev.nameplate.vault;

import org.jspecify.annotations.NullMarked;
