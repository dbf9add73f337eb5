/// The ACME server (RFC 8555, RFC 9773) on the wire: JWS in, JSON out, for the customers' own servers.
///
/// Start at [AcmeServer], which verifies a request and routes it; what it means is in `enrolment`. [CredentialRoutes] are the
/// calls by which an operator lets somebody in.
/// Sees `enrolment`, `certificate`, `api.rest`, `pki`, `names`; called by the wiring.
@NullMarked
package dev.nameplate.api.acme;

import org.jspecify.annotations.NullMarked;
