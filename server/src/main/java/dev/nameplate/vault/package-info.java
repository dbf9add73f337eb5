/// Secrets at rest: sealed under master keys that can be changed. Knows no feature; each names the columns it seals
/// ([SealedColumn]). Sees `db`; seen by whoever keeps a secret in the store (`identity`, `certificate`, `issuer.ca`, `saas`).
/// Start at [Vault], then [MasterKeyRotation].
@NullMarked
package dev.nameplate.vault;

import org.jspecify.annotations.NullMarked;
