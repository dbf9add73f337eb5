/// The embedded certificate authority: a root and an intermediate made at first start; lints, then signs.
///
/// An implementation of [dev.nameplate.certificate.Issuer]. Start at [EmbeddedCa]; what a leaf looks like is in `LeafProfile`,
/// what it must never look like in `LintRules`. Who signs, who signed before and who is above them is in [Authorities].
/// Sees `certificate`, `db`, `issuer.ca.revocation`, `job`, `vault`, `pki`, `names`; seen by the wiring alone.
@NullMarked
package dev.nameplate.issuer.ca;

import org.jspecify.annotations.NullMarked;
