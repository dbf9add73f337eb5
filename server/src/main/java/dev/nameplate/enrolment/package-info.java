/// Certificates for keys that are not ours: accounts, orders, authorizations and challenges of RFC 8555, kept and carried out.
///
/// Knows no HTTP and no JWS; [dev.nameplate.api.acme] speaks those. An order lives in [Orders] until its names are authorized, which
/// [ValidationWork] finds out, and its certificate is signed, which [SigningWork] has done. Start at [Orders].
/// Sees `certificate`, `db`, `job`, `vault`, `pki`, `names`; called by `api.acme` and the wiring.
@NullMarked
package dev.nameplate.enrolment;

import org.jspecify.annotations.NullMarked;
