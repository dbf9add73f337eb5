/// What whoever checks a certificate may fetch, over plain HTTP and without a credential: CA certificates, revocation lists, OCSP.
///
/// Start at [Repository]. Sees `issuer.ca.revocation` and `wire`; seen by the wiring.
@NullMarked
package dev.nameplate.api.pki;

import org.jspecify.annotations.NullMarked;
