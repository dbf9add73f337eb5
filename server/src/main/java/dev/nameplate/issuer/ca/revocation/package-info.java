/// Revocation: recorded in constant time, told by certificate revocation lists (RFC 5280) and by OCSP (RFC 6960, RFC 5019).
///
/// Start at [Revocations]; lists are made by [CrlWork] and read through [Crls], single statuses come from [OcspResponder].
/// What it needs of the authority itself it asks through [Signatories]. Sees `certificate`, `db`, `job`, `pki`; seen by `issuer.ca`,
/// by `api.pki` and by the wiring.
@NullMarked
package dev.nameplate.issuer.ca.revocation;

import org.jspecify.annotations.NullMarked;
