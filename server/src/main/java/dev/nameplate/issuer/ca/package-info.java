/// The embedded certificate authority: a root and an intermediate made at first start; lints, then signs.
///
/// An implementation of [dev.nameplate.certificate.Issuer]. Start at [EmbeddedCa]; what a leaf looks like is in `LeafProfile`,
/// what it must never look like in `LintRules`. Sees `certificate`, `db`, `vault`, `names`; seen by the wiring alone.
@NullMarked
package dev.nameplate.issuer.ca;

import org.jspecify.annotations.NullMarked;
