/// Domains of customers, one call each: on-boarded, off-boarded, and taken over from another holder by a TXT proof.
///
/// A domain is a job of one entry, so the engine of `saas` makes, retries and removes; what is kept here is whose domain it is, which
/// names are being taken over, and what happened to names. Start at [Domains]; [DomainWork] looks for proofs and for the end of
/// removals. Sees `saas`, `dns`, `job`, `db`, `names`; seen by `api.saas`.
@NullMarked
package dev.nameplate.domain;

import org.jspecify.annotations.NullMarked;
