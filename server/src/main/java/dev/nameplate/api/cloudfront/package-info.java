/// Amazon CloudFront: operation → feature call → response. Completes, checks and translates distribution configurations.
///
/// Sees `certificate`, `distribution`, `tenant`, `dns`, `pki`, `invalidation`, `tag`, `db`, `names` and the wire; only the
/// wiring makes a [CloudFront]. Start at `CloudFrontApi`:
/// its interfaces list the operations. A configuration goes through `ConfigDefaults`, `UnservedMembers` (what we would not do),
/// `ConfigRules` and `ServedTranslation`.
@NullMarked
package dev.nameplate.api.cloudfront;

import org.jspecify.annotations.NullMarked;
