/// Certificates from any ACME authority (RFC 8555): accounts, and orders as durable work that any restart resumes.
///
/// An implementation of [dev.nameplate.certificate.Issuer]. Start at [AcmeIssuer], which takes orders, and [AcmeOrderWork], which brings them
/// to their end; what is done in which state is in `OrderSteps`'s table. Nothing but `AcmeClient` and what it hands out speaks HTTP. Sees `certificate`,
/// `challenge`, `db`, `dns`, `http`, `job`, `vault`, `pki`, `names`; seen by whoever shows or operates issuers, and by the wiring.
@NullMarked
package dev.nameplate.issuer.acme;

import org.jspecify.annotations.NullMarked;
