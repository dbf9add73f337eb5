/// Asks authorities whether what they signed still counts, by OCSP (RFC 6960) and by their lists (RFC 5280).
///
/// Start at [AuthorityStatus]. Sees `certificate`, whose seam it fills, `http` and `pki`; seen by the wiring.
@NullMarked
package dev.nameplate.issuer.status;

import org.jspecify.annotations.NullMarked;
